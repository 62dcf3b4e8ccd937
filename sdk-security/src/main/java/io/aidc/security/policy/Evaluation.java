package io.aidc.security.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request against one snapshot. What is in what is worked out when it is first asked. <em>Confined: one thread.</em> */
final class Evaluation {
    /** Has no request, for code that asks nothing of it. */
    static final Evaluation NONE = new Evaluation(
            Request.of(new EntityUid("None", ""), new EntityUid("None", ""), new EntityUid("None", "")),
            new Snapshot(PolicyIndex.of(List.of()), HashTrie.empty(), HashTrie.empty(), Map.of(), 0),
            Instant.MIN);

    private final Snapshot snapshot;
    private final Instant now;
    private final Value principal;
    private final Value action;
    private final Value resource;
    private final Request request;
    private final Map<EntityUid, Entity> known;
    private final Map<EntityUid, Set<EntityUid>> closures = new HashMap<>();
    private @Nullable Value context;

    Evaluation(Request request, Snapshot snapshot, Instant now) {
        this.snapshot = snapshot;
        this.now = now;
        this.request = request;
        this.principal = Value.of(request.principal());
        this.action = Value.of(request.action());
        this.resource = Value.of(request.resource());
        this.known = known(request.entities());
    }

    private static Map<EntityUid, Entity> known(List<Entity> entities) {
        if (entities.isEmpty()) {
            return Map.of();
        }
        Map<EntityUid, Entity> known = new HashMap<>();
        for (Entity entity : entities) {
            known.put(entity.uid(), entity);
        }
        return known;
    }

    Request request() {
        return request;
    }

    Value principal() {
        return principal;
    }

    Value action() {
        return action;
    }

    Value resource() {
        return resource;
    }

    Value context() {
        Value made = context;
        if (made == null) {
            made = new Value.RecordOf(request.context());
            context = made;
        }
        return made;
    }

    @Nullable
    Entity entity(EntityUid uid) {
        if (!known.isEmpty()) {
            Entity entity = known.get(uid);
            if (entity != null) {
                return entity;
            }
        }
        return snapshot.entities().get(uid);
    }

    boolean isIn(EntityUid uid, EntityUid ancestor) {
        return uid.equals(ancestor) || ancestorsOrSelf(uid).contains(ancestor);
    }

    /** All that an entity is in, and itself. */
    Set<EntityUid> ancestorsOrSelf(EntityUid uid) {
        Set<EntityUid> closure = closures.get(uid);
        if (closure == null) {
            closure = closure(uid);
            closures.put(uid, closure);
        }
        return closure;
    }

    private Set<EntityUid> closure(EntityUid uid) {
        List<EntityUid> found = new ArrayList<>(4);
        addParents(uid, found);
        if (found.isEmpty()) {
            return Set.of(uid);
        }
        Set<EntityUid> closure = new HashSet<>();
        closure.add(uid);
        while (!found.isEmpty()) {
            EntityUid next = found.remove(found.size() - 1);
            if (closure.add(next)) {
                addParents(next, found);
            }
        }
        return closure;
    }

    private void addParents(EntityUid uid, List<EntityUid> to) {
        Entity entity = entity(uid);
        if (entity != null) {
            for (EntityUid parent : entity.parents()) {
                to.add(parent);
            }
        }
        HashTrie<Grant> grants = snapshot.grants().get(uid);
        if (grants != null) {
            grants.forEach((group, grant) -> {
                if (grant.counts(now)) {
                    to.add(group);
                }
            });
        }
        if (!request.folders().isEmpty() && uid.equals(request.resource())) {
            to.addAll(request.folders());
        }
        if (!snapshot.actionGroups().isEmpty()) {
            to.addAll(snapshot.actionGroups().getOrDefault(uid, Set.of()));
        }
    }
}
