package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type of an expression for one type of principal, one action and one type of resource, by Cedar's strict rules.
 * This class has the rules for what joins, branches and reads; {@link OperatorTypes} has those for operators and functions.
 *
 * <p>What may be missing is safe to read only behind a test. A test that holds gains a key, made of the tested expression and
 * the name; {@code &&} and {@code if} hand the keys on to what is evaluated only if the test held.
 *
 * <p>After a fault the check goes on with an unknown type, which fits everywhere, so that one fault is reported once.
 *
 * <p><em>Confined: one thread.</em>
 *
 * @see <a href="https://github.com/cedar-policy/cedar-spec/tree/main/cedar-lean/Cedar/Validation">Cedar's specification,
 *     Validation</a>
 */
final class TypeChecker {
    private static final String TARGET = "an entity or a record";

    private final Schema schema;
    private final String principal;
    private final ActionShape action;
    private final String resource;
    private final Findings findings;
    private final OperatorTypes operators;

    TypeChecker(Schema schema, String principal, ActionShape action, String resource, Findings findings) {
        this.schema = schema;
        this.principal = principal;
        this.action = action;
        this.resource = resource;
        this.findings = findings;
        this.operators = new OperatorTypes(this, schema, findings);
    }

    /** The type of a Boolean expression, given what is safe to read. */
    Typed checkBoolean(Expr expr, Held held) {
        return expect(expr, held, CedarType.Truth.class::isInstance, "Bool");
    }

    Typed expect(Expr expr, Held held, Predicate<CedarType> fits, String expected) {
        Typed typed = check(expr, held);
        return typed.type() == null || fitting(typed.type(), expr.at(), fits, expected) != null ? typed : Typed.UNKNOWN;
    }

    private @Nullable CedarType fitting(CedarType type, int at, Predicate<CedarType> fits, String expected) {
        if (fits.test(type)) {
            return type;
        }
        findings.error(at, "found %s, expected %s".formatted(type.shown(), expected));
        return null;
    }

    Typed check(Expr expr, Held held) {
        if (expr instanceof Expr.Literal literal) {
            return Typed.of(literal(literal.value()));
        } else if (expr instanceof Expr.Var variable) {
            return Typed.of(variable(variable.variable()));
        } else if (expr instanceof Expr.And and) {
            return and(and.operands(), held);
        } else if (expr instanceof Expr.Or or) {
            return or(or.operands(), held);
        } else if (expr instanceof Expr.If choice) {
            return choice(choice, held);
        } else if (expr instanceof Expr.Has has) {
            return has(has, held);
        } else if (expr instanceof Expr.Attribute attribute) {
            return Typed.of(attribute(attribute, held));
        } else if (expr instanceof Expr.SetOf set) {
            return Typed.of(set(set, held));
        } else if (expr instanceof Expr.RecordOf record) {
            return Typed.of(record(record, held));
        }
        return operators.check(expr, held);
    }

    private @Nullable CedarType literal(Value value) {
        if (value instanceof Value.Bool bool) {
            return bool.value() ? CedarType.Truth.TRUE : CedarType.Truth.FALSE;
        } else if (value instanceof Value.Whole) {
            return CedarType.Plain.LONG;
        } else if (value instanceof Value.Text) {
            return CedarType.Plain.STRING;
        }
        EntityUid uid = ((Value.Ref) value).uid();
        return schema.knows(uid) ? new CedarType.EntityOf(uid.type()) : null;
    }

    private CedarType variable(Expr.Variable variable) {
        return switch (variable) {
            case PRINCIPAL -> new CedarType.EntityOf(principal);
            case ACTION -> new CedarType.EntityOf(action.uid().type());
            case RESOURCE -> new CedarType.EntityOf(resource);
            case CONTEXT -> action.context();
        };
    }

    /** The entity that an expression stands for whatever the request: one that is written out, or the action. */
    @Nullable
    EntityUid constant(Expr expr) {
        if (expr instanceof Expr.Var variable && variable.variable() == Expr.Variable.ACTION) {
            return action.uid();
        }
        return expr instanceof Expr.Literal literal && literal.value() instanceof Value.Ref ref ? ref.uid() : null;
    }

    private Typed and(List<Expr> operands, Held held) {
        Held known = held.inner();
        Set<String> gains = new HashSet<>();
        CedarType type = CedarType.Truth.TRUE;
        for (Expr operand : operands) {
            Typed typed = checkBoolean(operand, known);
            if (typed.is(CedarType.Truth.FALSE)) {
                return typed; // what follows is never evaluated
            }
            if (!typed.is(CedarType.Truth.TRUE)) {
                type = CedarType.Truth.EITHER;
            }
            known.plus(typed.gains());
            gains.addAll(typed.gains());
        }
        return new Typed(type, gains);
    }

    private Typed or(List<Expr> operands, Held held) {
        Typed all = checkBoolean(operands.get(0), held);
        for (Expr operand : operands.subList(1, operands.size())) {
            if (all.is(CedarType.Truth.TRUE)) {
                return all;
            }
            Typed typed = checkBoolean(operand, held);
            if (typed.is(CedarType.Truth.TRUE) || all.is(CedarType.Truth.FALSE)) {
                all = typed;
            } else if (!typed.is(CedarType.Truth.FALSE)) {
                all = new Typed(CedarType.Truth.EITHER, both(all.gains(), typed.gains()));
            }
        }
        return all;
    }

    private Typed choice(Expr.If choice, Held held) {
        Typed condition = checkBoolean(choice.condition(), held);
        if (condition.is(CedarType.Truth.FALSE)) {
            return check(choice.otherwise(), held);
        }
        Typed then = check(choice.then(), held.inner().plus(condition.gains()));
        Set<String> gains = union(condition.gains(), then.gains());
        if (condition.is(CedarType.Truth.TRUE)) {
            return new Typed(then.type(), gains);
        }
        Typed otherwise = check(choice.otherwise(), held);
        if (then.type() == null || otherwise.type() == null) {
            return Typed.UNKNOWN;
        }
        CedarType type = CedarType.join(then.type(), otherwise.type());
        if (type == null) {
            findings.error(
                    choice.at(),
                    "the branches of if have different types, %s and %s"
                            .formatted(then.type().shown(), otherwise.type().shown()));
        }
        return new Typed(type, both(gains, otherwise.gains()));
    }

    /** {@code e has a.b} is {@code e has a && e.a has b}. */
    private Typed has(Expr.Has has, Held held) {
        CedarType.Truth type = CedarType.Truth.TRUE;
        Set<String> gains = new HashSet<>();
        Expr target = has.target();
        CedarType targetType = target(target, held);
        if (targetType == null) {
            return Typed.UNKNOWN;
        }
        for (Iterator<String> path = has.path().iterator(); path.hasNext() && targetType != null; ) {
            String name = path.next();
            CedarType.Attribute attribute = schema.attributes(targetType).get(name);
            if (attribute == null) {
                return Typed.of(CedarType.Truth.FALSE);
            }
            String key = attributeKey(target, name);
            if (!held.contains(key) && !(attribute.required() && targetType instanceof CedarType.RecordOf)) {
                type = CedarType.Truth.EITHER;
            }
            gains.add(key);
            target = new Expr.Attribute(has.at(), target, name);
            targetType = path.hasNext() ? fitting(attribute.type(), has.at(), TypeChecker::isTarget, TARGET) : null;
        }
        return new Typed(type, gains);
    }

    private @Nullable CedarType attribute(Expr.Attribute access, Held held) {
        CedarType target = target(access.target(), held);
        if (target == null) {
            return null;
        }
        SortedMap<String, CedarType.Attribute> attributes = schema.attributes(target);
        CedarType.Attribute attribute = attributes.get(access.name());
        if (attribute == null) {
            findings.error(
                    access.at(),
                    "%s has no attribute %s%s"
                            .formatted(
                                    target.shown(),
                                    Printable.of(access.name()),
                                    Nearest.hint(access.name(), attributes.keySet())));
            return null;
        }
        if (!attribute.required() && !held.contains(attributeKey(access.target(), access.name()))) {
            findings.error(
                    access.at(),
                    "attribute %s of %s may be missing, ask with has before reading it"
                            .formatted(Printable.of(access.name()), target.shown()));
        }
        return attribute.type();
    }

    private @Nullable CedarType target(Expr target, Held held) {
        return expect(target, held, TypeChecker::isTarget, TARGET).type();
    }

    private static boolean isTarget(CedarType type) {
        return type instanceof CedarType.EntityOf || type instanceof CedarType.RecordOf;
    }

    private @Nullable CedarType set(Expr.SetOf set, Held held) {
        if (set.items().isEmpty()) {
            findings.error(set.at(), "an empty set has no type; compare with isEmpty() instead");
            return null;
        }
        CedarType element = null;
        boolean unknown = false;
        boolean mixed = false;
        for (Expr item : set.items()) {
            CedarType type = check(item, held).type();
            unknown |= type == null;
            if (type != null && !mixed) {
                CedarType joined = element == null ? type : CedarType.join(element, type);
                if (joined == null && element != null) {
                    mixed = true;
                    findings.error(item.at(), "found %s in a set of %s".formatted(type.shown(), element.shown()));
                }
                element = joined;
            }
        }
        return unknown || element == null ? null : new CedarType.SetOf(element);
    }

    private @Nullable CedarType record(Expr.RecordOf record, Held held) {
        SortedMap<String, CedarType.Attribute> attributes = new TreeMap<>();
        for (Map.Entry<String, Expr> entry : record.attributes().entrySet()) {
            CedarType type = check(entry.getValue(), held).type();
            if (type != null) {
                attributes.put(entry.getKey(), new CedarType.Attribute(type, true));
            }
        }
        return attributes.size() < record.attributes().size() ? null : new CedarType.RecordOf(attributes);
    }

    private static String attributeKey(Expr target, String name) {
        return "." + name.length() + ':' + name + ExprKey.of(target);
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> union = new HashSet<>(a);
        union.addAll(b);
        return union;
    }

    private static Set<String> both(Set<String> a, Set<String> b) {
        Set<String> both = new HashSet<>(a);
        both.retainAll(b);
        return both;
    }
}
