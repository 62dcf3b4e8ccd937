package io.aidc.security.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that decisions depend on. An authorizer goes from one to the next, and every decision sees one.
 *
 * <p><em>Immutable.</em>
 *
 * @param policies the rules
 * @param entities what is known
 * @param grants by member, then by group
 * @param actionGroups which groups the schema puts actions in, directly
 * @param timed how many grants end by themselves
 */
record Snapshot(
        PolicyIndex policies,
        HashTrie<Entity> entities,
        HashTrie<HashTrie<Grant>> grants,
        Map<EntityUid, Set<EntityUid>> actionGroups,
        int timed) {
    Snapshot with(PolicyIndex others) {
        return new Snapshot(others, entities, grants, actionGroups, timed);
    }

    Snapshot with(HashTrie<Entity> others) {
        return new Snapshot(policies, others, grants, actionGroups, timed);
    }

    /** Takes the place of a grant of the same member and group. Those of the member that have ended go. */
    Snapshot with(Grant given, Instant now) {
        Snapshot pruned =
                timed == 0 ? this : without(given.member(), grants(given.member(), grant -> !grant.counts(now)));
        Grant grant = given.by(pruned.grants.shared(given.member()));
        HashTrie<Grant> groups = pruned.grants.get(grant.member());
        @Nullable Grant before = groups == null ? null : groups.get(grant.group());
        HashTrie<Grant> more = (groups == null ? HashTrie.<Grant>empty() : groups).put(grant.group(), grant);
        return new Snapshot(
                policies,
                entities,
                pruned.grants.put(grant.member(), more),
                actionGroups,
                pruned.timed + count(grant) - (before == null ? 0 : count(before)));
    }

    /** Without a grant, and with the group taken from the member's parents; the same if the member is not in it. */
    Snapshot without(EntityUid member, EntityUid group, Instant now) {
        Entity entity = entities.get(member);
        Snapshot changed = entity == null || !entity.parents().contains(group)
                ? this
                : with(entities.put(member, entity.without(group)));
        HashTrie<Grant> groups = grants.get(member);
        @Nullable Grant grant = groups == null ? null : groups.get(group);
        return grant == null || !grant.counts(now) ? changed : changed.without(member, List.of(grant));
    }

    /** Without some grants of a member. */
    Snapshot without(EntityUid member, Collection<Grant> gone) {
        HashTrie<Grant> fewer = grants.get(member);
        if (fewer == null || gone.isEmpty()) {
            return this;
        }
        int stillTimed = timed;
        for (Grant grant : gone) {
            fewer = fewer.remove(grant.group());
            stillTimed -= count(grant);
        }
        return new Snapshot(
                policies,
                entities,
                fewer.size() == 0 ? grants.remove(member) : grants.put(member, fewer),
                actionGroups,
                stillTimed);
    }

    /** An entity with what is known by its name; attributes and tags that it has itself take precedence. */
    Entity joined(Entity given) {
        Entity stored = entities.get(given.uid());
        return stored == null ? given : stored.plus(given);
    }

    /** What an entity is in, directly. */
    Collection<EntityUid> parents(EntityUid uid, Instant now) {
        Entity entity = entities.get(uid);
        HashTrie<Grant> groups = grants.get(uid);
        if (groups == null) {
            return entity == null ? Set.of() : entity.parents();
        }
        List<EntityUid> parents = new ArrayList<>(entity == null ? Set.of() : entity.parents());
        groups.forEach((group, grant) -> {
            if (grant.counts(now)) {
                parents.add(group);
            }
        });
        return parents;
    }

    /** Those that count at a moment, in the order of members and groups. */
    List<Grant> grants(Instant now) {
        List<Grant> all = new ArrayList<>();
        grants.forEach((member, groups) -> addAll(groups, grant -> grant.counts(now), all));
        all.sort(Grant.ORDER);
        return List.copyOf(all);
    }

    /** Those of a member that count at a moment, in the order of groups. */
    List<Grant> grants(EntityUid member, Instant now) {
        List<Grant> found = grants(member, grant -> grant.counts(now));
        found.sort(Grant.ORDER);
        return List.copyOf(found);
    }

    private List<Grant> grants(EntityUid member, Predicate<Grant> which) {
        HashTrie<Grant> groups = grants.get(member);
        List<Grant> found = new ArrayList<>();
        if (groups != null) {
            addAll(groups, which, found);
        }
        return found;
    }

    private static void addAll(HashTrie<Grant> groups, Predicate<Grant> which, List<Grant> to) {
        groups.forEach((group, grant) -> {
            if (which.test(grant)) {
                to.add(grant);
            }
        });
    }

    /** The entities and members of grants that have a type, in order. */
    List<EntityUid> known(String type) {
        TreeSet<EntityUid> found = new TreeSet<>();
        entities.forEach((uid, entity) -> {
            if (uid.type().equals(type)) {
                found.add(uid);
            }
        });
        grants.forEach((uid, groups) -> {
            if (uid.type().equals(type)) {
                found.add(uid);
            }
        });
        return List.copyOf(found);
    }

    private static int count(Grant grant) {
        return grant.isTimed() ? 1 : 0;
    }
}
