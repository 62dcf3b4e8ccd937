package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Roles, what they may do, and who has them, for those who need no more. They are ordinary policies and entities, which can be
 * shown and joined with others.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="roles"}
 *
 * <p>Users are entities {@code User::"alice"}, roles {@code Role::"scorer"}, actions {@code Action::"unseal"}, and things
 * {@code Resource::"models/fraud/7"} in {@code Folder::"models/fraud"} and {@code Folder::"models"}. Nothing is allowed unless
 * a role may do it, and nothing is allowed that a role of the user's is denied. Rules about folders hold for requests that
 * {@link #request} made, and for resources that the authorizer knows to be in them; other requests do not say what a resource
 * is in.
 *
 * <p><em>Immutable.</em>
 */
public final class Roles {
    private static final String ANY = "*";

    private final String text;
    private final PolicySet policies;
    private final Entities entities;
    private final List<Grant> grants;

    private Roles(String text, PolicySet policies, Entities entities, List<Grant> grants) {
        this.text = text;
        this.policies = policies;
        this.entities = entities;
        this.grants = grants;
    }

    /**
     * Begins to define roles.
     *
     * @return a builder without any
     */
    public static Builder define() {
        return new Builder();
    }

    /**
     * Returns what the roles may do and are denied.
     *
     * @return policies named after their role and their position among all, such as {@code scorer.0}
     */
    public PolicySet policies() {
        return policies;
    }

    /**
     * Returns the roles.
     *
     * @return each role, in those that it inherits from
     */
    public Entities entities() {
        return entities;
    }

    /**
     * Returns who has which role.
     *
     * @return in the order of the assignments
     */
    public List<Grant> grants() {
        return grants;
    }

    /**
     * Makes the name of a user.
     *
     * @param name such as {@code alice}
     * @return such as {@code User::"alice"}
     */
    public static EntityUid user(String name) {
        return new EntityUid("User", name);
    }

    /**
     * Makes the name of a role.
     *
     * @param name such as {@code scorer}
     * @return such as {@code Role::"scorer"}
     */
    public static EntityUid role(String name) {
        return new EntityUid("Role", name);
    }

    /**
     * Makes the name of an action.
     *
     * @param name such as {@code unseal}
     * @return such as {@code Action::"unseal"}
     */
    public static EntityUid action(String name) {
        return new EntityUid("Action", name);
    }

    /**
     * Makes a thing in its folders.
     *
     * @param name such as {@code models/fraud/7}: parts with {@code /} between them, none of them empty, {@code .} or
     *     {@code ..}, without a star; at most 1024 characters and 64 parts
     * @return the entity {@code Resource::"models/fraud/7"}, in {@code Folder::"models/fraud"} and {@code Folder::"models"}
     * @throws IllegalArgumentException if the name is something else
     */
    public static Entity resource(String name) {
        return ResourceNames.resource(name);
    }

    /**
     * Makes a request that policies of roles understand.
     *
     * @param user such as {@code alice}
     * @param action such as {@code unseal}
     * @param resource such as {@code models/fraud/7}
     * @return the request, to which the folders are known besides all that the authorizer knows of the resource
     * @throws IllegalArgumentException if {@link #resource(String)} refuses the name
     */
    public static Request request(String user, String action, String resource) {
        return request(user(user), action, resource);
    }

    /**
     * Makes a request that policies of roles understand, for a principal of any type.
     *
     * @param principal such as {@code Service::"scoring"}
     * @param action such as {@code unseal}
     * @param resource such as {@code models/fraud/7}
     * @return the request, to which the folders are known besides all that the authorizer knows of the resource
     * @throws IllegalArgumentException if {@link #resource(String)} refuses the name
     */
    public static Request request(EntityUid principal, String action, String resource) {
        Entity known = resource(resource);
        return new Request(principal, action(action), known.uid(), Map.of(), List.of(), known.parents());
    }

    /**
     * Writes a schema that requests and policies of roles fit, to be parsed, or extended before.
     *
     * @param actions all that are asked for, such as {@code unseal}; vaults ask for {@code seal}, {@code unseal},
     *     {@code rewrap}, {@code shred} and {@code manage-keys}
     * @return a text in Cedar's schema syntax, without context
     * @throws IllegalArgumentException if there are no actions
     * @see Schema#parse(String)
     */
    public static String schema(String... actions) {
        if (actions.length == 0) {
            throw new IllegalArgumentException("actions must not be empty");
        }
        String names = Stream.of(actions).map(Escapes::quote).collect(Collectors.joining(", "));
        return """
            entity Role in [Role];
            entity User in [Role];
            entity Folder;
            entity Resource in [Folder];
            action %s appliesTo { principal: [User], resource: [Resource] };
            """.formatted(names);
    }

    /** The policies, in the Cedar language. */
    @Override
    public String toString() {
        return text;
    }

    /**
     * Defines {@link Roles}.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private final Map<String, String> policies = new LinkedHashMap<>();
        private final Map<String, Set<String>> inherited = new LinkedHashMap<>();
        private final Map<List<EntityUid>, Grant> grants = new LinkedHashMap<>();
        private @Nullable String current;

        private Builder() {}

        /**
         * Begins a role, or goes on with it.
         *
         * @param name what it is called
         * @return this; what follows is about the role
         */
        public Builder role(String name) {
            current = Objects.requireNonNull(name, "name");
            inherited.computeIfAbsent(name, key -> new LinkedHashSet<>());
            return this;
        }

        /**
         * Lets the role do all that others may do, and denies it what they are denied.
         *
         * @param roles defined before or after
         * @return this
         * @throws IllegalStateException if no role was begun
         */
        public Builder inherits(String... roles) {
            inherited.computeIfAbsent(current(), key -> new LinkedHashSet<>()).addAll(List.of(roles));
            return this;
        }

        /**
         * Lets the role do one thing.
         *
         * @param action its name, or {@code *} for any
         * @param pattern on what: a name such as {@code models/fraud/7}, all that is below a folder such as
         *     {@code models/fraud/*}, or {@code *} for anything
         * @return this
         * @throws IllegalArgumentException if the pattern is something else; stars stand at the end alone
         * @throws IllegalStateException if no role was begun
         */
        public Builder may(String action, String pattern) {
            return rule("permit", Set.of(action), pattern);
        }

        /**
         * Lets the role do several things.
         *
         * @param actions their names, or {@code *} for any
         * @param pattern as in {@link #may(String, String)}
         * @return this
         * @throws IllegalArgumentException if the pattern is something else, or there are no actions
         * @throws IllegalStateException if no role was begun
         */
        public Builder may(Set<String> actions, String pattern) {
            return rule("permit", actions, pattern);
        }

        /**
         * Forbids the role one thing, whatever this or another role of the user's may do.
         *
         * @param action its name, or {@code *} for any
         * @param pattern as in {@link #may(String, String)}
         * @return this
         * @throws IllegalArgumentException if the pattern is something else
         * @throws IllegalStateException if no role was begun
         */
        public Builder denies(String action, String pattern) {
            return rule("forbid", Set.of(action), pattern);
        }

        /**
         * Forbids the role several things, whatever this or another role of the user's may do.
         *
         * @param actions their names, or {@code *} for any
         * @param pattern as in {@link #may(String, String)}
         * @return this
         * @throws IllegalArgumentException if the pattern is something else, or there are no actions
         * @throws IllegalStateException if no role was begun
         */
        public Builder denies(Set<String> actions, String pattern) {
            return rule("forbid", actions, pattern);
        }

        /**
         * Gives a user a role.
         *
         * @param user such as {@code alice}
         * @param role defined before or after
         * @return this
         * @throws IllegalStateException if the user has the role for a while already
         */
        public Builder assign(String user, String role) {
            return assign(new Grant(Roles.user(user), Roles.role(role), null));
        }

        /**
         * Gives a user a role for a while.
         *
         * @param user such as {@code alice}
         * @param role defined before or after
         * @param until the first moment at which it does not count
         * @return this
         * @throws IllegalStateException if the user has the role already, without end or until another moment
         */
        public Builder assign(String user, String role, Instant until) {
            return assign(new Grant(Roles.user(user), Roles.role(role), Objects.requireNonNull(until, "until")));
        }

        /**
         * Makes the roles.
         *
         * @return the roles
         * @throws IllegalStateException if a role is inherited or assigned that is not defined
         * @throws PolicyException if a role inherits from itself
         */
        public Roles build() {
            List<Entity> roles = new ArrayList<>();
            inherited.forEach((role, others) -> {
                others.forEach(this::requireDefined);
                roles.add(Entity.of(
                        Roles.role(role), others.stream().map(Roles::role).toArray(EntityUid[]::new)));
            });
            grants.values().forEach(grant -> requireDefined(grant.group().id()));
            return new Roles(
                    String.join("\n", policies.values()),
                    PolicySet.of(policies),
                    Entities.of(roles),
                    List.copyOf(grants.values()));
        }

        private Builder assign(Grant grant) {
            Grant first = grants.putIfAbsent(List.of(grant.member(), grant.group()), grant);
            if (first != null && !first.equals(grant)) {
                throw new IllegalStateException("%s is assigned already".formatted(first));
            }
            return this;
        }

        private Builder rule(String effect, Set<String> actions, String pattern) {
            if (actions.isEmpty()) {
                throw new IllegalArgumentException("actions must not be empty");
            }
            String role = current();
            policies.put(
                    role + "." + policies.size(),
                    "%s (principal in %s, %s, %s);"
                            .formatted(effect, Roles.role(role), scope(actions), ResourceNames.scope(pattern)));
            return this;
        }

        private static String scope(Set<String> actions) {
            if (actions.contains(ANY)) {
                return "action";
            }
            List<String> uids = new TreeSet<>(actions)
                    .stream().map(action -> Roles.action(action).toString()).toList();
            return uids.size() == 1 ? "action == " + uids.get(0) : "action in [%s]".formatted(String.join(", ", uids));
        }

        private String current() {
            if (current == null) {
                throw new IllegalStateException("role must be called first");
            }
            return current;
        }

        private void requireDefined(String role) {
            if (!inherited.containsKey(role)) {
                throw new IllegalStateException("role %s is not defined".formatted(role));
            }
        }
    }
}
