package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.internal.HighWaterClock;
import io.aidc.security.internal.Printable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may do what, and records it.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="authorizer"}
 *
 * <p>Nothing is allowed unless a policy permits it, and nothing is allowed that a policy forbids. A policy that has no answer,
 * because an attribute is missing or a number overflows, counts neither way and is reported: a {@code forbid} should ask with
 * {@code has} before it reads.
 *
 * <p>Policies, entities and grants can change while requests are decided. A decision sees all of them as they were at one
 * moment, and waits for nobody. Changes are made one at a time. Policies are found by what their heads name, so that those
 * about other principals, actions and resources cost a decision nothing; the time that it takes grows with the policies whose
 * heads fit, with their size, and with the number of groups that the principal, the action and the resource are in.
 *
 * <p>With a schema, policies, entities, grants and requests that do not fit it are refused, by an exception and without a record.
 *
 * <p>With an audit trail, decisions and changes are recorded before they have any effect; if that fails, its exception comes
 * out, and there is no decision or change. The trail is called by the caller's thread, about changes while others wait for
 * theirs: it must not change the authorizer, which is refused with an {@link IllegalStateException}. Records of policies have
 * the SHA-256 of their texts. Those of an entity have that of its name, attributes, tags and groups, each in order and written
 * as in policies: {@code User::"alice" {"level": 3} {} [Role::"scorer"]}. Those of many have that of all these in the order of
 * the names, a line feed behind each.
 *
 * <p><em>Thread-safe: any number of threads may decide and change.</em>
 */
public final class Authorizer {
    /** How many combinations a report may have. */
    static final int MAX_COMBINATIONS = 1_000_000;

    private final SchemaGuard guard;
    private final Recorder recorder;
    private final HighWaterClock clock;
    private final Object changing = new Object();
    private final Sharing sharing = new Sharing();

    /** Under the lock. */
    private boolean isRecording;

    /** Written under the lock; a decision reads it once. */
    private volatile Snapshot snapshot;

    private Authorizer(SchemaGuard guard, Recorder recorder, Clock clock, Snapshot snapshot) {
        this.guard = guard;
        this.recorder = recorder;
        this.clock = new HighWaterClock(clock, Instant.MIN, recorder::clockBack);
        this.snapshot = snapshot;
    }

    /**
     * Begins to put an authorizer together.
     *
     * @return a builder that has no policies yet
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Decides.
     *
     * @param request the question
     * @return the answer; its record is durable, if there is a trail
     * @throws PolicyException if there is a schema that the request does not fit: another type of principal or resource than
     *     the action is for, an unknown action, an attribute of the context or of the request's entities that is missing,
     *     unexpected or of another type. There is no decision then
     * @throws RuntimeException what the audit trail throws; there is no decision then
     */
    public Decision decide(Request request) {
        Objects.requireNonNull(request, "request");
        Snapshot seen = snapshot;
        guard.check(request, seen);
        return recorder.decision(request, Decider.decide(seen, request, now(seen)));
    }

    /**
     * Replaces all policies, also those that came with roles.
     *
     * @param policies in force for every decision that begins after this returns
     * @throws PolicyException if there is a schema by which {@link Schema#validate} finds an error; nothing changes then
     */
    public void replacePolicies(PolicySet policies) {
        guard.check(policies);
        PolicyIndex index = PolicyIndex.of(policies.policies());
        synchronized (changing) {
            change(snapshot.with(index), "replace-policies", "policies", recorder.digests(policies));
        }
    }

    /**
     * Replaces all entities, also those that came with roles or were put one by one. Grants stay. The record has the digest of
     * them all.
     *
     * @param entities known to every decision that begins after this returns
     * @throws PolicyException if together with the grants one of them is in itself, or does not fit the schema; nothing changes
     *     then
     */
    public void replaceEntities(Entities entities) {
        guard.check(entities);
        Map<String, String> digest = recorder.digest(entities);
        synchronized (changing) {
            Instant now = now();
            change(acyclic(snapshot.with(entities.byUid()), now), "replace-entities", "entities", digest);
        }
    }

    /**
     * Replaces all policies and all entities together: no decision sees the one without the other. Grants stay.
     *
     * @param policies in force for every decision that begins after this returns
     * @param entities known to every such decision
     * @throws PolicyException if together with the grants an entity is in itself, or a policy or entity does not fit the
     *     schema; nothing changes then
     */
    public void replace(PolicySet policies, Entities entities) {
        guard.check(policies);
        guard.check(entities);
        PolicyIndex index = PolicyIndex.of(policies.policies());
        Map<String, String> digests = more(recorder.digests(policies), recorder.digest(entities));
        synchronized (changing) {
            Instant now = now();
            change(acyclic(snapshot.with(index).with(entities.byUid()), now), "replace-all", "policies", digests);
        }
    }

    /**
     * Puts an entity in the place of the one of the same name, if there is one. Grants stay. The record has its digest.
     *
     * @param entity what is known of it from then on
     * @throws IllegalArgumentException if it would be in itself; nothing changes then
     * @throws PolicyException if it does not fit the schema; nothing changes then
     */
    public void put(Entity entity) {
        guard.check(entity);
        Map<String, String> digest = recorder.digest(entity);
        synchronized (changing) {
            Instant now = now();
            Snapshot next = snapshot.with(snapshot.entities().put(entity.uid(), entity));
            for (EntityUid parent : entity.parents()) {
                requireNoWay(next, now, entity.uid(), parent);
            }
            change(next, "put-entity", entity.uid(), digest);
        }
    }

    /**
     * Forgets an entity: its attributes, its tags and what it is in by itself. Its grants stay, so that its roles still count,
     * see {@link #revokeAll}; and so do those who are in it.
     *
     * @param uid its name
     * @return whether it was known
     */
    public boolean remove(EntityUid uid) {
        synchronized (changing) {
            HashTrie<Entity> fewer = snapshot.entities().remove(uid);
            if (fewer == snapshot.entities()) {
                return false;
            }
            change(snapshot.with(fewer), "remove-entity", uid, Map.of());
            return true;
        }
    }

    /**
     * Puts somebody in a group, or gives a role, until it is revoked. It takes the place of an earlier grant of the same. Any
     * group may be named, also one that no policy knows.
     *
     * @param member who, known as an entity or not
     * @param group in what
     * @throws IllegalArgumentException if the group is in the member, or is it; nothing changes then
     * @throws PolicyException if by the schema the member cannot be in the group; nothing changes then
     */
    public void grant(EntityUid member, EntityUid group) {
        grant(new Grant(member, group, null));
    }

    /**
     * Puts somebody in a group, or gives a role, for a while. It takes the place of an earlier grant of the same. That it ends
     * is not recorded, since its end is; one that has ended already is recorded, and counts for nothing.
     *
     * @param member who, known as an entity or not
     * @param group in what
     * @param until the first moment at which it does not count. It does not come back when the clock is turned back, which
     *     is recorded as {@code clock-back} instead
     * @throws IllegalArgumentException if the group is in the member, or is it; nothing changes then
     * @throws PolicyException if by the schema the member cannot be in the group; nothing changes then
     */
    public void grant(EntityUid member, EntityUid group, Instant until) {
        grant(new Grant(member, group, Objects.requireNonNull(until, "until")));
    }

    private void grant(Grant given) {
        guard.check(given);
        synchronized (changing) {
            Instant now = now();
            Grant grant = sharing.share(given);
            requireNoWay(snapshot, now, grant.member(), grant.group());
            Snapshot next = snapshot.with(grant, now);
            change(next, "grant", grant.member(), Recorder.details(grant));
        }
    }

    /**
     * Takes somebody out of a group: ends a grant, and takes the group from what the entity is in, directly. Being in it by way of
     * another group does not end.
     *
     * @param member who
     * @param group out of what
     * @return whether the member was in it; a grant that has ended by itself does not count
     */
    @SuppressWarnings("ReferenceEquality") // unchanged is the same object; comparing values would walk millions
    public boolean revoke(EntityUid member, EntityUid group) {
        Objects.requireNonNull(member, "member");
        Objects.requireNonNull(group, "group");
        synchronized (changing) {
            Instant now = now();
            Snapshot next = snapshot.without(member, group, now);
            if (next == snapshot) {
                return false;
            }
            change(next, "revoke", member, Map.of("group", group.toString()));
            return true;
        }
    }

    /**
     * Ends all grants of a member. What its entity is in by itself stays, see {@link #remove}.
     *
     * @param member who
     * @return what was ended, in the order of groups; grants that have ended by themselves are not among them
     */
    public List<Grant> revokeAll(EntityUid member) {
        Objects.requireNonNull(member, "member");
        synchronized (changing) {
            Instant now = now();
            List<Grant> ended = snapshot.grants(member, now);
            if (!ended.isEmpty()) {
                change(snapshot.without(member, ended), "revoke-all", member, recorder.groups(ended));
            }
            return ended;
        }
    }

    /**
     * Lists the grants that count at this moment.
     *
     * @return in the order of members and groups
     */
    public List<Grant> grants() {
        Snapshot seen = snapshot;
        return seen.grants(now(seen));
    }

    /**
     * Lists those that could be principals: entities and members of grants.
     *
     * @param type their type, such as {@code User}
     * @return in order
     */
    public List<EntityUid> principals(String type) {
        Objects.requireNonNull(type, "type");
        return snapshot.known(type);
    }

    /**
     * Finds out who may do what: decides every combination, without context, on what is known at one moment. Not the decisions
     * are recorded, but that there was a report.
     *
     * @param principals who
     * @param actions what
     * @param resources on what; each counts as known. What the authorizer knows by its name counts too, but for attributes and
     *     tags that are given here
     * @return a row for each combination
     * @throws IllegalArgumentException if there are more than a million combinations
     */
    public PermissionReport report(
            Collection<EntityUid> principals, Collection<EntityUid> actions, Collection<Entity> resources) {
        long combinations = Math.multiplyExact(
                Math.multiplyExact((long) principals.size(), (long) actions.size()), (long) resources.size());
        if (combinations > MAX_COMBINATIONS) {
            throw new IllegalArgumentException(
                    "a report has at most %d combinations, got %d".formatted(MAX_COMBINATIONS, combinations));
        }
        Snapshot seen = snapshot;
        Instant now = now(seen);
        List<Entity> known = resources.stream().map(seen::joined).toList();
        List<PermissionReport.Row> rows = new ArrayList<>();
        for (EntityUid principal : principals) {
            for (EntityUid action : actions) {
                for (Entity resource : known) {
                    rows.add(PermissionReport.row(seen, principal, action, resource, now));
                }
            }
        }
        recorder.change("permission-report", "permissions", Map.of("combinations", Long.toString(combinations)));
        return new PermissionReport(rows);
    }

    /**
     * Finds out who may do one thing.
     *
     * @param type the type of principals to ask for, such as {@code User}
     * @param action what
     * @param resource on what
     * @return a row for each of {@link #principals(String)}
     * @throws IllegalArgumentException if there are more than a million principals
     */
    public PermissionReport whoCan(String type, EntityUid action, Entity resource) {
        return report(principals(type), List.of(action), List.of(resource));
    }

    /** How much it knows. */
    @Override
    public String toString() {
        Snapshot seen = snapshot;
        return "Authorizer[%d policies, %d entities]"
                .formatted(seen.policies().size(), seen.entities().size());
    }

    /** Only grants that end need a clock. */
    private Instant now(Snapshot seen) {
        return seen.timed() > 0 ? clock.now() : Instant.MIN;
    }

    /** Called under the lock, before what is known is read: if the clock was turned back, this calls the trail. */
    private Instant now() {
        return now(snapshot);
    }

    /** Called under the lock. A trail that made a change here would have it overwritten by this one. */
    private void change(Snapshot next, String action, Object resource, Map<String, String> details) {
        if (isRecording) {
            throw new IllegalStateException("the trail must not change the authorizer");
        }
        isRecording = true;
        try {
            recorder.change(action, resource, details);
        } finally {
            isRecording = false;
        }
        snapshot = next;
    }

    private static Snapshot acyclic(Snapshot next, Instant now) {
        Hierarchy hierarchy = new Hierarchy(uid -> next.parents(uid, now));
        next.grants().forEach((member, groups) -> hierarchy.requireAcyclic(member));
        return next;
    }

    private static void requireNoWay(Snapshot seen, Instant now, EntityUid member, EntityUid group) {
        List<EntityUid> way = new Hierarchy(uid -> seen.parents(uid, now)).path(group, member);
        if (!way.isEmpty()) {
            List<EntityUid> cycle = new ArrayList<>(List.of(member));
            cycle.addAll(way);
            throw new IllegalArgumentException("nothing may be in itself, got " + Printable.of(Hierarchy.text(cycle)));
        }
    }

    private static Map<String, String> more(Map<String, String> details, Map<String, String> others) {
        Map<String, String> joined = new HashMap<>(details);
        joined.putAll(others);
        return joined;
    }

    /**
     * Puts an {@link Authorizer} together.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private @Nullable PolicySet policies;
        private @Nullable Roles roles;
        private @Nullable Schema schema;
        private @Nullable Entities entities;
        private @Nullable AuditTrail trail;
        private @Nullable Clock clock;

        private Builder() {}

        /**
         * Sets the policies.
         *
         * @param policies the rules; those of {@link #roles} are added
         * @return this
         * @throws IllegalStateException if there are policies already
         */
        public Builder policies(PolicySet policies) {
            requireUnset("policies", this.policies);
            this.policies = Objects.requireNonNull(policies, "policies");
            return this;
        }

        /**
         * Sets the policies.
         *
         * @param text in the Cedar language; rules are called {@code policy0}, {@code policy1} and so on
         * @return this
         * @throws PolicyException if the text breaks a rule of the language
         * @throws IllegalStateException if there are policies already
         */
        public Builder policies(String text) {
            return policies(PolicySet.parse(text));
        }

        /**
         * Sets the roles.
         *
         * @param roles their policies, entities and assignments are added to the others
         * @return this
         * @throws IllegalStateException if there are roles already
         */
        public Builder roles(Roles roles) {
            requireUnset("roles", this.roles);
            this.roles = Objects.requireNonNull(roles, "roles");
            return this;
        }

        /**
         * Sets what policies, entities and requests must fit. The groups that it puts actions in count too.
         *
         * @param schema nothing is checked if not set
         * @return this
         * @throws IllegalStateException if there is a schema already
         */
        public Builder schema(Schema schema) {
            requireUnset("schema", this.schema);
            this.schema = Objects.requireNonNull(schema, "schema");
            return this;
        }

        /**
         * Sets what is known from the beginning.
         *
         * @param entities nothing if not set
         * @return this
         * @throws IllegalStateException if there are entities already
         */
        public Builder entities(Entities entities) {
            requireUnset("entities", this.entities);
            this.entities = Objects.requireNonNull(entities, "entities");
            return this;
        }

        /**
         * Sets where decisions and changes are recorded.
         *
         * @param trail nothing is recorded if not set
         * @return this
         * @throws IllegalStateException if there is a trail already
         */
        public Builder auditTo(AuditTrail trail) {
            requireUnset("auditTo", this.trail);
            this.trail = Objects.requireNonNull(trail, "trail");
            return this;
        }

        /**
         * Sets what ends grants.
         *
         * @param clock the system's if not set
         * @return this
         * @throws IllegalStateException if there is a clock already
         */
        public Builder clock(Clock clock) {
            requireUnset("clock", this.clock);
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Makes the authorizer, and records that.
         *
         * @return the authorizer
         * @throws IllegalStateException if neither policies nor roles were set
         * @throws PolicyException if an entity is in itself, a name occurs twice, or something does not fit the schema: then it
         *     has the place of the first error that {@link Schema#validate} found, and names up to ten
         */
        public Authorizer build() {
            if (policies == null && roles == null) {
                throw new IllegalStateException("policies or roles must be set");
            }
            PolicySet rules = policies == null ? PolicySet.none() : policies;
            Entities known = entities == null ? Entities.none() : entities;
            if (roles != null) {
                rules = roles.policies().plus(rules);
                known = roles.entities().plus(known);
            }
            SchemaGuard guard = new SchemaGuard(schema);
            guard.check(rules);
            guard.check(known);
            Snapshot snapshot = new Snapshot(
                    PolicyIndex.of(rules.policies()), known.byUid(), HashTrie.empty(), guard.actionGroups(), 0);
            Sharing sharing = new Sharing();
            for (Grant grant : roles == null ? List.<Grant>of() : roles.grants()) {
                guard.check(grant);
                snapshot = snapshot.with(sharing.share(grant), Instant.MIN);
            }
            acyclic(snapshot, Instant.MIN);
            Recorder recorder = new Recorder(trail);
            recorder.change("start", "policies", more(recorder.digests(rules), recorder.digest(known)));
            for (Grant grant : roles == null ? List.<Grant>of() : roles.grants()) {
                recorder.change("grant", grant.member(), Recorder.details(grant));
            }
            return new Authorizer(guard, recorder, clock == null ? Clock.systemUTC() : clock, snapshot);
        }

        private static void requireUnset(String option, @Nullable Object value) {
            if (value != null) {
                throw new IllegalStateException("%s is set already".formatted(option));
            }
        }
    }
}
