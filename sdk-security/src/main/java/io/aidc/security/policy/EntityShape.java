package io.aidc.security.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says of one type of entities. <em>Immutable.</em>
 *
 * @param name in full
 * @param ancestors the types that an entity of this one may be in, through others too
 * @param attributes what its entities have
 * @param tags the type of its tags; null if there must be none
 * @param ids the only ids there are, if the type lists them; else empty
 */
record EntityShape(
        String name,
        Set<String> ancestors,
        CedarType.RecordOf attributes,
        @Nullable CedarType tags,
        Set<String> ids) {
    EntityShape in(Set<String> others) {
        return new EntityShape(name, others, attributes, tags, ids);
    }

    /** Whether an entity of this type may have that id. */
    boolean mayHaveId(String id) {
        return ids.isEmpty() || ids.contains(id);
    }
}
