package io.aidc.security.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression of a policy, as parsed. {@link #at} is where it begins in the source, or where its operator stands. */
sealed interface Expr {
    int at();

    enum Variable {
        PRINCIPAL,
        ACTION,
        RESOURCE,
        CONTEXT
    }

    enum Unary {
        NOT,
        NEGATE,
        IS_EMPTY
    }

    enum Binary {
        EQUAL,
        UNEQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        IN,
        ADD,
        SUBTRACT,
        MULTIPLY,
        CONTAINS,
        CONTAINS_ALL,
        CONTAINS_ANY,
        GET_TAG,
        HAS_TAG
    }

    /** A boolean, a number, a string or an entity. */
    record Literal(int at, Value value) implements Expr {}

    record Var(int at, Variable variable) implements Expr {}

    record If(int at, Expr condition, Expr then, Expr otherwise) implements Expr {}

    /** Two or more operands. */
    record And(int at, List<Expr> operands) implements Expr {}

    /** Two or more operands. */
    record Or(int at, List<Expr> operands) implements Expr {}

    record UnaryOp(int at, Unary operator, Expr operand) implements Expr {}

    record BinaryOp(int at, Binary operator, Expr left, Expr right) implements Expr {}

    /** {@code target.name} or {@code target["name"]}. */
    record Attribute(int at, Expr target, String name) implements Expr {}

    /** {@code target has a.b.c}, one or more names. */
    record Has(int at, Expr target, List<String> path) implements Expr {}

    record Like(int at, Expr target, Pattern pattern) implements Expr {}

    /** {@code target is type}, or {@code target is type in ancestor}. */
    record Is(int at, Expr target, String type, @Nullable Expr ancestor) implements Expr {}

    record SetOf(int at, List<Expr> items) implements Expr {}

    record RecordOf(int at, Map<String, Expr> attributes) implements Expr {}

    /** A function, or a method with what stands before its point as the first argument. */
    record Call(int at, Extension function, List<Expr> arguments) implements Expr {}
}
