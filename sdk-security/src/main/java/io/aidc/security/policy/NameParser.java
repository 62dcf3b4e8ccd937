package io.aidc.security.policy;

import io.aidc.security.policy.Token.Kind;
import java.util.HashMap;
import java.util.Map;

/** Reads names of types and entities; equal ones share their strings. <em>Confined: one thread.</em> */
final class NameParser {
    private final Lexer lexer;
    private final Map<String, String> types = new HashMap<>();
    private final Map<EntityUid, EntityUid> uids = new HashMap<>();

    NameParser(Lexer lexer) {
        this.lexer = lexer;
    }

    /** An entity such as {@code Role::"admin"}. */
    EntityUid entity() {
        if (lexer.peek().kind() == Kind.SLOT) {
            throw Parser.slot(lexer);
        }
        if (lexer.peek().kind() != Kind.IDENTIFIER) {
            throw lexer.expected("an entity such as Type::\"id\"");
        }
        StringBuilder type = new StringBuilder(word());
        while (true) {
            if (!lexer.skip("::")) {
                throw lexer.expected(":: and the entity's id in quotes");
            }
            if (lexer.peek().kind() == Kind.STRING) {
                return entity(type.toString(), lexer.take());
            }
            type.append("::").append(word());
        }
    }

    EntityUid entity(String type, Token id) {
        EntityUid uid = new EntityUid(shared(type), Escapes.read(lexer.source(), id));
        EntityUid first = uids.putIfAbsent(uid, uid);
        return first == null ? uid : first;
    }

    /** A type such as {@code Bank::User}. */
    String type() {
        StringBuilder type = new StringBuilder(word());
        while (lexer.skip("::")) {
            type.append("::").append(word());
        }
        return shared(type.toString());
    }

    /** An identifier that is not reserved. */
    String word() {
        Token word = lexer.peek();
        if (word.kind() != Kind.IDENTIFIER) {
            throw lexer.expected("a name");
        }
        if (Names.RESERVED.contains(word.text()) || word.text().equals(Names.INTERNAL)) {
            throw lexer.expected("a name; that word is reserved");
        }
        return lexer.take().text();
    }

    private String shared(String type) {
        return types.computeIfAbsent(type, name -> name);
    }
}
