package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns the declarations of a schema into shapes: looks names up, puts types in, closes hierarchies.
 * <em>Confined: one thread.</em>
 */
final class SchemaResolver {
    /** How many parts a type may have once all that it names is put in. */
    static final int MAX_TYPE_SIZE = 10_000;

    /** How many steps up it may take to find all that the entity types, or the actions, are in. */
    static final int MAX_STEPS = 1_000_000;

    /** How many combinations of principal type, action and resource type there may be. */
    static final int MAX_ENVIRONMENTS = 100_000;

    private static final Map<String, CedarType> BUILT_IN = Map.of(
            "Bool", CedarType.Truth.EITHER,
            "Long", CedarType.Plain.LONG,
            "String", CedarType.Plain.STRING,
            "decimal", CedarType.Plain.DECIMAL,
            "ipaddr", CedarType.Plain.IP,
            "datetime", CedarType.Plain.DATETIME,
            "duration", CedarType.Plain.DURATION);

    private final SchemaTree tree;
    private final Source source;
    private final SchemaNames names;
    private final Map<String, Deep> resolved = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private long environments;

    /** A type, and how deep it nests, names counted. */
    private record Deep(CedarType type, int depth) {}

    private SchemaResolver(SchemaTree tree) {
        this.tree = tree;
        this.source = tree.source();
        this.names = new SchemaNames(tree);
    }

    static Schema resolve(SchemaTree tree) {
        SchemaResolver resolver = new SchemaResolver(tree);
        resolver.names.commons().forEach((full, common) -> resolver.common(full, common, 1));
        return new Schema(resolver.entities(), resolver.actions());
    }

    private Map<String, EntityShape> entities() {
        Map<String, EntityShape> shapes = new LinkedHashMap<>();
        Map<String, Set<String>> parents = new LinkedHashMap<>();
        for (SchemaTree.Entities declaration : tree.entities()) {
            String namespace = declaration.namespace();
            SchemaTree.Name first = declaration.names().get(0);
            Set<String> above = entityTypes(declaration.parents(), namespace);
            CedarType.RecordOf attributes = record(declaration.attributes(), namespace, first);
            SchemaTree.Type tags = declaration.tags();
            CedarType tagType = tags == null ? null : whole(tags, namespace, first);
            Set<String> ids = new LinkedHashSet<>(declaration.ids());
            for (SchemaTree.Name name : declaration.names()) {
                String full = SchemaNames.full(namespace, name);
                shapes.put(full, new EntityShape(full, Set.of(), attributes, tagType, ids));
                parents.put(full, above);
            }
        }
        closure(parents).forEach((full, all) -> shapes.computeIfPresent(full, (same, shape) -> shape.in(all)));
        return shapes;
    }

    private Map<EntityUid, ActionShape> actions() {
        Map<EntityUid, ActionShape> shapes = new LinkedHashMap<>();
        Map<EntityUid, Set<EntityUid>> groups = new LinkedHashMap<>();
        for (SchemaTree.Action declaration : tree.actions()) {
            String namespace = declaration.namespace();
            SchemaTree.Name first = declaration.names().get(0);
            Set<EntityUid> above = new LinkedHashSet<>();
            declaration.groups().forEach(group -> above.add(names.action(group, namespace)));
            Set<String> principals = entityTypes(declaration.principals(), namespace);
            Set<String> resources = entityTypes(declaration.resources(), namespace);
            count(
                    (long) principals.size()
                            * resources.size()
                            * declaration.names().size(),
                    first);
            CedarType.RecordOf context = record(declaration.context(), namespace, first);
            for (SchemaTree.Name name : declaration.names()) {
                EntityUid uid = SchemaNames.actionUid(namespace, name);
                shapes.put(uid, new ActionShape(uid, above, Set.of(), principals, resources, context));
                groups.put(uid, above);
            }
        }
        closure(groups).forEach((uid, all) -> {
            if (all.contains(uid)) {
                throw source.fault(0, "action %s is in itself, through its groups".formatted(uid));
            }
            shapes.computeIfPresent(uid, (same, shape) -> shape.in(all));
        });
        return shapes;
    }

    private void count(long more, SchemaTree.Name at) {
        environments += more;
        if (environments > MAX_ENVIRONMENTS) {
            throw source.fault(
                    at.at(),
                    "more than %d combinations of principal type, action and resource type"
                            .formatted(MAX_ENVIRONMENTS));
        }
    }

    private Set<String> entityTypes(List<SchemaTree.Name> types, String namespace) {
        Set<String> full = new LinkedHashSet<>();
        types.forEach(type -> full.add(names.entityType(type, namespace)));
        return full;
    }

    private CedarType.RecordOf record(SchemaTree.Type type, String namespace, SchemaTree.Name owner) {
        CedarType whole = whole(type, namespace, owner);
        if (whole instanceof CedarType.RecordOf record) {
            return record;
        }
        throw source.fault(owner.at(), "context must be a record, got " + whole.shown());
    }

    private CedarType whole(SchemaTree.Type type, String namespace, SchemaTree.Name owner) {
        Deep deep = type(type, namespace, 1);
        requireModest(deep, owner);
        return deep.type;
    }

    private void requireModest(Deep deep, SchemaTree.Name owner) {
        if (deep.type.size() > MAX_TYPE_SIZE) {
            throw source.fault(
                    owner.at(), "%s has a type of more than %d parts".formatted(owner.text(), MAX_TYPE_SIZE));
        }
        if (deep.depth > SchemaParser.MAX_DEPTH) {
            throw tooDeep(owner);
        }
    }

    private PolicyException tooDeep(SchemaTree.Name owner) {
        return source.fault(owner.at(), "types nest deeper than " + SchemaParser.MAX_DEPTH);
    }

    private Deep type(SchemaTree.Type type, String namespace, int level) {
        if (type instanceof SchemaTree.Named named) {
            return named(named.name(), namespace, level);
        }
        if (type instanceof SchemaTree.SetOf set) {
            Deep element = type(set.element(), namespace, level + 1);
            return new Deep(new CedarType.SetOf(element.type), element.depth + 1);
        }
        SortedMap<String, CedarType.Attribute> attributes = new TreeMap<>();
        int depth = 0;
        for (SchemaTree.Attribute attribute : ((SchemaTree.RecordOf) type).attributes()) {
            Deep inner = type(attribute.type(), namespace, level + 1);
            depth = Math.max(depth, inner.depth);
            attributes.put(attribute.name().text(), new CedarType.Attribute(inner.type, attribute.required()));
        }
        return new Deep(new CedarType.RecordOf(attributes), depth + 1);
    }

    private Deep named(SchemaTree.Name name, String namespace, int level) {
        for (String meaning : SchemaNames.meanings(name, namespace)) {
            SchemaTree.TypeAlias common = names.commons().get(meaning);
            if (common != null) {
                return common(meaning, common, level + 1);
            }
            if (names.isEntityType(meaning)) {
                return new Deep(new CedarType.EntityOf(meaning), 1);
            }
        }
        String prefix = Names.INTERNAL + "::";
        String plain = name.text().startsWith(prefix) ? name.text().substring(prefix.length()) : name.text();
        CedarType builtIn = BUILT_IN.get(plain);
        if (builtIn == null) {
            throw names.unknownType(name);
        }
        return new Deep(builtIn, 1);
    }

    /** Puts a named type in, {@code level} names and nestings below where that began, so that no stack overflows. */
    private Deep common(String full, SchemaTree.TypeAlias common, int level) {
        Deep known = resolved.get(full);
        if (known != null) {
            return known;
        }
        if (!open.add(full)) {
            throw source.fault(common.name().at(), "type %s contains itself".formatted(full));
        }
        if (level > SchemaParser.MAX_DEPTH) {
            throw tooDeep(common.name());
        }
        Deep inner = type(common.type(), common.namespace(), level);
        Deep result = new Deep(inner.type, inner.depth + 1);
        requireModest(result, common.name());
        open.remove(full);
        resolved.put(full, result);
        return result;
    }

    /** All that each one is in, through others too. */
    private <T> Map<T, Set<T>> closure(Map<T, Set<T>> parents) {
        Map<T, Set<T>> closed = new HashMap<>();
        int steps = 0;
        for (T start : parents.keySet()) {
            Set<T> found = new LinkedHashSet<>();
            Deque<T> next = new ArrayDeque<>(List.of(start));
            while (!next.isEmpty()) {
                for (T parent : parents.getOrDefault(next.pop(), Set.of())) {
                    if (++steps > MAX_STEPS) {
                        throw source.fault(0, "the hierarchy takes more than %d steps".formatted(MAX_STEPS));
                    }
                    if (found.add(parent)) {
                        next.push(parent);
                    }
                }
            }
            closed.put(start, found);
        }
        return closed;
    }
}
