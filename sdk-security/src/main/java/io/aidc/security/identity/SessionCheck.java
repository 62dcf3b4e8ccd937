package io.aidc.security.identity;

/** What a session token is good for. */
public sealed interface SessionCheck {
    /**
     * It may be used.
     *
     * @param session as of this use
     */
    record Valid(Session session) implements SessionCheck {}

    /**
     * It may not be used.
     *
     * @param reason why
     */
    record Refused(Reason reason) implements SessionCheck {}

    /** Why a token may not be used. */
    enum Reason {
        /** It is no session token, or was mistyped. */
        MALFORMED,
        /** There is no such session, or no more, or it has another token since it was raised. */
        UNKNOWN,
        /** It was not used for too long. */
        IDLE,
        /** It is too old. */
        EXPIRED,
        /** The session is valid, but not for that. */
        SCOPE
    }
}
