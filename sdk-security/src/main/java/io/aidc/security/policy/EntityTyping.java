package io.aidc.security.policy;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;

/** How attributes of entities are read from JSON, and what entities must look like. A schema knows; without one all is well. */
interface EntityTyping {
    EntityTyping NONE = new EntityTyping() {};

    /** Reads an attribute. */
    default Value attribute(EntityUid uid, String name, Json json) throws JsonException {
        return ValueReader.read(json);
    }

    /** Reads a tag. */
    default Value tag(EntityUid uid, String name, Json json) throws JsonException {
        return ValueReader.read(json);
    }

    /** Looks at an entity that was read: throws a {@link io.aidc.security.PolicyException} if it is not as it should be. */
    default void check(Entity entity) {}
}
