package io.aidc.security.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Policies by what their heads ask: first of the resource, then of the principal, then of the action. A decision looks up
 * what it is about, and what that is in, so that policies about other things cost it nothing.
 *
 * <p><em>Immutable</em> once made.
 */
final class PolicyIndex {
    private final List<Rule> rules;
    private final Level<Level<Level<Positions>>> byResource = new Level<>();

    private PolicyIndex(List<Rule> rules) {
        this.rules = rules;
    }

    static PolicyIndex of(List<Policy> policies) {
        PolicyIndex index = new PolicyIndex(new ArrayList<>(policies.size()));
        for (Policy policy : policies) {
            index.add(policy);
        }
        return index;
    }

    Rule rule(int position) {
        return rules.get(position);
    }

    int size() {
        return rules.size();
    }

    /** The positions of the policies whose heads fit, in order and each once. */
    int[] candidates(Evaluation evaluation) {
        Positions found = new Positions();
        Request request = evaluation.request();
        byResource.visit(
                request.resource(),
                evaluation,
                byPrincipal -> byPrincipal.visit(
                        request.principal(),
                        evaluation,
                        byAction -> byAction.visit(request.action(), evaluation, found::addAll)));
        return found.sorted();
    }

    private void add(Policy policy) {
        int position = rules.size();
        rules.add(Rule.of(policy));
        Policy.Body body = policy.body();
        byResource.under(
                body.resource(),
                Level::new,
                byPrincipal -> byPrincipal.under(
                        body.principal(),
                        Level::new,
                        byAction ->
                                byAction.under(body.action(), Positions::new, positions -> positions.add(position))));
    }

    /** What lies under each constraint of one variable. */
    private static final class Level<T> {
        private final Map<String, T> is = new HashMap<>();
        private final Map<EntityUid, T> equal = new HashMap<>();
        private final Map<EntityUid, T> in = new HashMap<>();
        private @Nullable T any;

        void under(Scope scope, Supplier<T> fresh, Consumer<T> then) {
            if (scope instanceof Scope.Equal constraint) {
                then.accept(equal.computeIfAbsent(constraint.uid(), key -> fresh.get()));
            } else if (scope instanceof Scope.In constraint) {
                for (EntityUid uid : Set.copyOf(constraint.uids())) {
                    then.accept(in.computeIfAbsent(uid, key -> fresh.get()));
                }
            } else if (scope instanceof Scope.IsIn constraint) {
                then.accept(in.computeIfAbsent(constraint.uid(), key -> fresh.get()));
            } else if (scope instanceof Scope.Is constraint) {
                then.accept(is.computeIfAbsent(constraint.type(), key -> fresh.get()));
            } else {
                T there = any;
                if (there == null) {
                    there = fresh.get();
                    any = there;
                }
                then.accept(there);
            }
        }

        void visit(EntityUid uid, Evaluation evaluation, Consumer<T> then) {
            visit(any, then);
            if (!is.isEmpty()) {
                visit(is.get(uid.type()), then);
            }
            if (!equal.isEmpty()) {
                visit(equal.get(uid), then);
            }
            if (!in.isEmpty()) {
                Set<EntityUid> ancestors = evaluation.ancestorsOrSelf(uid);
                if (ancestors.size() <= in.size()) {
                    for (EntityUid ancestor : ancestors) {
                        visit(in.get(ancestor), then);
                    }
                } else {
                    for (Map.Entry<EntityUid, T> entry : in.entrySet()) {
                        if (ancestors.contains(entry.getKey())) {
                            then.accept(entry.getValue());
                        }
                    }
                }
            }
        }

        private void visit(@Nullable T found, Consumer<T> then) {
            if (found != null) {
                then.accept(found);
            }
        }
    }

    /** A growing list of numbers. */
    private static final class Positions {
        private int[] positions = new int[2];
        private int count;

        void add(int position) {
            if (count == positions.length) {
                positions = Arrays.copyOf(positions, 2 * count);
            }
            positions[count++] = position;
        }

        void addAll(Positions others) {
            if (count + others.count > positions.length) {
                positions = Arrays.copyOf(positions, Math.max(2 * count, count + others.count));
            }
            System.arraycopy(others.positions, 0, positions, count, others.count);
            count += others.count;
        }

        int[] sorted() {
            Arrays.sort(positions, 0, count);
            int different = 0;
            for (int i = 0; i < count; i++) {
                if (i == 0 || positions[i] != positions[i - 1]) {
                    positions[different++] = positions[i];
                }
            }
            return Arrays.copyOf(positions, different);
        }
    }
}
