package io.aidc.security.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.internal.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from JSON where a schema says what to expect: then entities may lack {@code __entity}, and values of extension
 * types {@code __extn} or all but their text. What does not look as expected is read as {@link ValueReader} reads it; whether
 * a value has the type it should have is for {@link Conformance} to say.
 */
final class TypedReader {
    private static final int MAX_VALUES = 100_000;
    private static final String EXTENSION = "__extn";

    private TypedReader() {}

    static Value read(Json json, @Nullable CedarType expected) throws JsonException {
        if (expected instanceof CedarType.EntityOf && isBareEntity(json)) {
            return Value.of(ValueReader.entityUid(json));
        } else if (expected instanceof CedarType.SetOf set && json instanceof Json.Items items) {
            List<Value> values = new ArrayList<>();
            for (Json item : items.items()) {
                values.add(read(item, set.element()));
            }
            return new Value.SetOf(Items.of(values));
        } else if (expected instanceof CedarType.RecordOf record && json instanceof Json.Members members) {
            return new Value.RecordOf(attributes(members, record));
        } else if (expected instanceof CedarType.Plain plain) {
            return plain(json, plain);
        }
        return ValueReader.read(json);
    }

    /** Reads a context. */
    static Map<String, Value> context(String json, CedarType.RecordOf expected) throws JsonException {
        if (JsonReader.read(json.getBytes(UTF_8), MAX_VALUES) instanceof Json.Members members) {
            Map<String, Value> context = attributes(members, expected);
            if (Values.count(context.values(), Request.MAX_VALUES) > Request.MAX_VALUES) {
                throw new JsonException("expected at most %d values".formatted(Request.MAX_VALUES));
            }
            return context;
        }
        throw new JsonException("expected an object");
    }

    private static Map<String, Value> attributes(Json.Members json, CedarType.RecordOf expected) throws JsonException {
        Map<String, Value> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, Json> member : json.members().entrySet()) {
            CedarType.Attribute attribute = expected.attributes().get(member.getKey());
            try {
                attributes.put(member.getKey(), read(member.getValue(), attribute == null ? null : attribute.type()));
            } catch (JsonException e) {
                throw new JsonException(
                        "attribute %s: %s".formatted(Printable.of(member.getKey()), String.valueOf(e.getMessage())));
            }
        }
        return attributes;
    }

    private static Value plain(Json json, CedarType.Plain expected) throws JsonException {
        Extension constructor = Signature.constructorOf(expected);
        if (constructor != null && json instanceof Json.Text text) {
            return ValueReader.call(constructor, List.of(Value.of(text.value())));
        } else if (constructor != null && json instanceof Json.Members members) {
            Json wrapped = members.members().size() == 1 ? members.members().get(EXTENSION) : null;
            Json call = wrapped == null ? json : wrapped;
            Extension function =
                    call instanceof Json.Members parts && parts.members().get("fn") instanceof Json.Text name
                            ? Extension.named(name.value())
                            : null;
            if (function != null) {
                return call(function, call);
            }
        }
        return ValueReader.read(json);
    }

    private static Value call(Extension function, Json call) throws JsonException {
        List<Json> given = call.find("args").isPresent() ? call.get("args").asItems() : List.of(call.get("arg"));
        List<CedarType> parameters = Signature.of(function).parameters();
        List<Value> arguments = new ArrayList<>();
        for (Json argument : given) {
            int index = Math.min(arguments.size(), parameters.size() - 1);
            arguments.add(read(argument, parameters.get(index)));
        }
        return ValueReader.call(function, arguments);
    }

    private static boolean isBareEntity(Json json) {
        return json instanceof Json.Members members
                && members.members().get("type") instanceof Json.Text
                && members.members().get("id") instanceof Json.Text;
    }
}
