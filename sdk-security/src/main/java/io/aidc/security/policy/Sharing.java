package io.aidc.security.policy;

import com.github.benmanes.caffeine.cache.Interner;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Lets equal names of types and groups be the same objects, which is what makes millions of grants fit. <em>Thread-safe.</em>
 */
final class Sharing {
    private final Interner<String> types = Interner.newWeakInterner();
    private final Interner<EntityUid> groups = Interner.newWeakInterner();

    Grant share(Grant grant) {
        return new Grant(
                member(grant.member()), group(grant.group()), grant.until().orElse(null));
    }

    /** With its type and its parents shared. */
    Entity share(Entity entity) {
        EntityUid uid = member(entity.uid());
        Set<EntityUid> parents = new LinkedHashSet<>();
        for (EntityUid parent : entity.parents()) {
            parents.add(group(parent));
        }
        return new Entity(uid, entity.attributes(), entity.tags(), parents);
    }

    private EntityUid member(EntityUid uid) {
        return new EntityUid(types.intern(uid.type()), uid.id());
    }

    private EntityUid group(EntityUid uid) {
        return groups.intern(member(uid));
    }
}
