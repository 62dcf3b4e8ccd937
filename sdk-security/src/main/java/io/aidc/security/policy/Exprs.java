package io.aidc.security.policy;

import java.util.ArrayList;
import java.util.List;

/** Walks expressions. */
final class Exprs {
    private Exprs() {}

    static boolean readsContext(Expr expr) {
        if (expr instanceof Expr.Var variable) {
            return variable.variable() == Expr.Variable.CONTEXT;
        }
        for (Expr child : children(expr)) {
            if (readsContext(child)) {
                return true;
            }
        }
        return false;
    }

    /** The expressions that one is made of, in the order of the text. */
    static List<Expr> children(Expr expr) {
        if (expr instanceof Expr.And and) {
            return and.operands();
        } else if (expr instanceof Expr.Or or) {
            return or.operands();
        } else if (expr instanceof Expr.If branch) {
            return List.of(branch.condition(), branch.then(), branch.otherwise());
        } else if (expr instanceof Expr.UnaryOp unary) {
            return List.of(unary.operand());
        } else if (expr instanceof Expr.BinaryOp binary) {
            return List.of(binary.left(), binary.right());
        } else if (expr instanceof Expr.Attribute attribute) {
            return List.of(attribute.target());
        } else if (expr instanceof Expr.Has has) {
            return List.of(has.target());
        } else if (expr instanceof Expr.Like like) {
            return List.of(like.target());
        } else if (expr instanceof Expr.Is is) {
            Expr ancestor = is.ancestor();
            return ancestor == null ? List.of(is.target()) : List.of(is.target(), ancestor);
        } else if (expr instanceof Expr.SetOf set) {
            return set.items();
        } else if (expr instanceof Expr.RecordOf record) {
            return new ArrayList<>(record.attributes().values());
        }
        return expr instanceof Expr.Call call ? call.arguments() : List.of();
    }
}
