package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.internal.Printable;
import io.aidc.security.policy.Policy.Body;
import io.aidc.security.policy.Policy.Condition;
import io.aidc.security.policy.Policy.Effect;
import io.aidc.security.policy.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads policies: heads here, conditions by {@link ExprParser}. <em>Confined: one thread.</em>
 *
 * @see <a href="https://docs.cedarpolicy.com/policies/syntax-grammar.html">Cedar, grammar specification for policies</a>
 */
final class Parser {
    private final Source source;
    private final Lexer lexer;
    private final NameParser names;
    private final ExprParser expressions;

    private Parser(Source source) {
        this.source = source;
        this.lexer = new Lexer(source);
        this.names = new NameParser(lexer);
        this.expressions = new ExprParser(lexer, names);
    }

    /** The policies of a text, named by the prefix and their position. */
    static List<Policy> policies(Source source, String prefix) {
        Parser parser = new Parser(source);
        List<Policy> policies = new ArrayList<>();
        while (parser.lexer.peek().kind() != Kind.END) {
            policies.add(parser.policy(prefix + policies.size()));
        }
        return policies;
    }

    static EntityUid entityUid(String text) {
        Parser parser = new Parser(new Source(text));
        EntityUid uid = parser.names.entity();
        if (parser.lexer.peek().kind() != Kind.END) {
            throw parser.lexer.expected("the end of the text");
        }
        return uid;
    }

    private Policy policy(String id) {
        int start = lexer.peek().at();
        Map<String, String> annotations = annotations();
        Effect effect = effect();
        lexer.expect("(");
        Scope principal = scope("principal");
        lexer.expect(",");
        Scope action = actionScope();
        lexer.expect(",");
        Scope resource = scope("resource");
        lexer.skip(",");
        lexer.expect(")");
        List<Condition> conditions = conditions();
        int end = lexer.expect(";").at() + 1;
        Body body = new Body(principal, action, resource, conditions);
        return new Policy(id, effect, annotations, body, source, start, end);
    }

    private Map<String, String> annotations() {
        Map<String, String> annotations = new LinkedHashMap<>();
        while (lexer.skip("@")) {
            Token name = lexer.identifier("the name of an annotation");
            String value = "";
            if (lexer.skip("(")) {
                value = Escapes.read(source, lexer.string("the value of the annotation in quotes"));
                lexer.expect(")");
            }
            if (annotations.putIfAbsent(name.text(), value) != null) {
                throw source.fault(name.at(), "the policy has the annotation %s already".formatted(name.shown()));
            }
        }
        return annotations;
    }

    private Effect effect() {
        if (lexer.skipWord("permit")) {
            return Effect.PERMIT;
        }
        if (lexer.skipWord("forbid")) {
            return Effect.FORBID;
        }
        throw lexer.expected("permit or forbid");
    }

    private List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        while (lexer.peek().isWord("when") || lexer.peek().isWord("unless")) {
            Token word = lexer.take();
            lexer.expect("{");
            conditions.add(new Condition(word.at(), word.text().equals("when"), expressions.expression()));
            lexer.expect("}");
        }
        if (!lexer.peek().is(";")) {
            throw lexer.expected("when, unless or ;");
        }
        return conditions;
    }

    private Scope scope(String variable) {
        Token word = lexer.expectWord(variable);
        refuseColon();
        if (lexer.skipWord("is")) {
            String type = names.type();
            if (lexer.peek().is("==")) {
                throw lexer.expected("in, since is and == exclude one another");
            }
            return lexer.skipWord("in") ? new Scope.IsIn(word.at(), type, entity()) : new Scope.Is(word.at(), type);
        }
        if (lexer.skip("==")) {
            return new Scope.Equal(word.at(), entity());
        }
        if (lexer.skipWord("in")) {
            return new Scope.In(word.at(), List.of(entity()));
        }
        return any(word, "==, in, is, a comma or )");
    }

    private Scope actionScope() {
        Token word = lexer.expectWord("action");
        refuseColon();
        if (lexer.skip("==")) {
            return new Scope.Equal(word.at(), action());
        }
        return lexer.skipWord("in") ? new Scope.In(word.at(), actions(0)) : any(word, "==, in or a comma");
    }

    private Scope any(Token word, String expected) {
        if (!lexer.peek().is(",") && !lexer.peek().is(")")) {
            throw lexer.expected(expected);
        }
        return new Scope.Any(word.at());
    }

    private void refuseColon() {
        if (lexer.peek().is(":")) {
            throw lexer.expected("is, which asks for a type");
        }
    }

    private List<EntityUid> actions(int depth) {
        List<EntityUid> uids = new ArrayList<>();
        if (lexer.peek().is("(") && depth < ExprParser.MAX_DEPTH) {
            lexer.take();
            uids.addAll(actions(depth + 1));
            lexer.expect(")");
        } else if (lexer.skip("[")) {
            while (!lexer.peek().is("]")) {
                uids.add(action());
                if (!lexer.skip(",")) {
                    break;
                }
            }
            lexer.expect("]");
        } else {
            uids.add(action());
        }
        return List.copyOf(uids);
    }

    private EntityUid action() {
        int at = lexer.peek().at();
        EntityUid uid = entity();
        if (!uid.isAction()) {
            throw source.fault(at, "found %s, expected an action".formatted(Printable.of(uid.toString())));
        }
        return uid;
    }

    /** As in Cedar, any number of parentheses may stand around it. */
    private EntityUid entity() {
        int open = 0;
        while (lexer.skip("(")) {
            open++;
        }
        EntityUid uid = names.entity();
        while (open-- > 0) {
            lexer.expect(")");
        }
        return uid;
    }

    /** A message for what templates have, which are not supported. */
    static PolicyException slot(Lexer lexer) {
        return lexer.expected("an entity; templates are not supported");
    }
}
