package io.aidc.security.keys;

import io.aidc.security.MalformedSealException;
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
     * Encrypts a data key under the primary version of a ring, with a random nonce of 24 bytes. It counts as one message
     * towards the ring's {@linkplain KeyLimits limits}.
     *
     * @param ring the ring
     * @param dataKey 1 to 1024 bytes; not wiped
     * @param context what to bind it to; the same bytes unwrap
     * @return the wrapped key
     * @throws IllegalArgumentException if the data key is empty or too long
     * @throws io.aidc.security.KeyRingException if the primary reached a limit and the ring refuses
     * @throws io.aidc.security.VaultIoException if the use cannot be counted
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

    /**
     * Counts one message that is sealed with a {@linkplain #derive derived} key towards the {@linkplain KeyLimits limits} of
     * a ring.
     *
     * @param ring the ring
     * @return the version to derive the key from: the primary, perhaps a fresh one
     * @throws io.aidc.security.KeyRingException if the primary reached a limit and the ring refuses
     * @throws io.aidc.security.VaultIoException if the use cannot be counted
     * @throws IllegalStateException if the ring is closed
     */
    public static int countMessage(KeyRing ring) {
        return ring.admitted();
    }

    /**
     * Counts plaintext that was sealed with a data key towards the {@linkplain KeyLimits limits} of a ring. Without limits
     * this does nothing; with them the ring's file is written about a thousand times before a limit is reached. If it cannot
     * be written, the bytes stay owed until the next call.
     *
     * @param ring the ring
     * @param version the version that wrapped the data key; an unknown one is not counted
     * @param bytes &gt;= 0
     */
    public static void countBytes(KeyRing ring, int version, long bytes) {
        ring.countBytes(version, bytes);
    }

    /**
     * Derives a key for another purpose from one version of a ring, the same each time.
     *
     * @param ring the ring
     * @param version an enabled version
     * @param purpose tells derived keys apart
     * @param bytes 16 to 64
     * @return HKDF-Expand-SHA-512 of the version's key, the caller's to wipe
     * @throws UnsealException if the version is disabled, destroyed or below the minimum
     * @throws IllegalArgumentException if there is no such version, or the length is out of range
     * @throws IllegalStateException if the ring is closed
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869, HKDF</a>
     */
    public static byte[] derive(KeyRing ring, int version, String purpose, int bytes) {
        return ring.derive(version, Objects.requireNonNull(purpose, "purpose"), bytes);
    }

    /**
     * Encrypts a data key under a passphrase. Cost: 64 MiB of memory and some tenths of a second (Argon2id).
     *
     * @param passphrase one character at least; neither kept nor wiped
     * @param dataKey 1 to 1024 bytes; not wiped
     * @param context what to bind it to; the same bytes unwrap
     * @return u8 key derivation = 1, u32 KiB of memory, u32 passes, u32 lanes, salt (16), commitment (32), nonce (24),
     *     encrypted data key and tag (16)
     * @throws IllegalArgumentException if passphrase or data key are empty or too long
     */
    public static byte[] wrap(char[] passphrase, byte[] dataKey, byte[] context) {
        return wrap(passphrase, dataKey, context, PassphraseCost.DEFAULT);
    }

    static byte[] wrap(char[] passphrase, byte[] dataKey, byte[] context, PassphraseCost cost) {
        if (dataKey.length < 1 || dataKey.length > WrappedKey.MAX_DATA_KEY) {
            throw new IllegalArgumentException(
                    "dataKey must be 1 to %d bytes, got %d".formatted(WrappedKey.MAX_DATA_KEY, dataKey.length));
        }
        return PassphraseBox.seal(passphrase, dataKey, context, cost);
    }

    /**
     * Decrypts a data key with a passphrase.
     *
     * @param passphrase as it was given to {@link #wrap(char[], byte[], byte[])}
     * @param wrapped what that made
     * @param context the bytes it was bound to
     * @return the data key, the caller's to wipe
     * @throws UnsealException if passphrase or context are others, or it was changed
     * @throws MalformedSealException if it is too short, was made in an unknown way, or asks for more than 256 MiB of memory,
     *     10 passes or 4 lanes; none is spent then
     */
    public static byte[] unwrap(char[] passphrase, byte[] wrapped, byte[] context) {
        return PassphraseBox.open(passphrase, wrapped, context, PassphraseCost.LIMIT);
    }
}
