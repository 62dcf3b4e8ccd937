package io.aidc.security.identity;

import java.util.Objects;

/**
 * An API key with its text, which is not stored and cannot be shown again.
 *
 * <p><em>Immutable.</em>
 *
 * @param key what it is
 * @param text 81 characters that match {@code aidc_[a-z2-7]{16}_[a-z2-7]{59}}, by which programs that look for leaked keys find
 *     it
 */
public record IssuedApiKey(ApiKey key, String text) {
    /** Requires both. */
    public IssuedApiKey {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(text, "text");
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "IssuedApiKey[%s]".formatted(key);
    }
}
