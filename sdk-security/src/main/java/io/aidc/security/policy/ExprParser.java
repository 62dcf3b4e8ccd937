package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.internal.Printable;
import io.aidc.security.policy.Expr.Binary;
import io.aidc.security.policy.Expr.Unary;
import io.aidc.security.policy.Expr.Variable;
import io.aidc.security.policy.Token.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions, by one method for each level of the grammar. <em>Confined: one thread.</em>
 *
 * <p>Neither the parser's own recursion nor the tree it makes is deeper than {@link #MAX_DEPTH}, so that whoever walks the
 * tree can recurse. {@link #height} is the height of the tree that was returned last.
 */
final class ExprParser {
    static final int MAX_DEPTH = 200;
    private static final int MAX_REPEATED = 4;
    private static final Map<String, Variable> VARIABLES = Map.of(
            "principal", Variable.PRINCIPAL,
            "action", Variable.ACTION,
            "resource", Variable.RESOURCE,
            "context", Variable.CONTEXT);
    private static final Map<String, Binary> RELATIONS = Map.of(
            "==", Binary.EQUAL,
            "!=", Binary.UNEQUAL,
            "<", Binary.LESS,
            "<=", Binary.LESS_OR_EQUAL,
            ">", Binary.GREATER,
            ">=", Binary.GREATER_OR_EQUAL);
    private static final Map<String, Binary> METHODS = Map.of(
            "contains", Binary.CONTAINS,
            "containsAll", Binary.CONTAINS_ALL,
            "containsAny", Binary.CONTAINS_ANY,
            "getTag", Binary.GET_TAG,
            "hasTag", Binary.HAS_TAG);
    private static final String IS_EMPTY = "isEmpty";
    private static final Set<String> RELATION_WORDS = Set.of("in", "has", "like", "is");

    private final Lexer lexer;
    private final NameParser names;
    private int nesting;
    private int height;

    ExprParser(Lexer lexer, NameParser names) {
        this.lexer = lexer;
        this.names = names;
    }

    Expr expression() {
        if (++nesting > MAX_DEPTH) {
            throw tooDeep();
        }
        Expr expr = lexer.peek().isWord("if") ? conditional() : or();
        nesting--;
        return expr;
    }

    private Expr conditional() {
        int at = lexer.take().at();
        Expr condition = expression();
        int highest = height;
        lexer.expectWord("then");
        Expr then = expression();
        highest = Math.max(highest, height);
        lexer.expectWord("else");
        Expr otherwise = expression();
        grow(Math.max(highest, height));
        return new Expr.If(at, condition, then, otherwise);
    }

    private Expr or() {
        Expr first = and();
        if (!lexer.peek().is("||")) {
            return first;
        }
        int at = lexer.peek().at();
        int highest = height;
        List<Expr> operands = new ArrayList<>(List.of(first));
        while (lexer.skip("||")) {
            operands.add(and());
            highest = Math.max(highest, height);
        }
        grow(highest);
        return new Expr.Or(at, List.copyOf(operands));
    }

    private Expr and() {
        Expr first = relation();
        if (!lexer.peek().is("&&")) {
            return first;
        }
        int at = lexer.peek().at();
        int highest = height;
        List<Expr> operands = new ArrayList<>(List.of(first));
        while (lexer.skip("&&")) {
            operands.add(relation());
            highest = Math.max(highest, height);
        }
        grow(highest);
        return new Expr.And(at, List.copyOf(operands));
    }

    private Expr relation() {
        Expr left = sum();
        if (!isRelation(lexer.peek())) {
            return left;
        }
        Expr relation = relation(left, lexer.peek());
        if (isRelation(lexer.peek())) {
            throw lexer.expected("parentheses around one of the comparisons");
        }
        return relation;
    }

    private Expr relation(Expr left, Token operator) {
        if (operator.is("=")) {
            throw lexer.expected("==");
        }
        if (operator.isWord("has")) {
            lexer.take();
            grow(height);
            return new Expr.Has(operator.at(), left, path());
        }
        if (operator.isWord("like")) {
            lexer.take();
            grow(height);
            Token pattern = lexer.string("a pattern in quotes");
            return new Expr.Like(operator.at(), left, Escapes.readPattern(lexer.source(), pattern));
        }
        if (operator.isWord("is")) {
            return is(left);
        }
        Binary binary = operator.kind() == Kind.SIGN ? RELATIONS.get(operator.text()) : null;
        lexer.take();
        int leftHeight = height;
        Expr right = sum();
        grow(Math.max(leftHeight, height));
        return new Expr.BinaryOp(operator.at(), binary == null ? Binary.IN : binary, left, right);
    }

    private static boolean isRelation(Token token) {
        return token.kind() == Kind.SIGN
                ? RELATIONS.containsKey(token.text()) || token.is("=")
                : token.kind() == Kind.IDENTIFIER && RELATION_WORDS.contains(token.text());
    }

    private Expr is(Expr left) {
        int at = lexer.take().at();
        int highest = height;
        String type = names.type();
        @Nullable Expr ancestor = null;
        if (lexer.skipWord("in")) {
            ancestor = sum();
            highest = Math.max(highest, height);
        }
        grow(highest);
        return new Expr.Is(at, left, type, ancestor);
    }

    private List<String> path() {
        if (lexer.peek().kind() == Kind.STRING) {
            return List.of(Escapes.read(lexer.source(), lexer.take()));
        }
        List<String> path = new ArrayList<>();
        do {
            path.add(names.word());
        } while (lexer.skip("."));
        if (path.size() > MAX_DEPTH) {
            throw tooDeep();
        }
        return List.copyOf(path);
    }

    private Expr sum() {
        Expr left = product();
        while (lexer.peek().is("+") || lexer.peek().is("-")) {
            Token sign = lexer.take();
            int leftHeight = height;
            Expr right = product();
            grow(Math.max(leftHeight, height));
            left = new Expr.BinaryOp(sign.at(), sign.is("+") ? Binary.ADD : Binary.SUBTRACT, left, right);
        }
        return left;
    }

    private Expr product() {
        Expr left = unary();
        while (lexer.peek().is("*") || lexer.peek().is("/") || lexer.peek().is("%")) {
            if (!lexer.peek().is("*")) {
                throw lexer.expected("another operator; there is no division");
            }
            int at = lexer.take().at();
            int leftHeight = height;
            Expr right = unary();
            grow(Math.max(leftHeight, height));
            left = new Expr.BinaryOp(at, Binary.MULTIPLY, left, right);
        }
        return left;
    }

    private Expr unary() {
        Token sign = lexer.peek();
        if (!sign.is("!") && !sign.is("-")) {
            return member();
        }
        int count = 0;
        while (lexer.peek().is(sign.text())) {
            if (++count > MAX_REPEATED) {
                throw lexer.expected("at most %d of them".formatted(MAX_REPEATED));
            }
            lexer.take();
        }
        boolean isNumber = sign.is("-") && lexer.peek().kind() == Kind.NUMBER;
        Expr operand = isNumber ? negative(sign.at()) : member();
        if (isNumber && operand instanceof Expr.Literal) {
            count--;
        }
        for (int i = 0; i < count; i++) {
            grow(height);
            operand = new Expr.UnaryOp(sign.at(), sign.is("!") ? Unary.NOT : Unary.NEGATE, operand);
        }
        return operand;
    }

    /** A number behind a minus, which is part of it unless something is accessed on the number. */
    private Expr negative(int at) {
        Token number = lexer.take();
        if (accesses()) {
            return accesses(number(number, ""));
        }
        return number(new Token(Kind.NUMBER, number.text(), at), "-");
    }

    private Expr number(Token token, String sign) {
        try {
            height = 1;
            return new Expr.Literal(token.at(), Value.of(Long.parseLong(sign + token.text())));
        } catch (NumberFormatException e) {
            throw lexer.source()
                    .fault(token.at(), "found the number %s, which does not fit 64 bits".formatted(token.shown()));
        }
    }

    private Expr member() {
        return accesses(primary());
    }

    private boolean accesses() {
        return lexer.peek().is(".") || lexer.peek().is("[") || lexer.peek().is("(");
    }

    private Expr accesses(Expr primary) {
        Expr expr = primary;
        while (accesses()) {
            int at = lexer.peek().at();
            if (lexer.skip("[")) {
                Token name = lexer.string("an attribute's name in quotes");
                lexer.expect("]");
                expr = new Expr.Attribute(at, expr, Escapes.read(lexer.source(), name));
            } else if (lexer.skip(".")) {
                Token word = lexer.peek();
                String name = names.word();
                expr = lexer.peek().is("(") ? method(expr, word) : new Expr.Attribute(at, expr, name);
            } else {
                throw lexer.expected("an operator; only functions and methods are called");
            }
            grow(height);
        }
        return expr;
    }

    private Expr method(Expr target, Token word) {
        int targetHeight = height;
        List<Expr> arguments = list("(", ")");
        height = Math.max(height, targetHeight);
        String name = word.text();
        if (name.equals(IS_EMPTY)) {
            requireArguments(word, 0, arguments);
            return new Expr.UnaryOp(word.at(), Unary.IS_EMPTY, target);
        }
        Binary method = METHODS.get(name);
        if (method != null) {
            requireArguments(word, 1, arguments);
            return new Expr.BinaryOp(word.at(), method, target, arguments.get(0));
        }
        Extension extension = Extension.named(name);
        if (extension == null || extension.isConstructor()) {
            throw lexer.source().fault(word.at(), "%s is no method".formatted(word.shown()));
        }
        arguments.add(0, target);
        return new Expr.Call(word.at(), extension, List.copyOf(arguments));
    }

    private void requireArguments(Token word, int expected, List<Expr> arguments) {
        if (arguments.size() != expected) {
            throw lexer.source()
                    .fault(
                            word.at(),
                            "%s takes %d arguments, found %d".formatted(word.shown(), expected, arguments.size()));
        }
    }

    private Expr primary() {
        Token token = lexer.peek();
        switch (token.kind()) {
            case NUMBER -> {
                return number(lexer.take(), "");
            }
            case STRING -> {
                return literal(token, Value.of(Escapes.read(lexer.source(), lexer.take())));
            }
            case IDENTIFIER -> {
                return word();
            }
            case SLOT -> throw Parser.slot(lexer);
            default -> {
                return bracketed(token);
            }
        }
    }

    private Expr literal(Token token, Value value) {
        height = 1;
        return new Expr.Literal(token.at(), value);
    }

    private Expr word() {
        Token token = lexer.peek();
        if (token.isWord("true") || token.isWord("false")) {
            lexer.take();
            return literal(token, Value.of(token.isWord("true")));
        }
        if (token.isWord("if")) {
            throw lexer.expected("parentheses around it");
        }
        StringBuilder name = new StringBuilder(names.word());
        while (lexer.skip("::")) {
            if (lexer.peek().kind() == Kind.STRING) {
                return literal(token, Value.of(names.entity(name.toString(), lexer.take())));
            }
            name.append("::").append(names.word());
        }
        Variable variable = VARIABLES.get(name.toString());
        if (variable != null) {
            height = 1;
            return new Expr.Var(token.at(), variable);
        }
        return function(token, name.toString());
    }

    private Expr function(Token token, String name) {
        if (!lexer.peek().is("(")) {
            throw lexer.source()
                    .fault(
                            token.at(),
                            "found %s, expected principal, action, resource, context or a literal"
                                    .formatted(token.shown()));
        }
        Extension extension = Extension.named(name);
        if (extension == null || !extension.isConstructor()) {
            throw lexer.source().fault(token.at(), "%s is no function".formatted(token.shown()));
        }
        List<Expr> arguments = list("(", ")");
        grow(height);
        return new Expr.Call(token.at(), extension, List.copyOf(arguments));
    }

    private Expr bracketed(Token token) {
        if (lexer.skip("(")) {
            Expr expr = expression();
            lexer.expect(")");
            return expr;
        }
        if (token.is("[")) {
            List<Expr> items = list("[", "]");
            grow(height);
            return new Expr.SetOf(token.at(), List.copyOf(items));
        }
        if (token.is("{")) {
            return record();
        }
        throw lexer.expected("an expression");
    }

    /** Expressions in brackets, with the greatest of their heights; a comma may follow the last. */
    private List<Expr> list(String open, String close) {
        lexer.expect(open);
        List<Expr> items = new ArrayList<>();
        int highest = 0;
        while (!lexer.peek().is(close)) {
            items.add(expression());
            highest = Math.max(highest, height);
            if (!lexer.skip(",") && !lexer.peek().is(close)) {
                throw lexer.expected("an operator, a comma or " + close);
            }
        }
        lexer.expect(close);
        height = highest;
        return items;
    }

    private Expr record() {
        int at = lexer.expect("{").at();
        Map<String, Expr> attributes = new LinkedHashMap<>();
        int highest = 0;
        while (!lexer.peek().is("}")) {
            Token key = lexer.peek();
            String name = key.kind() == Kind.STRING ? Escapes.read(lexer.source(), lexer.take()) : names.word();
            lexer.expect(":");
            if (attributes.put(name, expression()) != null) {
                throw lexer.source()
                        .fault(key.at(), "the record has the attribute %s already".formatted(Printable.of(name)));
            }
            highest = Math.max(highest, height);
            if (!lexer.skip(",") && !lexer.peek().is("}")) {
                throw lexer.expected("an operator, a comma or }");
            }
        }
        lexer.expect("}");
        grow(highest);
        return new Expr.RecordOf(at, Collections.unmodifiableMap(attributes));
    }

    /** Puts a node on top of children so high. */
    private void grow(int children) {
        if (children >= MAX_DEPTH) {
            throw tooDeep();
        }
        height = children + 1;
    }

    private PolicyException tooDeep() {
        return lexer.source().fault(lexer.peek().at(), "expression is nested deeper than %d".formatted(MAX_DEPTH));
    }
}
