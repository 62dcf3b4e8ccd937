package io.aidc.privacy.query;

/** The answer to a query for one number. Immutable. */
public sealed interface Release {

    /**
     * The number, with noise.
     *
     * @param value the noised answer, in the unit of the input
     * @param epsilonSpent the budget charged for it: by how much {@code PrivacyBudget.spent()} rose
     */
    record Granted(double value, double epsilonSpent) implements Release {}

    /**
     * No answer: the budget was short. No data was read and nothing was spent.
     *
     * @param epsilonAsked what the query needed
     * @param epsilonLeft what was left; unchanged by the refusal
     */
    record Refused(double epsilonAsked, double epsilonLeft) implements Release {}
}
