package io.aidc.security.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a schema in Cedar's own syntax. <em>Confined: one thread.</em> */
final class SchemaParser {
    /** How deep types may nest, as written and with named types put in. */
    static final int MAX_DEPTH = 64;

    private static final SchemaTree.RecordOf NOTHING = new SchemaTree.RecordOf(List.of());

    private final Source source;
    private final Lexer lexer;
    private final Set<String> namespaces = new HashSet<>();
    private final List<SchemaTree.Entities> entities = new ArrayList<>();
    private final List<SchemaTree.TypeAlias> commons = new ArrayList<>();
    private final List<SchemaTree.Action> actions = new ArrayList<>();

    private SchemaParser(Source source) {
        this.source = source;
        this.lexer = new Lexer(source);
    }

    static SchemaTree parse(String text) {
        SchemaParser parser = new SchemaParser(new Source(text));
        while (parser.lexer.peek().kind() != Token.Kind.END) {
            parser.namespaceOrDeclaration();
        }
        return new SchemaTree(parser.source, parser.entities, parser.commons, parser.actions);
    }

    private void namespaceOrDeclaration() {
        annotations();
        if (!lexer.skipWord("namespace")) {
            declaration("");
            return;
        }
        SchemaTree.Name namespace = path();
        if (!namespaces.add(namespace.text())) {
            throw source.fault(namespace.at(), "namespace %s is declared twice".formatted(namespace.text()));
        }
        refuseInternal(namespace);
        lexer.expect("{");
        while (!lexer.skip("}")) {
            annotations();
            declaration(namespace.text());
        }
    }

    private void declaration(String namespace) {
        if (lexer.skipWord("entity")) {
            entity(namespace);
        } else if (lexer.skipWord("action")) {
            action(namespace);
        } else if (lexer.skipWord("type")) {
            SchemaTree.Name name = declared();
            lexer.expect("=");
            commons.add(new SchemaTree.TypeAlias(namespace, name, type(1)));
        } else {
            throw lexer.expected(namespace.isEmpty() ? "namespace, entity, action or type" : "entity, action or type");
        }
        lexer.expect(";");
    }

    private void annotations() {
        Set<String> keys = new HashSet<>();
        while (lexer.skip("@")) {
            Token key = lexer.identifier("an annotation's name");
            if (!keys.add(key.text())) {
                throw source.fault(key.at(), "annotation @%s is given twice".formatted(key.text()));
            }
            if (lexer.skip("(")) {
                string("an annotation's value");
                lexer.expect(")");
            }
        }
    }

    private void entity(String namespace) {
        List<SchemaTree.Name> names = list(this::declared);
        if (lexer.skipWord("enum")) {
            lexer.expect("[");
            List<String> ids = list(() -> string("an entity's id").text());
            lexer.expect("]");
            entities.add(new SchemaTree.Entities(namespace, names, List.of(), NOTHING, null, ids));
            return;
        }
        List<SchemaTree.Name> parents = lexer.skipWord("in") ? pathOrPaths() : List.of();
        boolean equals = lexer.skip("=");
        SchemaTree.RecordOf attributes = equals || lexer.peek().is("{") ? record(1) : NOTHING;
        SchemaTree.Type tags = lexer.skipWord("tags") ? type(1) : null;
        entities.add(new SchemaTree.Entities(namespace, names, parents, attributes, tags, List.of()));
    }

    private void action(String namespace) {
        List<SchemaTree.Name> names = list(this::nameOrString);
        List<SchemaTree.Group> groups = List.of();
        if (lexer.skipWord("in")) {
            groups = bracketed(this::group, false);
        }
        SchemaTree.Action action = new SchemaTree.Action(namespace, names, groups, List.of(), List.of(), NOTHING);
        actions.add(lexer.skipWord("appliesTo") ? appliesTo(action) : action);
        if (lexer.skipWord("attributes")) {
            lexer.expect("{");
            lexer.expect("}");
        }
    }

    private SchemaTree.Action appliesTo(SchemaTree.Action action) {
        Token start = lexer.expect("{");
        List<SchemaTree.Name> principals = null;
        List<SchemaTree.Name> resources = null;
        SchemaTree.Type context = null;
        do {
            if (lexer.peek().is("}") && principals != null) {
                break; // after a comma at the end
            }
            Token key = lexer.identifier("principal, resource or context");
            lexer.expect(":");
            switch (key.text()) {
                case "principal" -> principals = once(key, principals, this::someTypes);
                case "resource" -> resources = once(key, resources, this::someTypes);
                case "context" -> context = once(key, context, this::context);
                default ->
                    throw source.fault(
                            key.at(), "found %s, expected principal, resource or context".formatted(key.shown()));
            }
        } while (lexer.skip(","));
        lexer.expect("}");
        if (principals == null || resources == null) {
            throw source.fault(start.at(), "appliesTo must name principal and resource");
        }
        return new SchemaTree.Action(
                action.namespace(),
                action.names(),
                action.groups(),
                principals,
                resources,
                context == null ? NOTHING : context);
    }

    private <T> T once(Token key, @Nullable T before, Supplier<T> reader) {
        if (before != null) {
            throw source.fault(key.at(), key.text() + " is given twice");
        }
        return reader.get();
    }

    private List<SchemaTree.Name> someTypes() {
        Token start = lexer.peek();
        List<SchemaTree.Name> types = pathOrPaths();
        if (types.isEmpty()) {
            throw source.fault(start.at(), "found no entity type, expected at least one");
        }
        return types;
    }

    private SchemaTree.Type context() {
        return lexer.peek().is("{") ? record(1) : new SchemaTree.Named(path());
    }

    private SchemaTree.Group group() {
        if (lexer.peek().kind() == Token.Kind.STRING) {
            return new SchemaTree.Group(null, string("an action"));
        }
        SchemaTree.Name first = segment();
        StringBuilder type = new StringBuilder(first.text());
        boolean qualified = false;
        while (lexer.skip("::")) {
            if (lexer.peek().kind() == Token.Kind.STRING) {
                return new SchemaTree.Group(new SchemaTree.Name(type.toString(), first.at()), string("an action"));
            }
            type.append("::").append(segment().text());
            qualified = true;
        }
        if (qualified) {
            throw lexer.expected("::");
        }
        return new SchemaTree.Group(null, first);
    }

    private SchemaTree.Type type(int depth) {
        if (depth > MAX_DEPTH) {
            throw source.fault(lexer.peek().at(), "types nest deeper than " + MAX_DEPTH);
        }
        if (lexer.peek().is("{")) {
            return record(depth);
        }
        SchemaTree.Name name = path();
        if (!name.text().equals("Set") || !lexer.skip("<")) {
            return new SchemaTree.Named(name);
        }
        SchemaTree.Type element = type(depth + 1);
        lexer.expect(">");
        return new SchemaTree.SetOf(element);
    }

    private SchemaTree.RecordOf record(int depth) {
        lexer.expect("{");
        List<SchemaTree.Attribute> attributes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (!lexer.peek().is("}")) {
            annotations();
            SchemaTree.Name name = nameOrString();
            if (!seen.add(name.text())) {
                throw source.fault(name.at(), "attribute %s is declared twice".formatted(Escapes.quote(name.text())));
            }
            boolean optional = lexer.skip("?");
            lexer.expect(":");
            attributes.add(new SchemaTree.Attribute(name, !optional, type(depth + 1)));
            if (!lexer.skip(",")) {
                break;
            }
        }
        lexer.expect("}");
        return new SchemaTree.RecordOf(attributes);
    }

    private List<SchemaTree.Name> pathOrPaths() {
        return bracketed(this::path, true);
    }

    private <T> List<T> bracketed(Supplier<T> reader, boolean mayBeEmpty) {
        if (!lexer.skip("[")) {
            return List.of(reader.get());
        }
        if (mayBeEmpty && lexer.skip("]")) {
            return List.of();
        }
        List<T> items = list(reader);
        lexer.expect("]");
        return items;
    }

    private <T> List<T> list(Supplier<T> reader) {
        List<T> items = new ArrayList<>();
        do {
            items.add(reader.get());
        } while (lexer.skip(","));
        return items;
    }

    private SchemaTree.Name path() {
        SchemaTree.Name first = segment();
        StringBuilder text = new StringBuilder(first.text());
        while (lexer.skip("::")) {
            text.append("::").append(segment().text());
        }
        return new SchemaTree.Name(text.toString(), first.at());
    }

    private SchemaTree.Name segment() {
        Token token = lexer.peek();
        if (Names.RESERVED.contains(token.text())) {
            throw lexer.expected("a name that is no reserved word");
        }
        return new SchemaTree.Name(lexer.identifier("a name").text(), token.at());
    }

    private SchemaTree.Name declared() {
        SchemaTree.Name name = segment();
        refuseInternal(name);
        return name;
    }

    private void refuseInternal(SchemaTree.Name name) {
        if (List.of(name.text().split("::")).contains(Names.INTERNAL)) {
            throw source.fault(name.at(), "%s belongs to Cedar and cannot be declared".formatted(Names.INTERNAL));
        }
    }

    private SchemaTree.Name nameOrString() {
        return lexer.peek().kind() == Token.Kind.STRING ? string("a name") : segment();
    }

    private SchemaTree.Name string(String what) {
        Token token = lexer.string(what);
        return new SchemaTree.Name(Escapes.read(source, token), token.at());
    }
}
