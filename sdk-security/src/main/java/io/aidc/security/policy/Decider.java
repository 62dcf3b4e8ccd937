package io.aidc.security.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides: some policy must permit, and none forbid. */
final class Decider {
    private Decider() {}

    static Decision decide(Snapshot snapshot, Request request, Instant now) {
        Evaluation evaluation = new Evaluation(request, snapshot, now);
        PolicyIndex index = snapshot.policies();
        return decide(index, index.candidates(evaluation), evaluation);
    }

    /** Every candidate is asked, whatever others say, so that all errors show. */
    static Decision decide(PolicyIndex index, int[] candidates, Evaluation evaluation) {
        List<String> permits = new ArrayList<>(2);
        List<String> forbids = new ArrayList<>(2);
        Map<String, String> errors = Map.of();
        for (int position : candidates) {
            Rule rule = index.rule(position);
            Policy policy = rule.policy();
            try {
                if (rule.applies(evaluation)) {
                    (policy.effect() == Policy.Effect.PERMIT ? permits : forbids).add(policy.id());
                }
            } catch (EvaluationFailure e) {
                if (errors.isEmpty()) {
                    errors = new LinkedHashMap<>();
                }
                errors.put(policy.id(), policy.place(e));
            }
        }
        boolean allowed = forbids.isEmpty() && !permits.isEmpty();
        return new Decision(allowed, allowed ? permits : forbids, errors, Decision.NOT_RECORDED);
    }
}
