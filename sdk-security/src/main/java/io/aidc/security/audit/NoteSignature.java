package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.internal.Printable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * One signature under a checkpoint, checked or not.
 *
 * <p><em>Immutable.</em>
 *
 * @param name the name of the key: not empty, without spaces and plus
 * @param value base64 of the key's id (4 bytes) and the signature
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
public record NoteSignature(String name, String value) {
    private static final String DASH = "\u2014 ";
    private static final int ID_BYTES = 4;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the name cannot be that of a key, or the value is not base64 of 5 bytes at least
     */
    public NoteSignature {
        if (!Lines.isKeyName(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException(
                    "name must not be empty nor hold spaces or plus, got " + Printable.of(name));
        }
        try {
            if (Lines.base64("signature", value).length <= ID_BYTES) {
                throw new IllegalArgumentException("value must be more than 4 bytes");
            }
        } catch (AuditLogException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static NoteSignature of(String name, int keyId, byte[] signature) {
        byte[] value = ByteBuffer.allocate(ID_BYTES + signature.length)
                .putInt(keyId)
                .put(signature)
                .array();
        return new NoteSignature(name, Base64.getEncoder().encodeToString(value));
    }

    /**
     * Reads a signature line.
     *
     * @param line an em dash, a space, the name, a space and the value, without a line end
     * @return the signature
     * @throws AuditLogException if it is no signature line
     */
    public static NoteSignature parse(String line) {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(DASH) || space < DASH.length()) {
            throw Lines.malformed("signature", "expected a dash, a name and base64");
        }
        try {
            return new NoteSignature(line.substring(DASH.length(), space), line.substring(space + 1));
        } catch (IllegalArgumentException e) {
            throw Lines.malformed("signature", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns the id of the key.
     *
     * @return 32 bits, big-endian in the value
     */
    public int keyId() {
        return ByteBuffer.wrap(Base64.getDecoder().decode(value)).getInt();
    }

    /** The bytes behind the key's id. */
    byte[] signature() {
        byte[] all = Base64.getDecoder().decode(value);
        return Arrays.copyOfRange(all, ID_BYTES, all.length);
    }

    /** Returns the signature line, without a line end. */
    @Override
    public String toString() {
        return DASH + name + " " + value;
    }
}
