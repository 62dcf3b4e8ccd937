package io.aidc.security.keys;

import java.util.Objects;

/**
 * A change of a key ring's file, told once it is on the disk.
 *
 * <p><em>Immutable.</em>
 *
 * @param ring the id of the ring
 * @param kind what was done
 * @param version the version it was done to; the primary if it concerns the whole ring
 */
public record KeyChange(String ring, Kind kind, int version) {
    /** What was done. */
    public enum Kind {
        /** A fresh version became the primary, because somebody asked or a limit was reached. */
        ROTATED,
        /** A version opens nothing until it is enabled. */
        DISABLED,
        /** A version opens again. */
        ENABLED,
        /** A version's key is gone for ever. */
        DESTROYED,
        /** Versions below this one open nothing any more. */
        MINIMUM_RAISED,
        /** The limits of use were replaced. */
        LIMITED,
        /** The passphrase or the protecting key was replaced. */
        PROTECTED_ANEW
    }

    /** Checks that nothing is missing. */
    public KeyChange {
        Objects.requireNonNull(ring, "ring");
        Objects.requireNonNull(kind, "kind");
    }
}
