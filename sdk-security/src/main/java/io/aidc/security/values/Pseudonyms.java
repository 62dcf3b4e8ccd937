package io.aidc.security.values;

import io.aidc.security.UnsealException;
import io.aidc.security.internal.Hkdf;
import io.aidc.security.keys.KeyRing;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces identifiers by keyed pseudonyms: the same value always gives the same pseudonym, so that records can be joined
 * without showing whom they are about. HMAC-SHA-256.
 *
 * {@snippet class="io.aidc.security.values.ValuesSnippetsTest" region="pseudonyms"}
 *
 * <p>A pseudonym cannot be turned back, and says nothing of its value as long as the key is secret. With the key, or with
 * a program that makes pseudonyms for whoever asks, values can be guessed one by one: a name, a birthday or a telephone
 * number is found in minutes. Pseudonyms are linkable on purpose: equal values, and how often each comes, stay visible. In
 * the law's sense this is pseudonymisation, not anonymisation; the records stay personal data.
 *
 * <p>Each domain has a key of its own, so that the pseudonyms of a patient's and of an invoice's number 4711 are unrelated.
 * The version of the ring stays the same until the caller chooses another, which changes all pseudonyms. Destroying that
 * version makes it impossible for anybody to link further values to them.
 *
 * <p>Cost: some microseconds, and constant memory beside the value.
 *
 * <p><em>Immutable, and thread-safe as the ring is.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104, HMAC</a>
 * @see <a href="https://www.enisa.europa.eu/publications/pseudonymisation-techniques-and-best-practices">ENISA 2019,
 *     Pseudonymisation techniques and best practices</a>
 */
public final class Pseudonyms {
    private static final String LABEL = "pseudonym v1 hmac-sha-256";
    private static final int PIECE_BYTES = 4096;
    private static final int MIN_BITS = 128;
    private static final int MAX_BITS = 256;

    private final ValueKeys keys;
    private final int bits;

    private Pseudonyms(ValueKeys keys, int bits) {
        this.keys = keys;
        this.bits = bits;
    }

    /**
     * Returns HMAC-SHA-256 under a key derived from one version of a ring, cut to 256 bits, which is not at all.
     *
     * @param ring the ring; stays the caller's, and must be open when pseudonyms are made
     * @param version an enabled version
     * @param domain what the values are, such as {@code patient}; 1 to 200 bytes in UTF-8
     * @return a maker of pseudonyms
     * @throws IllegalArgumentException if there is no such version, or the domain is empty, too long or not well-formed
     * @throws UnsealException if the version is not enabled
     */
    public static Pseudonyms hmacSha256(KeyRing ring, int version, String domain) {
        return new Pseudonyms(ValueKeys.derived(ring, version, LABEL, ValueKeys.checked("domain", domain)), MAX_BITS);
    }

    /**
     * Returns HMAC-SHA-256 under a key derived from a given one, cut to 256 bits, which is not at all. What is derived lies
     * in the heap for as long as the maker does.
     *
     * @param key 32 uniformly random bytes, not a passphrase; neither kept nor wiped
     * @param domain what the values are, such as {@code patient}; 1 to 200 bytes in UTF-8
     * @return a maker of pseudonyms
     * @throws IllegalArgumentException if the key is of another length, or the domain is empty, too long or not well-formed
     */
    public static Pseudonyms hmacSha256(byte[] key, String domain) {
        if (key.length != ValueKeys.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key must be %d bytes, got %d".formatted(ValueKeys.KEY_BYTES, key.length));
        }
        String info = "io.aidc derived key v1\0" + LABEL + "/" + ValueKeys.checked("domain", domain);
        byte[] derived = Hkdf.expand("HmacSHA512", key, ValueKeys.utf8("domain", info), ValueKeys.KEY_BYTES);
        return new Pseudonyms(derived::clone, MAX_BITS);
    }

    /**
     * Returns a maker of shorter pseudonyms; they are the beginnings of the longer ones. Among 2<sup>bits/2</sup> values,
     * two with the same pseudonym are to be expected.
     *
     * @param bits 128 to 256, a multiple of 8
     * @return another maker under the same key
     * @throws IllegalArgumentException if the bits are out of range or no multiple of 8
     */
    public Pseudonyms bits(int bits) {
        if (bits < MIN_BITS || bits > MAX_BITS || bits % 8 != 0) {
            throw new IllegalArgumentException(
                    "bits must be %d to %d and a multiple of 8, got %d".formatted(MIN_BITS, MAX_BITS, bits));
        }
        return new Pseudonyms(keys, bits);
    }

    /**
     * Returns the pseudonym of a text. The text is taken as it is: case, blanks and Unicode normal form all matter, so
     * bring identifiers into one form first.
     *
     * @param value any text; its UTF-8 bytes have the same pseudonym
     * @return URL-safe Base64 without padding, 22 characters for 128 bits to 43 for 256
     * @throws IllegalArgumentException if the text is not well-formed UTF-16
     * @throws UnsealException if the version is no longer enabled
     * @throws IllegalStateException if the ring is closed
     */
    public String of(String value) {
        byte[] utf8 = ValueKeys.utf8("value", value);
        try {
            return of(ByteBuffer.wrap(utf8));
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    /**
     * Returns the pseudonym of bytes.
     *
     * @param value from position to limit; neither moves
     * @return URL-safe Base64 without padding, 22 characters for 128 bits to 43 for 256
     * @throws UnsealException if the version is no longer enabled
     * @throws IllegalStateException if the ring is closed
     */
    public String of(ByteBuffer value) {
        byte[] piece = new byte[Math.min(PIECE_BYTES, value.remaining())];
        byte[] key = keys.key();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (ByteBuffer rest = value.duplicate(); rest.hasRemaining(); ) { // the JDK would leave copies
                int length = Math.min(piece.length, rest.remaining());
                rest.get(piece, 0, length);
                mac.update(piece, 0, length);
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac.doFinal(), bits / 8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is missing in this JVM", e);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(piece, (byte) 0);
        }
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "Pseudonyms[hmacSha256, bits=%d]".formatted(bits);
    }
}
