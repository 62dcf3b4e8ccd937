package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.List;

/**
 * Finds the entity types, actions and listed ids that a policy names and its schema does not, even where the policy is never
 * evaluated. <em>Confined: one thread.</em>
 */
final class NameCheck {
    private final Schema schema;
    private final Findings findings;

    NameCheck(Schema schema, Findings findings) {
        this.schema = schema;
        this.findings = findings;
    }

    void check(Policy policy) {
        check(policy.body().principal());
        check(policy.body().action());
        check(policy.body().resource());
        policy.body().conditions().forEach(condition -> check(condition.expr()));
    }

    private void check(Scope scope) {
        if (scope instanceof Scope.Equal equal) {
            check(scope.at(), equal.uid());
        } else if (scope instanceof Scope.In in) {
            in.uids().forEach(uid -> check(scope.at(), uid));
        } else if (scope instanceof Scope.Is is) {
            check(scope.at(), is.type());
        } else if (scope instanceof Scope.IsIn isIn) {
            check(scope.at(), isIn.type());
            check(scope.at(), isIn.uid());
        }
    }

    private void check(Expr expr) {
        if (expr instanceof Expr.Literal literal) {
            if (literal.value() instanceof Value.Ref ref) {
                check(expr.at(), ref.uid());
            }
        } else if (expr instanceof Expr.Is is) {
            check(is.at(), is.type());
        }
        Exprs.children(expr).forEach(this::check);
    }

    private void check(int at, EntityUid uid) {
        if (uid.isAction()) {
            if (schema.action(uid) == null) {
                List<String> known = schema.actions().stream()
                        .map(action -> action.uid().toString())
                        .toList();
                findings.error(
                        at,
                        "unknown action %s%s"
                                .formatted(Printable.of(uid.toString()), Nearest.hint(uid.toString(), known)));
            }
            return;
        }
        EntityShape shape = schema.entity(uid.type());
        if (shape == null) {
            check(at, uid.type());
        } else if (!shape.mayHaveId(uid.id())) {
            findings.error(
                    at,
                    "unknown entity %s%s".formatted(Printable.of(uid.toString()), Nearest.hint(uid.id(), shape.ids())));
        }
    }

    private void check(int at, String type) {
        if (schema.entity(type) == null && !type.equals("Action") && !type.endsWith("::Action")) {
            findings.error(
                    at,
                    "unknown entity type %s%s".formatted(Printable.of(type), Nearest.hint(type, schema.entityTypes())));
        }
    }
}
