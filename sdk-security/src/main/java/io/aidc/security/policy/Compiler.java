package io.aidc.security.policy;

import io.aidc.security.policy.Expr.Binary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns expressions into code. What depends on no request is worked out here, once. */
final class Compiler {
    private Compiler() {}

    static Code compile(Expr expr) {
        if (expr instanceof Expr.Literal literal) {
            return new Code.Constant(literal.value());
        } else if (expr instanceof Expr.Var variable) {
            return variable(variable.variable());
        } else if (expr instanceof Expr.And and) {
            return junction(and.operands(), false);
        } else if (expr instanceof Expr.Or or) {
            return junction(or.operands(), true);
        } else if (expr instanceof Expr.If branch) {
            return branch(branch);
        } else if (expr instanceof Expr.BinaryOp binary) {
            return binary(binary);
        } else if (expr instanceof Expr.UnaryOp unary) {
            return unary(unary);
        }
        return compileRest(expr);
    }

    private static Code compileRest(Expr expr) {
        if (expr instanceof Expr.Attribute attribute) {
            Code target = compile(attribute.target());
            return evaluation ->
                    Operators.attribute(target.run(evaluation), attribute.name(), evaluation, attribute.at());
        } else if (expr instanceof Expr.Has has) {
            return has(has);
        } else if (expr instanceof Expr.Is is) {
            return is(is);
        } else if (expr instanceof Expr.Like like) {
            Code target = compile(like.target());
            return evaluation -> Value.of(like.pattern().matches(Operators.text(target.run(evaluation), like.at())));
        } else if (expr instanceof Expr.SetOf set) {
            return set(set);
        } else if (expr instanceof Expr.RecordOf record) {
            return record(record);
        }
        return call((Expr.Call) expr);
    }

    private static Code variable(Expr.Variable variable) {
        return switch (variable) {
            case PRINCIPAL -> Evaluation::principal;
            case ACTION -> Evaluation::action;
            case RESOURCE -> Evaluation::resource;
            case CONTEXT -> Evaluation::context;
        };
    }

    /** The operands in turn, until one has the value that decides. */
    private static Code junction(List<Expr> operands, boolean decisive) {
        Code[] codes = compile(operands).toArray(new Code[0]);
        int[] places = operands.stream().mapToInt(Expr::at).toArray();
        return evaluation -> {
            for (int i = 0; i < codes.length; i++) {
                if (Operators.bool(codes[i].run(evaluation), places[i]) == decisive) {
                    return Value.of(decisive);
                }
            }
            return Value.of(!decisive);
        };
    }

    private static Code branch(Expr.If branch) {
        Code condition = compile(branch.condition());
        Code then = compile(branch.then());
        Code otherwise = compile(branch.otherwise());
        int at = branch.condition().at();
        return evaluation -> (Operators.bool(condition.run(evaluation), at) ? then : otherwise).run(evaluation);
    }

    private static Code unary(Expr.UnaryOp unary) {
        Code operand = compile(unary.operand());
        int at = unary.at();
        return switch (unary.operator()) {
            case NOT -> evaluation -> Value.of(!Operators.bool(operand.run(evaluation), at));
            case NEGATE -> evaluation -> Operators.negate(operand.run(evaluation), at);
            case IS_EMPTY ->
                evaluation ->
                        Value.of(Operators.set(operand.run(evaluation), at).isEmpty());
        };
    }

    private static Code binary(Expr.BinaryOp binary) {
        Code left = compile(binary.left());
        Code right = compile(binary.right());
        int at = binary.at();
        Binary operator = binary.operator();
        return switch (operator) {
            case EQUAL -> evaluation -> Value.of(left.run(evaluation).equals(right.run(evaluation)));
            case UNEQUAL -> evaluation -> Value.of(!left.run(evaluation).equals(right.run(evaluation)));
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                evaluation -> Value.of(Operators.compare(operator, left.run(evaluation), right.run(evaluation), at));
            case ADD, SUBTRACT, MULTIPLY ->
                evaluation -> Operators.arithmetic(operator, left.run(evaluation), right.run(evaluation), at);
            case IN ->
                evaluation -> Value.of(Operators.in(left.run(evaluation), right.run(evaluation), evaluation, at));
            case CONTAINS -> evaluation -> Operators.contains(left.run(evaluation), right.run(evaluation), at);
            case CONTAINS_ALL -> evaluation -> Operators.containsAll(left.run(evaluation), right.run(evaluation), at);
            case CONTAINS_ANY -> evaluation -> Operators.containsAny(left.run(evaluation), right.run(evaluation), at);
            case GET_TAG -> evaluation -> Operators.tag(left.run(evaluation), right.run(evaluation), evaluation, at);
            case HAS_TAG -> evaluation -> Operators.hasTag(left.run(evaluation), right.run(evaluation), evaluation, at);
        };
    }

    private static Code has(Expr.Has has) {
        Code target = compile(has.target());
        List<String> path = has.path();
        return evaluation -> {
            Value value = target.run(evaluation);
            for (int i = 0; i < path.size(); i++) {
                Value next = Operators.find(value, path.get(i), evaluation, has.at());
                if (next == null) {
                    return Values.FALSE;
                }
                value = next;
            }
            return Values.TRUE;
        };
    }

    private static Code is(Expr.Is is) {
        Code target = compile(is.target());
        Expr parent = is.ancestor();
        @Nullable Code ancestor = parent == null ? null : compile(parent);
        return evaluation -> {
            Value value = target.run(evaluation);
            if (!Operators.entity(value, is.at()).type().equals(is.type())) {
                return Values.FALSE;
            }
            return ancestor == null
                    ? Values.TRUE
                    : Value.of(Operators.in(value, ancestor.run(evaluation), evaluation, is.at()));
        };
    }

    private static Code set(Expr.SetOf set) {
        List<Code> items = compile(set.items());
        Code code = evaluation -> {
            List<Value> values = new ArrayList<>(items.size());
            for (Code item : items) {
                values.add(item.run(evaluation));
            }
            return Operators.set(values, set.at());
        };
        return folded(code, items);
    }

    private static Code record(Expr.RecordOf record) {
        Map<String, Code> attributes = new HashMap<>();
        record.attributes().forEach((name, expr) -> attributes.put(name, compile(expr)));
        Code code = evaluation -> {
            Map<String, Value> values = new HashMap<>();
            for (Map.Entry<String, Code> attribute : attributes.entrySet()) {
                values.put(attribute.getKey(), attribute.getValue().run(evaluation));
            }
            return Operators.record(values, record.at());
        };
        return folded(code, List.copyOf(attributes.values()));
    }

    private static Code call(Expr.Call call) {
        List<Code> arguments = compile(call.arguments());
        Code code = evaluation -> {
            Value[] values = new Value[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).run(evaluation);
            }
            return Extensions.call(call.function(), values, call.at());
        };
        return folded(code, arguments);
    }

    /** Runs the code now if its parts are known; what fails is left to fail whenever it is run. */
    private static Code folded(Code code, List<Code> parts) {
        for (Code part : parts) {
            if (!(part instanceof Code.Constant)) {
                return code;
            }
        }
        try {
            return new Code.Constant(code.run(Evaluation.NONE));
        } catch (EvaluationFailure e) {
            return code;
        }
    }

    private static List<Code> compile(List<Expr> exprs) {
        List<Code> codes = new ArrayList<>(exprs.size());
        for (Expr expr : exprs) {
            codes.add(compile(expr));
        }
        return codes;
    }
}
