package io.aidc.security.policy;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads values from JSON where nothing says what they should be: entities and the values of extension types are marked by
 * {@code __entity} and {@code __extn}.
 *
 * @see <a href="https://docs.cedarpolicy.com/auth/entities-syntax.html">Cedar, entities and context syntax</a>
 */
final class ValueReader {
    private static final String ENTITY = "__entity";
    private static final String EXTENSION = "__extn";
    private static final String EXPRESSION = "__expr";

    private ValueReader() {}

    static Value read(Json json) throws JsonException {
        if (json instanceof Json.Text text) {
            return Value.of(text.value());
        }
        if (json instanceof Json.Numeral) {
            return Value.of(json.asLong());
        }
        if (json instanceof Json.Items array) {
            List<Value> items = new ArrayList<>();
            for (Json item : array.items()) {
                items.add(read(item));
            }
            return new Value.SetOf(Items.of(items));
        }
        if (json instanceof Json.Members object) {
            return object(object.members());
        }
        if (json == Json.Literal.NULL) {
            throw new JsonException("null is no value");
        }
        return Value.of(json.asBoolean());
    }

    static Map<String, Value> attributes(Json json) throws JsonException {
        if (!(json instanceof Json.Members object)) {
            throw new JsonException("expected an object");
        }
        Map<String, Value> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
            attributes.put(member.getKey(), read(member.getValue()));
        }
        return attributes;
    }

    /** {@code {"type": …, "id": …}}, with or without {@code __entity} around it. */
    static EntityUid entityUid(Json json) throws JsonException {
        Json inner = json.find(ENTITY).orElse(json);
        try {
            return new EntityUid(inner.get("type").asText(), inner.get("id").asText());
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()));
        }
    }

    private static Value object(Map<String, Json> members) throws JsonException {
        if (members.size() == 1) {
            Json entity = members.get(ENTITY);
            if (entity != null && isText(entity, "type") && isText(entity, "id")) {
                return Value.of(entityUid(entity));
            }
            Json extension = members.get(EXTENSION);
            if (extension != null && isText(extension, "fn")) {
                return extension(extension);
            }
            if (members.get(EXPRESSION) instanceof Json.Text) {
                throw new JsonException("__expr is not supported");
            }
        }
        return new Value.RecordOf(attributes(new Json.Members(members)));
    }

    /** {@code {"fn": …, "arg": …}} or {@code {"fn": …, "args": […]}}. */
    static Value extension(Json json) throws JsonException {
        String name = json.get("fn").asText();
        Extension function = Extension.named(name);
        if (function == null) {
            throw new JsonException("unknown function " + Printable.of(name));
        }
        List<Value> arguments = new ArrayList<>();
        for (Json argument : json.find("args").isPresent() ? json.get("args").asItems() : List.of(json.get("arg"))) {
            arguments.add(read(argument));
        }
        return call(function, arguments);
    }

    static Value call(Extension function, List<Value> arguments) throws JsonException {
        try {
            return Extensions.call(function, arguments.toArray(new Value[0]), 0);
        } catch (EvaluationFailure e) {
            throw new JsonException(e.fault());
        }
    }

    private static boolean isText(Json json, String member) {
        return json instanceof Json.Members object && object.members().get(member) instanceof Json.Text;
    }
}
