package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a schema declares, by full names, and what a name means where it stands: what its namespace declares, else what no
 * namespace does. <em>Confined: one thread.</em>
 *
 * @see <a href="https://github.com/cedar-policy/rfcs/blob/main/text/0070-disallow-empty-namespace-shadowing.md">Cedar RFC
 *     70</a>
 */
final class SchemaNames {
    private static final Set<String> NOT_FOR_TYPES =
            Set.of("Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String");

    private final Source source;
    private final Set<String> entities = new LinkedHashSet<>();
    private final Map<String, SchemaTree.TypeAlias> commons = new LinkedHashMap<>();
    private final Set<EntityUid> actions = new LinkedHashSet<>();
    private final Set<String> actionTypes = new HashSet<>();

    SchemaNames(SchemaTree tree) {
        this.source = tree.source();
        Shadows types = new Shadows(new HashMap<>(), new HashMap<>());
        tree.entities().forEach(declaration -> declaration.names().forEach(name -> declare(declaration, name, types)));
        tree.commons().forEach(declaration -> declare(declaration, types));
        types.refuse(source);
        Shadows ids = new Shadows(new HashMap<>(), new HashMap<>());
        tree.actions().forEach(declaration -> declaration.names().forEach(name -> declare(declaration, name, ids)));
        ids.refuse(source);
    }

    /** The names that stand in no namespace, and those that stand in one. */
    private record Shadows(Map<String, SchemaTree.Name> outside, Map<String, String> inside) {
        void note(String namespace, SchemaTree.Name name) {
            if (namespace.isEmpty()) {
                outside.put(name.text(), name);
            } else {
                inside.put(name.text(), namespace);
            }
        }

        void refuse(Source source) {
            outside.forEach((text, name) -> {
                String namespace = inside.get(text);
                if (namespace != null) {
                    throw source.fault(
                            name.at(),
                            "%s is declared without a namespace and in namespace %s too"
                                    .formatted(Escapes.quote(text), namespace));
                }
            });
        }
    }

    private void declare(SchemaTree.Entities declaration, SchemaTree.Name name, Shadows types) {
        if (name.text().equals("Action")) {
            throw source.fault(name.at(), "entity type Action belongs to the actions and cannot be declared");
        }
        String full = full(declaration.namespace(), name);
        if (!entities.add(full)) {
            throw source.fault(name.at(), "entity type %s is declared twice".formatted(full));
        }
        types.note(declaration.namespace(), name);
    }

    private void declare(SchemaTree.TypeAlias declaration, Shadows types) {
        SchemaTree.Name name = declaration.name();
        if (NOT_FOR_TYPES.contains(name.text())) {
            throw source.fault(name.at(), "%s cannot be the name of a type".formatted(name.text()));
        }
        String full = full(declaration.namespace(), name);
        if (commons.putIfAbsent(full, declaration) != null) {
            throw source.fault(name.at(), "type %s is declared twice".formatted(full));
        }
        types.note(declaration.namespace(), name);
    }

    private void declare(SchemaTree.Action declaration, SchemaTree.Name name, Shadows ids) {
        EntityUid uid = actionUid(declaration.namespace(), name);
        if (!actions.add(uid)) {
            throw source.fault(name.at(), "action %s is declared twice".formatted(uid));
        }
        actionTypes.add(uid.type());
        ids.note(declaration.namespace(), name);
    }

    /** The named types, by their full names. */
    Map<String, SchemaTree.TypeAlias> commons() {
        return commons;
    }

    /** Whether entities have that type: those declared, and those of the actions. */
    boolean isEntityType(String full) {
        return entities.contains(full) || actionTypes.contains(full);
    }

    /** The declared entity type that a name stands for. */
    String entityType(SchemaTree.Name name, String namespace) {
        return meanings(name, namespace).stream()
                .filter(entities::contains)
                .findFirst()
                .orElseThrow(() -> unknown("entity type", name, entities));
    }

    /** The action that a group stands for. */
    EntityUid action(SchemaTree.Group group, String namespace) {
        SchemaTree.Name id = group.id();
        SchemaTree.Name type = group.type() == null ? new SchemaTree.Name("Action", id.at()) : group.type();
        return meanings(type, namespace).stream()
                .filter(actionTypes::contains)
                .map(meaning -> new EntityUid(meaning, id.text()))
                .filter(actions::contains)
                .findFirst()
                .orElseThrow(() -> unknown(
                        "action", id, actions.stream().map(EntityUid::id).toList()));
    }

    /** The full names that a name may stand for in a namespace, the strongest first. */
    static List<String> meanings(SchemaTree.Name name, String namespace) {
        return name.isQualified() || namespace.isEmpty()
                ? List.of(name.text())
                : List.of(full(namespace, name), name.text());
    }

    static EntityUid actionUid(String namespace, SchemaTree.Name name) {
        return new EntityUid(namespace.isEmpty() ? "Action" : namespace + "::Action", name.text());
    }

    static String full(String namespace, SchemaTree.Name name) {
        return namespace.isEmpty() ? name.text() : namespace + "::" + name.text();
    }

    PolicyException unknownType(SchemaTree.Name name) {
        Set<String> known = new LinkedHashSet<>(entities);
        known.addAll(commons.keySet());
        return unknown("type", name, known);
    }

    private PolicyException unknown(String what, SchemaTree.Name name, Collection<String> known) {
        return source.fault(
                name.at(),
                "unknown %s %s%s".formatted(what, Escapes.quote(name.text()), Nearest.hint(name.text(), known)));
    }
}
