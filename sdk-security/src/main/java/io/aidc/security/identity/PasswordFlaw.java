package io.aidc.security.identity;

/** Why a password cannot be had. */
public enum PasswordFlaw {
    /** It has fewer characters than are asked for. */
    TOO_SHORT,
    /** It has more than 1024 bytes in UTF-8. */
    TOO_LONG,
    /** It is not well-formed UTF-16. */
    MALFORMED,
    /** It is the user's name, or on the list of those that are guessed first. */
    BLOCKED
}
