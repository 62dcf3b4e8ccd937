package io.aidc.storage.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether a history is linearizable: whether its calls can be put into one order that the model allows and that
 * keeps each call between its invocation and its return.
 *
 * <p>Parts of the object are searched one by one (P-compositionality), each by {@link Search}. A history that cannot be
 * decided within the budget is {@link Verdict#UNKNOWN}, never linearizable.
 *
 * @see <a href="https://doi.org/10.1002/cpe.3928">Lowe 2017, Testing for linearizability</a>
 * @see <a href="https://arxiv.org/abs/1504.00204">Horn and Kroening 2015, Faster linearizability checking via
 *     P-compositionality</a>
 */
public final class Checker<S, O> {
    /** Model steps for one part, a few seconds and some hundred megabytes. */
    public static final long DEFAULT_STEPS = 3_000_000;

    private final Model<S, O> model;
    private final long maxSteps;

    public Checker(Model<S, O> model) {
        this(model, DEFAULT_STEPS);
    }

    public Checker(Model<S, O> model, long maxSteps) {
        this.model = model;
        this.maxSteps = maxSteps;
    }

    public Report<O> check(Collection<Call<O>> history) {
        Map<Object, List<Call<O>>> parts = new LinkedHashMap<>();
        for (Call<O> call : history) {
            parts.computeIfAbsent(model.part(call.operation()), part -> new ArrayList<>())
                    .add(call);
        }
        long steps = 0;
        var result = new Report<O>(Verdict.LINEARIZABLE, 0, List.of(), List.of());
        for (List<Call<O>> part : parts.values()) {
            var search = new Search<>(model, part, maxSteps);
            Verdict verdict = search.run();
            steps += search.steps();
            if (verdict == Verdict.NOT_LINEARIZABLE) {
                return new Report<>(verdict, steps, part, search.longest());
            }
            if (verdict == Verdict.UNKNOWN && result.verdict() == Verdict.LINEARIZABLE) {
                result = new Report<>(verdict, steps, part, search.longest());
            }
        }
        return new Report<>(result.verdict(), steps, result.part(), result.longest());
    }
}
