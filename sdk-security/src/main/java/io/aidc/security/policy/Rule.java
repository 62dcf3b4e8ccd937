package io.aidc.security.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy, ready to run. The index has seen to its head, save for a type beside a group. */
final class Rule {
    private record Clause(Code code, boolean isWhen, int at) {}

    private final Policy policy;
    private final @Nullable String principalType;
    private final @Nullable String resourceType;
    private final Clause[] clauses;
    private final boolean readsContext;

    private Rule(Policy policy, Clause[] clauses, boolean readsContext) {
        this.policy = policy;
        this.principalType = policy.body().principal() instanceof Scope.IsIn isIn ? isIn.type() : null;
        this.resourceType = policy.body().resource() instanceof Scope.IsIn isIn ? isIn.type() : null;
        this.clauses = clauses;
        this.readsContext = readsContext;
    }

    static Rule of(Policy policy) {
        List<Policy.Condition> conditions = policy.body().conditions();
        Clause[] clauses = new Clause[conditions.size()];
        boolean readsContext = false;
        for (int i = 0; i < clauses.length; i++) {
            Policy.Condition condition = conditions.get(i);
            Expr expr = condition.expr();
            readsContext |= Exprs.readsContext(expr);
            clauses[i] = new Clause(Compiler.compile(expr), condition.isWhen(), expr.at());
        }
        return new Rule(policy, clauses, readsContext);
    }

    Policy policy() {
        return policy;
    }

    /** Whether its conditions mention the context. */
    boolean readsContext() {
        return readsContext;
    }

    /** Whether its head fits, of which the index has seen to the rest. */
    boolean fits(Request request) {
        return (principalType == null
                        || principalType.equals(request.principal().type()))
                && (resourceType == null
                        || resourceType.equals(request.resource().type()));
    }

    /**
     * Whether its head fits and its conditions hold.
     *
     * @throws EvaluationFailure if it has no answer
     */
    boolean applies(Evaluation evaluation) {
        if (!fits(evaluation.request())) {
            return false;
        }
        for (Clause clause : clauses) {
            if (Operators.bool(clause.code.run(evaluation), clause.at) != clause.isWhen) {
                return false;
            }
        }
        return true;
    }
}
