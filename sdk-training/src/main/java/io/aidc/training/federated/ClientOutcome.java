package io.aidc.training.federated;

import java.util.Locale;

/**
 * Says what became of one client in one attempt of a round.
 *
 * <p>Immutable.
 *
 * @param client its name
 * @param status whether its update counted, and if not, why
 * @param detail a sentence on what was wrong; empty if nothing was
 */
public record ClientOutcome(String client, Status status, String detail) {
    /** The longest detail kept, in characters. */
    public static final int LONGEST_DETAIL = 300;

    /** Says whether an update counted. */
    public enum Status {
        /** It answered in time and its update counted. */
        ANSWERED,
        /** It did not answer before the deadline. */
        LATE,
        /** It threw, or its connection was lost. */
        FAILED,
        /** It sent something that is no update of this model. */
        MALFORMED,
        /** More were asked than needed, and enough others were faster. */
        SURPLUS
    }

    /** Shortens the detail. */
    public ClientOutcome {
        if (detail.length() > LONGEST_DETAIL) {
            detail = detail.substring(0, LONGEST_DETAIL);
        }
    }

    /**
     * Describes the outcome in one line.
     *
     * @return name, status and detail
     */
    @Override
    public String toString() {
        String what = client + " " + status.name().toLowerCase(Locale.ROOT);
        return detail.isEmpty() ? what : what + ": " + detail;
    }
}
