package io.aidc.security.policy;

import java.util.TreeMap;

/** Names an expression by its shape: two have the same key if they differ in their places at most. */
final class ExprKey {
    private final StringBuilder out = new StringBuilder();

    private ExprKey() {}

    static String of(Expr expr) {
        ExprKey key = new ExprKey();
        key.add(expr);
        return key.out.toString();
    }

    private void add(Expr expr) {
        text(expr.getClass().getSimpleName());
        if (expr instanceof Expr.Literal literal) {
            text(Values.kind(literal.value())).text(literal.value().toString());
        } else if (expr instanceof Expr.Var variable) {
            text(variable.variable().name());
        } else if (expr instanceof Expr.UnaryOp unary) {
            text(unary.operator().name());
        } else if (expr instanceof Expr.BinaryOp binary) {
            text(binary.operator().name());
        } else if (expr instanceof Expr.Attribute attribute) {
            text(attribute.name());
        } else if (expr instanceof Expr.Has has) {
            has.path().forEach(this::text);
        } else if (expr instanceof Expr.Like like) {
            like.pattern().parts().forEach(this::text);
        } else if (expr instanceof Expr.Is is) {
            text(is.type());
        } else if (expr instanceof Expr.Call call) {
            text(call.function().word);
        }
        out.append('(');
        if (expr instanceof Expr.RecordOf record) {
            new TreeMap<>(record.attributes())
                    .forEach((name, value) -> text(name).add(value));
        } else {
            Exprs.children(expr).forEach(this::add);
        }
        out.append(')');
    }

    /** With its length, so that no text can pass for the structure around it. */
    private ExprKey text(String text) {
        out.append(text.length()).append(':').append(text);
        return this;
    }
}
