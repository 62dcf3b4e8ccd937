package io.aidc.security.values;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A short secret, sealed by {@link ValueSealer}: bytes for a column, or a token for a URL, a file of settings or a text
 * column. Which ring and which version of its key it needs stands readable in it, so that values under old versions can be
 * found; nothing in it is authenticated before it is unsealed. It is 66 bytes longer than the secret (54 with
 * AES-256-GCM-SIV), the token a third more.
 *
 * <p><em>Immutable.</em>
 */
public final class SealedValue {
    // "AIDV", u8 version = 1, u8 suite, ring id (16), u32 key version; then nonce, ciphertext, tag (16). Big-endian.
    private static final byte[] MAGIC = "AIDV".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int RING_AT = 6;
    private static final int RING_BYTES = 16;
    private static final int KEY_VERSION_AT = RING_AT + RING_BYTES;
    private static final int HEADER_BYTES = KEY_VERSION_AT + 4;
    private static final int MAX_BYTES = HEADER_BYTES + 24 + ValueSealer.MAX_SECRET_BYTES + ValueSuite.TAG_BYTES;
    private static final int MAX_TOKEN = (MAX_BYTES * 4 + 2) / 3;

    private final byte[] bytes;
    private final ValueSuite suite;

    private SealedValue(byte[] bytes, ValueSuite suite) {
        this.bytes = bytes;
        this.suite = suite;
    }

    static byte[] header(ValueSuite suite, String ring, int keyVersion) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(MAGIC)
                .put((byte) VERSION)
                .put((byte) suite.number)
                .put(HexFormat.of().parseHex(ring))
                .putInt(keyVersion)
                .array();
    }

    static SealedValue of(ValueSuite suite, byte[] header, byte[] nonce, byte[] ciphertext) {
        byte[] bytes = ByteBuffer.allocate(header.length + nonce.length + ciphertext.length)
                .put(header)
                .put(nonce)
                .put(ciphertext)
                .array();
        return new SealedValue(bytes, suite);
    }

    /**
     * Takes the bytes of a sealed value.
     *
     * @param bytes copied from position to limit; neither moves
     * @return the sealed value
     * @throws MalformedSealException if they are visibly no sealed value of a known version
     */
    public static SealedValue of(ByteBuffer bytes) {
        if (bytes.remaining() > MAX_BYTES) {
            throw overLimit("bytes", bytes.remaining(), MAX_BYTES);
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return read(copy);
    }

    /**
     * Takes the token of a sealed value. There is one token for a value: no padding, no line breaks, nothing around it.
     *
     * @param token what {@link #token()} returned
     * @return the sealed value
     * @throws MalformedSealException if it is visibly no sealed value of a known version
     */
    public static SealedValue parse(String token) {
        if (token.length() > MAX_TOKEN) {
            throw overLimit("characters", token.length(), MAX_TOKEN);
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            if (encoded(bytes).equals(token)) {
                return read(bytes);
            }
        } catch (IllegalArgumentException e) { // what is wrong with the Base64 helps nobody
            throw notSealed();
        }
        throw notSealed();
    }

    private static SealedValue read(byte[] bytes) {
        if (bytes.length < MAGIC.length + 2 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw notSealed();
        }
        int version = bytes[4] & 0xff;
        int number = bytes[5] & 0xff;
        ValueSuite suite = ValueSuite.numbered(number).orElse(null);
        if (version != VERSION || suite == null) {
            throw new MalformedSealException(
                    Reason.UNSUPPORTED,
                    "Sealed value has version %d and suite %d; known are 1 and 1 or 2".formatted(version, number));
        }
        int least = HEADER_BYTES + suite.nonceBytes + ValueSuite.TAG_BYTES;
        if (bytes.length < least) {
            throw broken("has %d bytes; at least %d are needed".formatted(bytes.length, least));
        }
        if (bytes.length > least + ValueSealer.MAX_SECRET_BYTES) {
            throw overLimit("bytes", bytes.length, least + ValueSealer.MAX_SECRET_BYTES);
        }
        SealedValue value = new SealedValue(bytes, suite);
        if (value.version() < 1) {
            throw broken("has key version %s; it must be >= 1".formatted(Integer.toUnsignedString(value.version())));
        }
        return value;
    }

    /**
     * Returns the id of the ring it was sealed under.
     *
     * @return 32 lower-case hex digits
     */
    public String ring() {
        return HexFormat.of().formatHex(bytes, RING_AT, RING_AT + RING_BYTES);
    }

    /**
     * Returns the version of the ring's key that it needs.
     *
     * @return &gt;= 1
     */
    public int version() {
        return ByteBuffer.wrap(bytes).getInt(KEY_VERSION_AT);
    }

    /**
     * Returns the sealed bytes.
     *
     * @return a read-only view, not a copy
     */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /**
     * Returns the sealed bytes as text.
     *
     * @return URL-safe Base64 without padding; it begins with {@code QUlEVgE}
     */
    public String token() {
        return encoded(bytes);
    }

    ValueSuite suite() {
        return suite;
    }

    byte[] header() {
        return Arrays.copyOf(bytes, HEADER_BYTES);
    }

    byte[] nonce() {
        return Arrays.copyOfRange(bytes, HEADER_BYTES, HEADER_BYTES + suite.nonceBytes);
    }

    byte[] ciphertext() {
        return Arrays.copyOfRange(bytes, HEADER_BYTES + suite.nonceBytes, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedValue that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Shows ring, version and size. */
    @Override
    public String toString() {
        return "SealedValue[ring=%s, version=%d, size=%d]".formatted(ring(), version(), bytes.length);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static MalformedSealException notSealed() {
        return new MalformedSealException(Reason.NOT_SEALED, "This is not a sealed value, nor the token of one");
    }

    private static MalformedSealException broken(String detail) {
        return new MalformedSealException(Reason.BROKEN_HEADER, "Sealed value is broken: it " + detail);
    }

    private static MalformedSealException overLimit(String what, int found, int most) {
        return new MalformedSealException(
                Reason.OVER_LIMIT, "Sealed value has %d %s; at most %d are allowed".formatted(found, what, most));
    }
}
