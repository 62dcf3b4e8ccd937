package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import io.aidc.security.policy.Expr.Binary;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What operators do with values. Failures name kinds of values, never values of attributes. */
final class Operators {
    private Operators() {}

    static boolean bool(Value value, int at) {
        if (value instanceof Value.Bool bool) {
            return bool.value();
        }
        throw EvaluationFailure.wrongKind(at, "bool", value);
    }

    static String text(Value value, int at) {
        if (value instanceof Value.Text text) {
            return text.value();
        }
        throw EvaluationFailure.wrongKind(at, "string", value);
    }

    static EntityUid entity(Value value, int at) {
        if (value instanceof Value.Ref ref) {
            return ref.uid();
        }
        throw EvaluationFailure.wrongKind(at, "entity", value);
    }

    static Set<Value> set(Value value, int at) {
        if (value instanceof Value.SetOf set) {
            return set.items();
        }
        throw EvaluationFailure.wrongKind(at, "set", value);
    }

    static Value set(Collection<Value> items, int at) {
        try {
            return new Value.SetOf(Items.of(items));
        } catch (IllegalArgumentException e) {
            throw tooDeep(at);
        }
    }

    static Value record(Map<String, Value> attributes, int at) {
        try {
            return new Value.RecordOf(attributes);
        } catch (IllegalArgumentException e) {
            throw tooDeep(at);
        }
    }

    static Value negate(Value value, int at) {
        long number = whole(value, at);
        if (number == Long.MIN_VALUE) {
            throw new EvaluationFailure(at, "- overflows 64 bits");
        }
        return Value.of(-number);
    }

    static Value arithmetic(Binary operator, Value left, Value right, int at) {
        long a = whole(left, at);
        long b = whole(right, at);
        try {
            return Value.of(
                    switch (operator) {
                        case ADD -> Math.addExact(a, b);
                        case SUBTRACT -> Math.subtractExact(a, b);
                        default -> Math.multiplyExact(a, b);
                    });
        } catch (ArithmeticException e) {
            throw new EvaluationFailure(at, "the result overflows 64 bits");
        }
    }

    static boolean compare(Binary operator, Value left, Value right, int at) {
        long a;
        long b;
        if (left instanceof Value.Datetime first && right instanceof Value.Datetime second) {
            a = first.epochMillis();
            b = second.epochMillis();
        } else if (left instanceof Value.Duration first && right instanceof Value.Duration second) {
            a = first.millis();
            b = second.millis();
        } else if (left instanceof Value.Whole first && right instanceof Value.Whole second) {
            a = first.value();
            b = second.value();
        } else {
            throw new EvaluationFailure(
                    at,
                    "found a " + Values.kind(left) + " and a " + Values.kind(right)
                            + ", expected two of long, datetime or duration");
        }
        return switch (operator) {
            case LESS -> a < b;
            case LESS_OR_EQUAL -> a <= b;
            case GREATER -> a > b;
            default -> a >= b;
        };
    }

    static boolean in(Value left, Value right, Evaluation evaluation, int at) {
        EntityUid uid = entity(left, at);
        if (right instanceof Value.Ref ancestor) {
            return evaluation.isIn(uid, ancestor.uid());
        }
        Set<Value> ancestors = set(right, at);
        for (Value ancestor : ancestors) {
            entity(ancestor, at);
        }
        for (Value ancestor : ancestors) {
            if (evaluation.isIn(uid, entity(ancestor, at))) {
                return true;
            }
        }
        return false;
    }

    static Value contains(Value left, Value right, int at) {
        return Value.of(set(left, at).contains(right));
    }

    static Value containsAll(Value left, Value right, int at) {
        return Value.of(set(left, at).containsAll(set(right, at)));
    }

    static Value containsAny(Value left, Value right, int at) {
        Set<Value> items = set(left, at);
        return Value.of(!Collections.disjoint(items, set(right, at)));
    }

    /** Null if the record or entity has no such attribute. */
    static @Nullable Value find(Value target, String name, Evaluation evaluation, int at) {
        if (target instanceof Value.RecordOf record) {
            return record.attributes().get(name);
        }
        if (target instanceof Value.Ref ref) {
            Entity entity = evaluation.entity(ref.uid());
            return entity == null ? null : entity.attributes().get(name);
        }
        throw EvaluationFailure.wrongKind(at, "record or entity", target);
    }

    static Value attribute(Value target, String name, Evaluation evaluation, int at) {
        Value found = find(target, name, evaluation, at);
        if (found != null) {
            return found;
        }
        String owner = "the record";
        if (target instanceof Value.Ref ref) {
            owner = Printable.of(ref.uid().toString());
            if (evaluation.entity(ref.uid()) == null) {
                throw new EvaluationFailure(at, owner + " is not known");
            }
        }
        throw new EvaluationFailure(at, owner + " has no attribute " + Printable.of(name));
    }

    static Value tag(Value target, Value name, Evaluation evaluation, int at) {
        EntityUid uid = entity(target, at);
        String tag = text(name, at);
        Entity entity = evaluation.entity(uid);
        Value found = entity == null ? null : entity.tags().get(tag);
        if (found == null) {
            throw new EvaluationFailure(
                    at, Printable.of(uid.toString()) + (entity == null ? " is not known" : " has no such tag"));
        }
        return found;
    }

    static Value hasTag(Value target, Value name, Evaluation evaluation, int at) {
        EntityUid uid = entity(target, at);
        String tag = text(name, at);
        Entity entity = evaluation.entity(uid);
        return Value.of(entity != null && entity.tags().containsKey(tag));
    }

    private static long whole(Value value, int at) {
        if (value instanceof Value.Whole whole) {
            return whole.value();
        }
        throw EvaluationFailure.wrongKind(at, "long", value);
    }

    private static EvaluationFailure tooDeep(int at) {
        return new EvaluationFailure(at, "the value is nested deeper than " + Value.MAX_DEPTH);
    }
}
