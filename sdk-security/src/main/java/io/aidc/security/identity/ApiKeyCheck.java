package io.aidc.security.identity;

/** What the text of an API key is good for. */
public sealed interface ApiKeyCheck {
    /**
     * It may be used.
     *
     * @param key as of this use
     */
    record Valid(ApiKey key) implements ApiKeyCheck {}

    /**
     * It may not be used.
     *
     * @param reason why
     */
    record Refused(Reason reason) implements ApiKeyCheck {}

    /** Why a key may not be used. All but the first two are told to its holder alone. */
    enum Reason {
        /** It is no API key, or was mistyped. */
        MALFORMED,
        /** There is no such key. */
        UNKNOWN,
        /** Its time is over. */
        EXPIRED,
        /** It was revoked. */
        REVOKED,
        /** The key is valid, but not for that. */
        SCOPE
    }
}
