package io.aidc.security.values;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;

/**
 * Seals short secrets under a key ring: columns of a database, tokens, credentials.
 *
 * {@snippet class="io.aidc.security.values.ValuesSnippetsTest" region="seal"}
 *
 * <p>A value is bound to the sealer's purpose and to a context of the caller's, such as the key of its row; it opens under
 * the same alone, so that it cannot be copied to another column or row. Unsealing fails without an explanation
 * ({@link UnsealException}) unless key, purpose, context and every byte are right. What opens may still be old: nothing
 * here notices when somebody puts back a value that stood at the same place before.
 *
 * <p>Values are sealed under the ring's primary version, count towards its limits, and open as long as theirs is enabled. The key of a value is
 * derived from the version for the purpose, apart from the keys that wrap files, and wiped after each use. The length of a
 * secret is not hidden. The ciphers do not commit to their key: whoever holds the ring could make a value that opens for
 * two purposes, to different secrets.
 *
 * <p>Secrets pass through arrays in the heap on the way; ours are wiped, what the ciphers keep inside is not.
 *
 * <p><em>Immutable, and thread-safe as the ring is.</em>
 *
 * @see <a href="https://c2sp.org/XAES-256-GCM">C2SP XAES-256-GCM</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8452">RFC 8452, AES-GCM-SIV</a>
 */
public final class ValueSealer {
    static final int MAX_SECRET_BYTES = 64 * 1024;
    private static final int MAX_CONTEXT_BYTES = 64 * 1024;
    private static final byte[] NO_CONTEXT = new byte[0];

    private final KeyRing ring;
    private final ValueSuite suite;
    private final String purpose;
    private final SecureRandom random;

    private ValueSealer(KeyRing ring, ValueSuite suite, String purpose, SecureRandom random) {
        this.ring = Objects.requireNonNull(ring, "ring");
        this.suite = suite;
        this.purpose = suite.label + "/" + ValueKeys.checked("purpose", purpose);
        this.random = random;
    }

    /**
     * Returns a sealer with XAES-256-GCM: 256-bit keys and random nonces of 24 bytes, enough for 2<sup>80</sup> values under
     * one version of a ring. The choice for most. A machine whose random numbers repeat, such as a clone of a running
     * virtual one, gives two secrets away that were sealed with the same ones.
     *
     * @param ring the ring; stays the caller's, and must be open when values are sealed or unsealed
     * @param purpose what the values are, such as {@code customers.iban}; 1 to 200 bytes in UTF-8
     * @return the sealer
     * @throws IllegalArgumentException if the purpose is empty, too long or not well-formed UTF-16
     */
    public static ValueSealer xaes256Gcm(KeyRing ring, String purpose) {
        return new ValueSealer(ring, ValueSuite.XAES_256_GCM, purpose, new SecureRandom());
    }

    /**
     * Returns a sealer with AES-256-GCM-SIV: 256-bit keys and random nonces of 12 bytes, for machines whose random numbers
     * may repeat. If they do, it shows which secrets sealed with the same ones for the same context are equal, and nothing
     * else. Up to 2<sup>32</sup> values under one version of a ring and one purpose, the nonces of a sound machine repeat
     * with a chance of 2<sup>-33</sup>. Slower than the other: some milliseconds for 64 KiB.
     *
     * @param ring the ring; stays the caller's, and must be open when values are sealed or unsealed
     * @param purpose what the values are, such as {@code customers.iban}; 1 to 200 bytes in UTF-8
     * @return the sealer
     * @throws IllegalArgumentException if the purpose is empty, too long or not well-formed UTF-16
     */
    public static ValueSealer aes256GcmSiv(KeyRing ring, String purpose) {
        return new ValueSealer(ring, ValueSuite.AES_256_GCM_SIV, purpose, new SecureRandom());
    }

    /** With random numbers that a test knows. */
    static ValueSealer of(KeyRing ring, ValueSuite suite, String purpose, SecureRandom random) {
        return new ValueSealer(ring, suite, purpose, random);
    }

    /**
     * Seals a secret that is bound to the purpose alone.
     *
     * @param secret 0 to 65&nbsp;536 bytes from position to limit; neither moves, and the caller wipes it
     * @return the sealed value; another one on each call
     * @throws IllegalArgumentException if the secret is too long
     * @throws io.aidc.security.KeyRingException if the primary reached a limit and the ring refuses
     * @throws IllegalStateException if the ring is closed
     */
    public SealedValue seal(ByteBuffer secret) {
        return seal(secret, NO_CONTEXT);
    }

    /**
     * Seals a secret.
     *
     * @param secret 0 to 65&nbsp;536 bytes from position to limit; neither moves, and the caller wipes it
     * @param context what to bind it to, such as the key of its row; 0 to 65&nbsp;536 bytes, which are not stored; the same
     *     bytes unseal
     * @return the sealed value; another one on each call
     * @throws IllegalArgumentException if the secret or the context is too long
     * @throws io.aidc.security.KeyRingException if the primary reached a limit and the ring refuses
     * @throws IllegalStateException if the ring is closed
     */
    public SealedValue seal(ByteBuffer secret, byte[] context) {
        checkLength("secret", secret.remaining(), MAX_SECRET_BYTES);
        checkLength("context", context.length, MAX_CONTEXT_BYTES);
        byte[] nonce = new byte[suite.nonceBytes];
        random.nextBytes(nonce);
        byte[] plaintext = new byte[secret.remaining()];
        PrimaryKey primary = primaryKey();
        try {
            secret.duplicate().get(plaintext);
            byte[] header = SealedValue.header(suite, ring.id(), primary.version());
            byte[] ciphertext = suite.encrypt(primary.key(), nonce, plaintext, join(header, context));
            InsecureDataKeys.countBytes(ring, primary.version(), plaintext.length);
            return SealedValue.of(suite, header, nonce, ciphertext);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
            Arrays.fill(primary.key(), (byte) 0);
        }
    }

    /**
     * Unseals a value that is bound to the purpose alone.
     *
     * @param value a sealed value
     * @return the secret, the caller's to close
     * @throws UnsealException if it does not open
     * @throws IllegalStateException if the ring is closed
     */
    public SecretBytes unseal(SealedValue value) {
        return unseal(value, NO_CONTEXT);
    }

    /**
     * Unseals a value.
     *
     * @param value a sealed value
     * @param context what it must be bound to
     * @return the secret, the caller's to close
     * @throws UnsealException if it was sealed under another ring, under a version that is not enabled, by another cipher,
     *     for another purpose or context, or was changed; which of these is not said
     * @throws IllegalArgumentException if the context is too long
     * @throws IllegalStateException if the ring is closed
     */
    public SecretBytes unseal(SealedValue value, byte[] context) {
        checkLength("context", context.length, MAX_CONTEXT_BYTES);
        byte[] key = keyOf(value);
        try {
            byte[] aad = join(value.header(), context);
            return SecretBytes.take(suite.decrypt(key, value.nonce(), value.ciphertext(), aad));
        } catch (AEADBadTagException e) {
            throw new UnsealException();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Shows the cipher and the purpose. */
    @Override
    public String toString() {
        return "ValueSealer[%s]".formatted(purpose);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and wiped by who asked for it
    private record PrimaryKey(int version, byte[] key) {}

    /** Tries again where another thread rotated and disabled the version in between. */
    private PrimaryKey primaryKey() {
        while (true) {
            int version = InsecureDataKeys.countMessage(ring);
            try {
                return new PrimaryKey(version, key(version));
            } catch (UnsealException e) {
                if (ring.primary() == version) {
                    throw e;
                }
            }
        }
    }

    private byte[] keyOf(SealedValue value) {
        if (value.suite() != suite || !value.ring().equals(ring.id())) {
            throw new UnsealException();
        }
        try {
            return key(value.version());
        } catch (IllegalArgumentException e) { // the ring has no such version
            throw new UnsealException();
        }
    }

    private byte[] key(int version) {
        return InsecureDataKeys.derive(ring, version, purpose, ValueKeys.KEY_BYTES);
    }

    private static void checkLength(String what, int length, int most) {
        if (length > most) {
            throw new IllegalArgumentException("%s must be at most %d bytes, got %d".formatted(what, most, length));
        }
    }

    private static byte[] join(byte[] header, byte[] context) {
        byte[] joined = Arrays.copyOf(header, header.length + context.length);
        System.arraycopy(context, 0, joined, header.length, context.length);
        return joined;
    }
}
