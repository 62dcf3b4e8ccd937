package io.aidc.security.policy;

import java.util.Set;

/**
 * What a schema says of one action. <em>Immutable.</em>
 *
 * @param uid the action
 * @param groups the groups that it is in
 * @param ancestors the same, and those through others
 * @param principals the types that may do it
 * @param resources the types that it may be done to
 * @param context what goes with a request
 */
record ActionShape(
        EntityUid uid,
        Set<EntityUid> groups,
        Set<EntityUid> ancestors,
        Set<String> principals,
        Set<String> resources,
        CedarType.RecordOf context) {
    ActionShape in(Set<EntityUid> others) {
        return new ActionShape(uid, groups, others, principals, resources, context);
    }

    boolean isIn(EntityUid group) {
        return uid.equals(group) || ancestors.contains(group);
    }
}
