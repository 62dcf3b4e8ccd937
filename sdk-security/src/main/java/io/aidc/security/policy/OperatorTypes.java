package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of {@link TypeChecker} for operators and functions. <em>Confined: one thread.</em> */
final class OperatorTypes {
    private static final Predicate<CedarType> ENTITY = CedarType.EntityOf.class::isInstance;
    private static final Predicate<CedarType> SET = CedarType.SetOf.class::isInstance;
    private static final Predicate<CedarType> LONG = CedarType.Plain.LONG::equals;
    private static final Predicate<CedarType> STRING = CedarType.Plain.STRING::equals;

    private final TypeChecker checker;
    private final Schema schema;
    private final Findings findings;

    OperatorTypes(TypeChecker checker, Schema schema, Findings findings) {
        this.checker = checker;
        this.schema = schema;
        this.findings = findings;
    }

    Typed check(Expr expr, Held held) {
        if (expr instanceof Expr.UnaryOp unary) {
            return Typed.of(unary(unary, held));
        } else if (expr instanceof Expr.BinaryOp binary) {
            return binary(binary, held);
        } else if (expr instanceof Expr.Like like) {
            checker.expect(like.target(), held, STRING, "String");
            return Typed.of(CedarType.Truth.EITHER);
        } else if (expr instanceof Expr.Is is) {
            return is(is, held);
        }
        return Typed.of(call((Expr.Call) expr, held));
    }

    private CedarType unary(Expr.UnaryOp unary, Held held) {
        return switch (unary.operator()) {
            case NOT ->
                checker.checkBoolean(unary.operand(), held).type() instanceof CedarType.Truth truth
                        ? truth.not()
                        : CedarType.Truth.EITHER;
            case NEGATE -> {
                checker.expect(unary.operand(), held, LONG, "Long");
                yield CedarType.Plain.LONG;
            }
            case IS_EMPTY -> {
                checker.expect(unary.operand(), held, SET, "a set");
                yield CedarType.Truth.EITHER;
            }
        };
    }

    private Typed binary(Expr.BinaryOp binary, Held held) {
        return switch (binary.operator()) {
            case EQUAL -> Typed.of(equal(binary, held));
            case UNEQUAL -> Typed.of(equal(binary, held).not());
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> Typed.of(compare(binary, held));
            case IN -> Typed.of(in(binary, held));
            case ADD, SUBTRACT, MULTIPLY -> {
                checker.expect(binary.left(), held, LONG, "Long");
                checker.expect(binary.right(), held, LONG, "Long");
                yield Typed.of(CedarType.Plain.LONG);
            }
            case CONTAINS -> Typed.of(contains(binary, held));
            case CONTAINS_ALL, CONTAINS_ANY -> Typed.of(containsSet(binary, held));
            case HAS_TAG -> hasTag(binary, held);
            case GET_TAG -> Typed.of(getTag(binary, held));
        };
    }

    private CedarType.Truth equal(Expr.BinaryOp equal, Held held) {
        CedarType left = checker.check(equal.left(), held).type();
        CedarType right = checker.check(equal.right(), held).type();
        if (left == null || right == null) {
            return CedarType.Truth.EITHER;
        }
        if (left instanceof CedarType.EntityOf && right instanceof CedarType.EntityOf && !left.equals(right)) {
            return CedarType.Truth.FALSE;
        }
        Value one = constant(equal.left());
        Value other = constant(equal.right());
        if (one != null && other != null) {
            return one.equals(other) ? CedarType.Truth.TRUE : CedarType.Truth.FALSE;
        }
        requireComparable(equal, left, right);
        return CedarType.Truth.EITHER;
    }

    private @Nullable Value constant(Expr expr) {
        EntityUid uid = checker.constant(expr);
        if (uid != null) {
            return Value.of(uid);
        }
        return expr instanceof Expr.Literal literal ? literal.value() : null;
    }

    private void requireComparable(Expr.BinaryOp at, CedarType left, CedarType right) {
        if (CedarType.join(left, right) == null) {
            findings.error(at.at(), "%s and %s are never equal".formatted(left.shown(), right.shown()));
        }
    }

    private CedarType compare(Expr.BinaryOp binary, Held held) {
        CedarType left = checker.check(binary.left(), held).type();
        CedarType right = checker.check(binary.right(), held).type();
        if (left != null && right != null && !(isOrdered(left) && left.equals(right))) {
            findings.error(
                    binary.at(),
                    "found %s and %s, expected two of Long, datetime or duration"
                            .formatted(left.shown(), right.shown()));
        }
        return CedarType.Truth.EITHER;
    }

    private static boolean isOrdered(CedarType type) {
        return type instanceof CedarType.Plain plain && plain.isOrdered();
    }

    private CedarType contains(Expr.BinaryOp contains, Held held) {
        CedarType set = checker.expect(contains.left(), held, SET, "a set").type();
        CedarType item = checker.check(contains.right(), held).type();
        if (item != null && set instanceof CedarType.SetOf known) {
            requireComparable(contains, known.element(), item);
        }
        return CedarType.Truth.EITHER;
    }

    private CedarType containsSet(Expr.BinaryOp contains, Held held) {
        CedarType left = checker.expect(contains.left(), held, SET, "a set").type();
        CedarType right = checker.expect(contains.right(), held, SET, "a set").type();
        if (left != null && right != null) {
            requireComparable(contains, left, right);
        }
        return CedarType.Truth.EITHER;
    }

    private Typed is(Expr.Is is, Held held) {
        CedarType target =
                checker.expect(is.target(), held, ENTITY, "an entity").type();
        CedarType.Truth type = CedarType.Truth.EITHER;
        if (target instanceof CedarType.EntityOf entity) {
            type = entity.name().equals(is.type()) ? CedarType.Truth.TRUE : CedarType.Truth.FALSE;
        }
        if (is.ancestor() == null || type == CedarType.Truth.FALSE) {
            return Typed.of(type);
        }
        return Typed.of(in(is.target(), target, is.ancestor(), held));
    }

    private CedarType in(Expr.BinaryOp in, Held held) {
        return in(
                in.left(), checker.expect(in.left(), held, ENTITY, "an entity").type(), in.right(), held);
    }

    private CedarType in(Expr left, @Nullable CedarType one, Expr right, Held held) {
        CedarType other = checker.expect(
                        right,
                        held,
                        type -> ENTITY.test(type)
                                || (type instanceof CedarType.SetOf set && ENTITY.test(set.element())),
                        "an entity or a set of entities")
                .type();
        CedarType target = other instanceof CedarType.SetOf set ? set.element() : other;
        if (!(one instanceof CedarType.EntityOf from) || !(target instanceof CedarType.EntityOf to)) {
            return CedarType.Truth.EITHER;
        }
        EntityUid constant = checker.constant(left);
        List<EntityUid> constants = constants(right);
        if (constant != null && constant.isAction() && constants != null) {
            return constants.stream().anyMatch(group -> schema.isIn(constant, group))
                    ? CedarType.Truth.TRUE
                    : CedarType.Truth.FALSE;
        }
        return schema.mayBeIn(from.name(), to.name()) ? CedarType.Truth.EITHER : CedarType.Truth.FALSE;
    }

    private @Nullable List<EntityUid> constants(Expr expr) {
        List<EntityUid> constants = new ArrayList<>();
        for (Expr item : expr instanceof Expr.SetOf set ? set.items() : List.of(expr)) {
            EntityUid constant = checker.constant(item);
            if (constant == null) {
                return null;
            }
            constants.add(constant);
        }
        return constants;
    }

    private Typed hasTag(Expr.BinaryOp has, Held held) {
        CedarType target = checker.expect(has.left(), held, ENTITY, "an entity").type();
        checker.expect(has.right(), held, STRING, "String");
        if (!(target instanceof CedarType.EntityOf entity)) {
            return Typed.UNKNOWN;
        }
        String key = tagKey(has);
        if (schema.tags(entity.name()) == null) {
            return Typed.of(CedarType.Truth.FALSE);
        }
        return new Typed(held.contains(key) ? CedarType.Truth.TRUE : CedarType.Truth.EITHER, Set.of(key));
    }

    private @Nullable CedarType getTag(Expr.BinaryOp get, Held held) {
        CedarType target = checker.expect(get.left(), held, ENTITY, "an entity").type();
        checker.expect(get.right(), held, STRING, "String");
        if (!(target instanceof CedarType.EntityOf entity)) {
            return null;
        }
        CedarType tags = schema.tags(entity.name());
        if (tags == null) {
            findings.error(get.at(), "%s has no tags".formatted(target.shown()));
        } else if (!held.contains(tagKey(get))) {
            findings.error(
                    get.at(),
                    "the tag may be missing on %s, ask with hasTag before reading it".formatted(target.shown()));
        }
        return tags;
    }

    private static String tagKey(Expr.BinaryOp access) {
        return "#" + ExprKey.of(access.left()) + ExprKey.of(access.right());
    }

    private CedarType call(Expr.Call call, Held held) {
        Signature signature = Signature.of(call.function());
        List<Expr> arguments = call.arguments();
        if (arguments.size() != signature.parameters().size()) {
            findings.error(
                    call.at(),
                    "%s takes %d arguments, found %d"
                            .formatted(
                                    call.function().word, signature.parameters().size(), arguments.size()));
            arguments.forEach(argument -> checker.check(argument, held));
            return signature.result();
        }
        for (int i = 0; i < arguments.size(); i++) {
            CedarType parameter = signature.parameters().get(i);
            checker.expect(arguments.get(i), held, parameter::equals, parameter.shown());
        }
        if (call.function().isConstructor()) {
            requireLiteral(call.function(), arguments.get(0));
        }
        return signature.result();
    }

    private void requireLiteral(Extension function, Expr argument) {
        if (!(argument instanceof Expr.Literal literal)) {
            findings.error(argument.at(), "the argument of %s must be a text in quotes".formatted(function.word));
        } else if (literal.value() instanceof Value.Text text && Signature.construct(function, text.value()) == null) {
            findings.error(argument.at(), "no %s: %s".formatted(function.word, Printable.of(text.value())));
        }
    }
}
