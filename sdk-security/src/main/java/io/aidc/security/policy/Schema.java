package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.Printable;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says which entities, actions and contexts there are, so that a misspelt policy is found when it is written and not when it
 * fails to apply.
 *
 * {@snippet class="io.aidc.security.policy.SchemaSnippetsTest" region="validate"}
 *
 * <p>Cedar's own syntax is read, all of it: namespaces, entity types with attributes, tags or listed ids, named types, actions
 * with groups. The JSON form is not. A text may have 1 Mi characters; types may nest 64 deep and have 10&nbsp;000 parts with
 * all that they name put in; actions may apply to 100&nbsp;000 combinations of principal type, action and resource type.
 *
 * <p>It serves in four places: {@link #validate} checks policies; {@link Entities#parse(String, Schema)} and
 * {@link #readContext} read JSON with the types at hand; an {@link Authorizer} that has a schema refuses what does not fit it; and
 * the groups of the actions count there without being entities.
 *
 * {@snippet class="io.aidc.security.policy.SchemaSnippetsTest" region="authorizer"}
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://docs.cedarpolicy.com/schema/human-readable-schema.html">Cedar, schema format</a>
 */
public final class Schema {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final SortedMap<String, CedarType.Attribute> NONE =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    private final Map<String, EntityShape> entities;
    private final Map<EntityUid, ActionShape> actions;

    Schema(Map<String, EntityShape> entities, Map<EntityUid, ActionShape> actions) {
        this.entities = entities;
        this.actions = actions;
    }

    /**
     * Reads a schema.
     *
     * @param text in Cedar's syntax for schemas, not in JSON
     * @return the schema
     * @throws PolicyException if the text breaks a rule, names what it does not declare, or is over a limit; it says where,
     *     what was found, and what was expected
     */
    public static Schema parse(String text) {
        if (Objects.requireNonNull(text, "text").length() > MAX_CHARACTERS) {
            throw new PolicyException(
                    1, 1, "schema must be at most %d characters, got %d".formatted(MAX_CHARACTERS, text.length()));
        }
        return SchemaResolver.resolve(SchemaParser.parse(text));
    }

    /**
     * Checks policies by Cedar's strict rules. A policy without an error names only what this schema declares, can apply to
     * some request, reads nothing that may be missing without asking first, and cannot fail for any request and entities that
     * fit this schema, but for numbers that overflow and entities that do not exist.
     *
     * <p>Each policy is checked once for each combination of principal type, action and resource type that its head lets
     * through.
     *
     * @param policies the policies
     * @return what is wrong, policy by policy; empty if nothing is. The search ends after 1000 problems
     * @see <a href="https://docs.cedarpolicy.com/policies/validation.html">Cedar, policy validation</a>
     */
    public List<PolicyProblem> validate(PolicySet policies) {
        return new PolicyValidator(this).validate(policies);
    }

    Collection<ActionShape> actions() {
        return actions.values();
    }

    /**
     * Reads the context of requests for an action from JSON, with the types at hand: where they say entity, the wrapper
     * {@code __entity} may be left out; where they say an extension type, {@code __extn} or all but the text of the value.
     *
     * @param action what will be asked
     * @param json an object
     * @return what to give to {@link Request}
     * @throws PolicyException if the text is no such JSON, the action is unknown, or the context is not what goes with it
     */
    public Map<String, Value> readContext(EntityUid action, String json) {
        ActionShape shape = actions.get(Objects.requireNonNull(action, "action"));
        if (shape == null) {
            throw new PolicyException("context", "unknown action " + Printable.of(action.toString()));
        }
        try {
            Map<String, Value> context = TypedReader.context(json, shape.context());
            new Conformance(this).checkContext(context, shape);
            return context;
        } catch (JsonException e) {
            throw new PolicyException("context", String.valueOf(e.getMessage()));
        }
    }

    /** The groups that each action is in, directly. */
    Map<EntityUid, Set<EntityUid>> actionGroups() {
        Map<EntityUid, Set<EntityUid>> groups = new HashMap<>();
        actions.forEach((uid, shape) -> groups.put(uid, shape.groups()));
        return groups;
    }

    @Nullable
    ActionShape action(EntityUid uid) {
        return actions.get(uid);
    }

    @Nullable
    EntityShape entity(String type) {
        return entities.get(type);
    }

    Set<String> entityTypes() {
        return entities.keySet();
    }

    /** Whether that may be an entity: a declared action, or any id of a declared type, even one the type does not list. */
    boolean knows(EntityUid uid) {
        return uid.isAction() ? actions.containsKey(uid) : entities.containsKey(uid.type());
    }

    /** What values of a type have; nothing if they are actions. */
    SortedMap<String, CedarType.Attribute> attributes(CedarType type) {
        if (type instanceof CedarType.RecordOf record) {
            return record.attributes();
        }
        EntityShape shape = type instanceof CedarType.EntityOf entity ? entities.get(entity.name()) : null;
        return shape == null ? NONE : shape.attributes().attributes();
    }

    @Nullable
    CedarType tags(String type) {
        EntityShape shape = entities.get(type);
        return shape == null ? null : shape.tags();
    }

    boolean isIn(EntityUid action, EntityUid group) {
        ActionShape shape = actions.get(action);
        return shape != null && shape.isIn(group);
    }

    /** Whether an entity of one type may be in one of the other. */
    boolean mayBeIn(String type, String other) {
        if (type.equals(other)) {
            return true;
        }
        EntityShape shape = entities.get(type);
        return shape == null ? mayActionBeIn(type, other) : shape.ancestors().contains(other);
    }

    private boolean mayActionBeIn(String type, String other) {
        return actions.values().stream()
                .filter(action -> action.uid().type().equals(type))
                .anyMatch(action -> action.ancestors().stream()
                        .anyMatch(group -> group.type().equals(other)));
    }

    /** How many of what it declares. */
    @Override
    public String toString() {
        return "Schema[%d entity types, %d actions]".formatted(entities.size(), actions.size());
    }
}
