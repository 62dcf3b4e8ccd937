package io.aidc.security.keys;

import java.time.Instant;
import java.util.Objects;

/**
 * Describes one version of a key ring's key, without the key.
 *
 * <p><em>Immutable.</em>
 *
 * @param version 1 for the first, then one more for each rotation
 * @param state what it may be used for
 * @param created when it was made, to the millisecond
 * @param messages how many data keys it wrapped at most; counted only while the ring {@linkplain KeyLimits limits} them,
 *     and ahead of use in blocks of about a thousandth
 * @param bytes how much plaintext was sealed with them at most, counted alike
 */
public record KeyVersion(int version, KeyState state, Instant created, long messages, long bytes) {
    /** Checks that the version is positive and nothing is negative. */
    public KeyVersion {
        if (version < 1 || messages < 0 || bytes < 0) {
            throw new IllegalArgumentException("version must be >= 1, messages and bytes >= 0, got %d, %d and %d"
                    .formatted(version, messages, bytes));
        }
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(created, "created");
    }

    KeyVersion in(KeyState other) {
        return new KeyVersion(version, other, created, messages, bytes);
    }

    KeyVersion used(long moreMessages, long moreBytes) {
        return new KeyVersion(version, state, created, messages + moreMessages, bytes + moreBytes);
    }
}
