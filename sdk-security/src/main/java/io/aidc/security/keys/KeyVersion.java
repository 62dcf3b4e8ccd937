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
 */
public record KeyVersion(int version, KeyState state, Instant created) {
    /** Checks that the version is positive. */
    public KeyVersion {
        if (version < 1) {
            throw new IllegalArgumentException("version must be >= 1, got " + version);
        }
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(created, "created");
    }
}
