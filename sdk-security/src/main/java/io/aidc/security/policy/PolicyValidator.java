package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks policies against a schema: first the names of each, then its head, then its conditions for each combination that the
 * head lets through. <em>Confined: one thread.</em>
 */
final class PolicyValidator {
    private final Schema schema;

    PolicyValidator(Schema schema) {
        this.schema = schema;
    }

    List<PolicyProblem> validate(PolicySet policies) {
        if (policies.policies().isEmpty()) {
            return List.of();
        }
        Findings findings = new Findings(policies.policies().get(0));
        for (Policy policy : policies.policies()) {
            if (findings.isFull()) {
                break;
            }
            findings.in(policy);
            int before = findings.count();
            new NameCheck(schema, findings).check(policy);
            check(policy, findings, findings.count() > before);
        }
        return findings.all();
    }

    private void check(Policy policy, Findings findings, boolean hasUnknownNames) {
        Policy.Body body = policy.body();
        requireOneType(body.action(), findings);
        boolean applies = false;
        boolean mayHold = false;
        for (ActionShape action : schema.actions()) {
            if (!mayBe(body.action(), action)) {
                continue;
            }
            List<String> resources = fitting(body.resource(), action.resources());
            for (String principal : fitting(body.principal(), action.principals())) {
                for (String resource : resources) {
                    applies = true;
                    TypeChecker checker = new TypeChecker(schema, principal, action, resource, findings);
                    mayHold |= mayHold(body.conditions(), checker);
                    if (findings.isFull()) {
                        return;
                    }
                }
            }
        }
        if (!applies && !hasUnknownNames) {
            findings.error(policy.start(), "no action applies to principals and resources such as the policy asks for");
        } else if (applies && !mayHold) {
            findings.warning(policy.start(), "the policy never applies, its conditions are always false");
        }
    }

    /** Whether the conditions may all be met; true too if one of them is at fault. */
    private static boolean mayHold(List<Policy.Condition> conditions, TypeChecker checker) {
        Held held = Held.nothing();
        for (Policy.Condition condition : conditions) {
            Typed typed = checker.checkBoolean(condition.expr(), held);
            if (typed.is(condition.isWhen() ? CedarType.Truth.FALSE : CedarType.Truth.TRUE)) {
                return false;
            }
            if (condition.isWhen()) {
                held.plus(typed.gains());
            }
        }
        return true;
    }

    /** A list of actions is a set, whose items must have one type. */
    private static void requireOneType(Scope action, Findings findings) {
        if (!(action instanceof Scope.In in)) {
            return;
        }
        Set<String> types = new LinkedHashSet<>();
        in.uids().forEach(uid -> types.add(uid.type()));
        if (types.isEmpty()) {
            findings.error(action.at(), "the list of actions is empty");
        } else if (types.size() > 1) {
            findings.error(
                    action.at(), "the list has actions of different types, " + Printable.of(String.join(", ", types)));
        }
    }

    private static boolean mayBe(Scope scope, ActionShape action) {
        if (scope instanceof Scope.Equal equal) {
            return equal.uid().equals(action.uid());
        }
        return !(scope instanceof Scope.In in) || in.uids().stream().anyMatch(action::isIn);
    }

    private List<String> fitting(Scope scope, Collection<String> types) {
        List<String> fitting = new ArrayList<>();
        for (String type : types) {
            if (mayBe(scope, type)) {
                fitting.add(type);
            }
        }
        return fitting;
    }

    private boolean mayBe(Scope scope, String type) {
        if (scope instanceof Scope.Equal equal) {
            return equal.uid().type().equals(type);
        } else if (scope instanceof Scope.In in) {
            return in.uids().stream().anyMatch(uid -> schema.mayBeIn(type, uid.type()));
        } else if (scope instanceof Scope.Is is) {
            return is.type().equals(type);
        } else if (scope instanceof Scope.IsIn isIn) {
            return isIn.type().equals(type) && schema.mayBeIn(type, isIn.uid().type());
        }
        return true;
    }
}
