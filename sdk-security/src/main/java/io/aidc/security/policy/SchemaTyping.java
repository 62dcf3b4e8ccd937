package io.aidc.security.policy;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;

/** Reads entities as a schema has them, and refuses those that are different. */
record SchemaTyping(Schema schema) implements EntityTyping {
    @Override
    public Value attribute(EntityUid uid, String name, Json json) throws JsonException {
        CedarType.Attribute attribute =
                schema.attributes(new CedarType.EntityOf(uid.type())).get(name);
        return TypedReader.read(json, attribute == null ? null : attribute.type());
    }

    @Override
    public Value tag(EntityUid uid, String name, Json json) throws JsonException {
        return TypedReader.read(json, schema.tags(uid.type()));
    }

    @Override
    public void check(Entity entity) {
        new Conformance(schema).check(entity);
    }
}
