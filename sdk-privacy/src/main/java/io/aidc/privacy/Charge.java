package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;

/** The answer to an attempt at charging a budget. Immutable. */
public sealed interface Charge {

    /**
     * The event is paid for and may take place.
     *
     * @param event what was charged
     * @param epsilonSpent by how much {@link PrivacyBudget#spent()} rose
     * @param epsilonLeft what remains
     */
    record Granted(PrivacyEvent event, double epsilonSpent, double epsilonLeft) implements Charge {}

    /**
     * The event must not take place; nothing was spent.
     *
     * @param event what was asked for
     * @param epsilonAsked by how much {@link PrivacyBudget#spent()} would have risen; infinity if δ is short or that
     *     exceeds the range of {@code double}
     * @param epsilonLeft what remains, unchanged by the refusal
     */
    record Refused(PrivacyEvent event, double epsilonAsked, double epsilonLeft) implements Charge {}
}
