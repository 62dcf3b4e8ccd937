package io.aidc.security.identity;

import java.time.Instant;

/**
 * The answer to somebody who claims to be a user.
 *
 * <p>Tell the one at the door only that it failed, whatever the case: the rest is for the program and its log.
 */
public sealed interface Verification {
    /**
     * It is the user, as far as this factor can tell.
     *
     * @param user as given
     * @param factor what convinced: {@code totp}, {@code recovery-code}, {@code password}, or the name of a
     *     {@link SecondFactor}
     */
    record Accepted(String user, String factor) implements Verification {}

    /**
     * It was not accepted. It counts towards the lock where the reason is {@link Reason#WRONG} or {@link Reason#REPLAYED}.
     *
     * @param reason why
     */
    record Refused(Reason reason) implements Verification {}

    /**
     * There were too many failures; this one may be the last of them. Nothing is looked at before the end.
     *
     * @param until when to try again
     */
    record Locked(Instant until) implements Verification {}

    /** Why it was not accepted. */
    enum Reason {
        /** It is not what was expected. */
        WRONG,
        /** It was right, but was used before, or something later was. */
        REPLAYED,
        /** The user has no such factor. Passwords say {@link #WRONG} instead. */
        NOT_ENROLLED,
        /** The clock stands before a moment that has passed, so that what was used before could be used again. */
        CLOCK_BACK
    }
}
