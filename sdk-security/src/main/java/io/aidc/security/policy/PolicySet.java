package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Rules in the Cedar language. A request is allowed if a rule permits it and none forbids it; the order of the rules means
 * nothing.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="policies"}
 *
 * <p>The whole language is read but templates. A text may have 32 Mi characters, and expressions nested 200 deep.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://docs.cedarpolicy.com/policies/syntax-policy.html">Cedar, basic policy construction</a>
 */
public final class PolicySet {
    private static final PolicySet EMPTY = new PolicySet(List.of());

    private final List<Policy> policies;

    private PolicySet(List<Policy> policies) {
        this.policies = List.copyOf(policies);
        Set<String> ids = new HashSet<>();
        for (Policy policy : policies) {
            if (!ids.add(policy.id())) {
                throw new PolicyException("policy " + policy.id(), "there is another policy of that name");
            }
        }
    }

    /**
     * Returns no rules, by which nothing is allowed.
     *
     * @return the empty set
     */
    public static PolicySet none() {
        return EMPTY;
    }

    /**
     * Reads rules, and calls them {@code policy0}, {@code policy1} and so on, in the order of the text. An annotation
     * {@code @id} does not change that.
     *
     * @param text in the Cedar language
     * @return the rules
     * @throws PolicyException if the text breaks a rule of the language; it says where, what was found, and what was expected
     */
    public static PolicySet parse(String text) {
        return parse("policy", text);
    }

    /**
     * Reads rules, and calls them by a prefix and a number from 0 in the order of the text, so that texts from several places
     * can be joined.
     *
     * @param prefix what the names begin with
     * @param text in the Cedar language
     * @return the rules
     * @throws PolicyException if the text breaks a rule of the language
     */
    public static PolicySet parse(String prefix, String text) {
        Objects.requireNonNull(prefix, "prefix");
        return new PolicySet(Parser.policies(new Source(Objects.requireNonNull(text, "text")), prefix));
    }

    /**
     * Reads rules that have names.
     *
     * @param texts one rule for each name
     * @return the rules, in the order of the map
     * @throws PolicyException if a text breaks a rule of the language, or is not one policy
     */
    public static PolicySet of(Map<String, String> texts) {
        List<Policy> policies = new ArrayList<>();
        texts.forEach((id, text) -> {
            List<Policy> parsed = Parser.policies(new Source(text), id);
            if (parsed.size() != 1) {
                throw new PolicyException("policy " + id, "found %d policies, expected one".formatted(parsed.size()));
            }
            policies.add(parsed.get(0).named(id));
        });
        return new PolicySet(policies);
    }

    /**
     * Joins two sets.
     *
     * @param others rules with other names
     * @return all the rules, these first
     * @throws PolicyException if a name occurs in both
     */
    public PolicySet plus(PolicySet others) {
        List<Policy> joined = new ArrayList<>(policies);
        joined.addAll(others.policies);
        return new PolicySet(joined);
    }

    /**
     * Returns the rules.
     *
     * @return in order
     */
    public List<Policy> policies() {
        return policies;
    }

    /** How many rules there are. */
    @Override
    public String toString() {
        return "PolicySet[%d policies]".formatted(policies.size());
    }
}
