package io.aidc.security.identity;

/** What came of comparing a password with a hash. */
public enum PasswordMatch {
    /** It is another password. */
    WRONG,
    /** It is the password. */
    RIGHT,
    /** It is the password, and should be hashed again: cost or pepper of its hash are not those in use. */
    RIGHT_REHASH
}
