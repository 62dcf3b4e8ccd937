package io.aidc.privacy.training;

/** The answer to {@link DpPlan#open()}: a paid-for run, or a refusal that spent nothing. */
public sealed interface PlanOpening permits DpRun, PlanOpening.Refused {

    /**
     * The plan does not fit in the budget; nothing was spent and no data may be read.
     *
     * @param epsilonAsked by how much the budget's spent ε would have risen; infinity if δ is short
     * @param epsilonLeft what remains, unchanged by the refusal
     */
    record Refused(double epsilonAsked, double epsilonLeft) implements PlanOpening {}
}
