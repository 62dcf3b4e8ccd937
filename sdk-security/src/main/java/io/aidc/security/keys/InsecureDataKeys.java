package io.aidc.security.keys;

import io.aidc.security.UnsealException;
import java.util.Objects;

/**
 * Wraps and unwraps data keys in the clear, for formats which keep the wrapped key in a place of their own. What is
 * unwrapped lies in the heap, in the hands of the caller, who must neither keep nor show it and must wipe it.
 * {@link io.aidc.security.Vault} needs none of this.
 *
 * <p><em>Thread-safe: as the ring is.</em>
 *
 * @see <a href="https://c2sp.org/XAES-256-GCM">C2SP XAES-256-GCM</a>
 */
public final class InsecureDataKeys {
    private InsecureDataKeys() {}

    /**
     * Encrypts a data key under the primary version of a ring, with a random nonce of 24 bytes.
     *
     * @param ring the ring
     * @param dataKey 1 to 1024 bytes; not wiped
     * @param context what to bind it to; the same bytes unwrap
     * @return the wrapped key
     * @throws IllegalArgumentException if the data key is empty or too long
     * @throws IllegalStateException if the ring is closed
     */
    public static WrappedKey wrap(KeyRing ring, byte[] dataKey, byte[] context) {
        return ring.wrap(Objects.requireNonNull(dataKey, "dataKey"), Objects.requireNonNull(context, "context"));
    }

    /**
     * Decrypts a data key.
     *
     * @param ring the ring that wrapped it
     * @param wrapped what {@link #wrap} made
     * @param context the bytes it was bound to
     * @return the data key, the caller's to wipe
     * @throws UnsealException if it was wrapped by another ring, under a version that is not enabled, with another context,
     *     or was changed; which of these is not said
     * @throws IllegalStateException if the ring is closed
     */
    public static byte[] unwrap(KeyRing ring, WrappedKey wrapped, byte[] context) {
        return ring.unwrap(Objects.requireNonNull(wrapped, "wrapped"), Objects.requireNonNull(context, "context"));
    }
}
