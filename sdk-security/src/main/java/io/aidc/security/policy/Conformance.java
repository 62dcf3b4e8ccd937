package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.internal.Printable;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says whether values, entities and requests are as a schema has them. Messages name types, never what a value holds.
 * <em>Immutable.</em>
 */
final class Conformance {
    private final Schema schema;

    Conformance(Schema schema) {
        this.schema = schema;
    }

    void check(Entity entity) {
        String fault = fault(entity);
        if (fault != null) {
            throw new PolicyException("entity " + entity.uid(), fault);
        }
    }

    void check(Grant grant) {
        EntityUid member = grant.member();
        EntityShape shape = schema.entity(member.type());
        String fault = shape == null ? "cannot be granted a group, its type is unknown" : fault(member);
        if (fault == null && shape != null) {
            fault = faultOfParents(Set.of(grant.group()), shape);
        }
        if (fault != null) {
            throw new PolicyException("entity " + member, fault);
        }
    }

    /** Checks who does what on what, with what context and with what entities of the request's own. */
    void check(Request request) {
        ActionShape action = schema.action(request.action());
        if (action == null) {
            throw new PolicyException("request", "unknown action " + shown(request.action()));
        }
        check("principal", request.principal(), action.principals(), action);
        check("resource", request.resource(), action.resources(), action);
        checkContext(request.context(), action);
        request.entities().forEach(this::check);
    }

    void checkContext(Map<String, Value> context, ActionShape action) {
        String fault = fault(context, action.context());
        if (fault != null) {
            throw new PolicyException("context", fault);
        }
    }

    private void check(String what, EntityUid uid, Set<String> types, ActionShape action) {
        if (!types.contains(uid.type())) {
            throw new PolicyException(
                    "request",
                    "%s %s does not go with %s, expected one of %s"
                            .formatted(what, shown(uid), shown(action.uid()), Printable.of(String.join(", ", types))));
        }
        String fault = fault(uid);
        if (fault != null) {
            throw new PolicyException("request", "%s: %s".formatted(what, fault));
        }
    }

    private @Nullable String fault(Entity entity) {
        if (entity.uid().isAction()) {
            return faultOfAction(entity);
        }
        EntityShape shape = schema.entity(entity.uid().type());
        if (shape == null) {
            return "unknown type" + Nearest.hint(entity.uid().type(), schema.entityTypes());
        }
        String fault = fault(entity.uid());
        if (fault == null) {
            fault = fault(entity.attributes(), shape.attributes());
        }
        if (fault == null) {
            fault = faultOfTags(entity.tags(), shape.tags());
        }
        return fault == null ? faultOfParents(entity.parents(), shape) : fault;
    }

    /** Actions have groups at most, and those that the schema gives them. */
    private @Nullable String faultOfAction(Entity entity) {
        ActionShape shape = schema.action(entity.uid());
        if (shape == null) {
            return "unknown action";
        }
        if (!entity.attributes().isEmpty() || !entity.tags().isEmpty()) {
            return "actions have no attributes and no tags";
        }
        for (EntityUid parent : entity.parents()) {
            if (!shape.isIn(parent)) {
                return "is not in %s, says the schema".formatted(shown(parent));
            }
        }
        return null;
    }

    private @Nullable String faultOfParents(Set<EntityUid> parents, EntityShape shape) {
        for (EntityUid parent : parents) {
            if (!shape.ancestors().contains(parent.type())) {
                return "cannot be in %s, expected parents of %s"
                        .formatted(
                                shown(parent),
                                shape.ancestors().isEmpty()
                                        ? "no type"
                                        : Printable.of(String.join(", ", shape.ancestors())));
            }
            String fault = fault(parent);
            if (fault != null) {
                return "parent: " + fault;
            }
        }
        return null;
    }

    private @Nullable String faultOfTags(Map<String, Value> tags, @Nullable CedarType type) {
        for (Map.Entry<String, Value> tag : tags.entrySet()) {
            String fault = type == null ? "unexpected, the type has no tags" : fault(tag.getValue(), type);
            if (fault != null) {
                return "tag %s: %s".formatted(Printable.of(tag.getKey()), fault);
            }
        }
        return null;
    }

    private @Nullable String fault(Map<String, Value> attributes, CedarType.RecordOf type) {
        for (Map.Entry<String, CedarType.Attribute> expected : type.attributes().entrySet()) {
            if (expected.getValue().required() && !attributes.containsKey(expected.getKey())) {
                return "attribute %s: missing, expected %s"
                        .formatted(
                                Printable.of(expected.getKey()),
                                expected.getValue().type().shown());
            }
        }
        for (Map.Entry<String, Value> attribute : attributes.entrySet()) {
            CedarType.Attribute expected = type.attributes().get(attribute.getKey());
            String fault = expected == null
                    ? "unexpected"
                            + Nearest.hint(attribute.getKey(), type.attributes().keySet())
                    : fault(attribute.getValue(), expected.type());
            if (fault != null) {
                return "attribute %s: %s".formatted(Printable.of(attribute.getKey()), fault);
            }
        }
        return null;
    }

    private @Nullable String fault(Value value, CedarType type) {
        if (value instanceof Value.Ref ref && type instanceof CedarType.EntityOf entity) {
            return ref.uid().type().equals(entity.name()) ? fault(ref.uid()) : mismatch(value, type);
        } else if (value instanceof Value.SetOf set && type instanceof CedarType.SetOf expected) {
            for (Value item : set.items()) {
                String fault = fault(item, expected.element());
                if (fault != null) {
                    return "in the set: " + fault;
                }
            }
            return null;
        } else if (value instanceof Value.RecordOf record && type instanceof CedarType.RecordOf expected) {
            return fault(record.attributes(), expected);
        }
        return isPlain(value, type) ? null : mismatch(value, type);
    }

    private static boolean isPlain(Value value, CedarType type) {
        if (!(type instanceof CedarType.Plain plain)) {
            return value instanceof Value.Bool && type instanceof CedarType.Truth;
        }
        return switch (plain) {
            case LONG -> value instanceof Value.Whole;
            case STRING -> value instanceof Value.Text;
            case DECIMAL -> value instanceof Value.Decimal;
            case IP -> value instanceof Value.Ip;
            case DATETIME -> value instanceof Value.Datetime;
            case DURATION -> value instanceof Value.Duration;
        };
    }

    private static String mismatch(Value value, CedarType type) {
        String found = value instanceof Value.Ref ref ? Printable.of(ref.uid().type()) : Values.kind(value);
        return "found %s, expected %s".formatted(found, type.shown());
    }

    /** What is wrong with the name of an entity of a known type. */
    private @Nullable String fault(EntityUid uid) {
        if (uid.isAction()) {
            return schema.action(uid) == null ? "unknown action " + shown(uid) : null;
        }
        EntityShape shape = schema.entity(uid.type());
        return shape == null || shape.mayHaveId(uid.id())
                ? null
                : "%s is none of the ids that %s lists".formatted(shown(uid), uid.type());
    }

    private static String shown(EntityUid uid) {
        return Printable.of(uid.toString());
    }
}
