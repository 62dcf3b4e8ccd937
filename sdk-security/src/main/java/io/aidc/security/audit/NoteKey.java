package io.aidc.security.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A public key of a log, or of a witness, which signs the time along (C2SP signed-note and tlog-cosignature). */
final class NoteKey {
    static final byte LOG = 1;
    static final byte WITNESS = 4;
    private static final int ID_DIGITS = 8;
    private static final int TIME_BYTES = 8;

    private final String name;
    private final byte type;
    private final byte[] publicKey;
    private final int id;

    NoteKey(String name, byte type, byte[] publicKey) {
        this.name = name;
        this.type = type;
        this.publicKey = publicKey;
        this.id = Lines.keyId(name, type, publicKey);
    }

    static NoteKey parse(String verifierKey, byte type) {
        Parts parts = Parts.of(verifierKey, "verifier key");
        if (parts.type() != type || parts.key().length != Ed25519.PUBLIC_KEY_SIZE) {
            throw new IllegalArgumentException(
                    "verifier key must be Ed25519 of type 0x%02x, got type 0x%02x and %d bytes"
                            .formatted(type, parts.type(), parts.key().length));
        }
        NoteKey key = new NoteKey(parts.name(), type, parts.key());
        if (key.id != parts.id()) {
            throw new IllegalArgumentException("verifier key %s has an id that is not its own".formatted(key.name));
        }
        return key;
    }

    String name() {
        return name;
    }

    int id() {
        return id;
    }

    boolean made(NoteSignature signature) {
        return name.equals(signature.name()) && id == signature.keyId();
    }

    boolean verifies(NoteSignature signature, Checkpoint checkpoint) {
        byte[] bytes = signature.signature();
        int at = type == WITNESS ? TIME_BYTES : 0;
        if (bytes.length != at + Ed25519.SIGNATURE_SIZE) {
            return false;
        }
        byte[] message = type == WITNESS
                ? cosigned(checkpoint, ByteBuffer.wrap(bytes).getLong())
                : checkpoint.text().getBytes(StandardCharsets.UTF_8);
        return Ed25519.verify(bytes, at, publicKey, 0, message, 0, message.length);
    }

    /** What a witness signs. */
    static byte[] cosigned(Checkpoint checkpoint, long epochSecond) {
        return "cosignature/v1\ntime %s\n%s"
                .formatted(Long.toUnsignedString(epochSecond), checkpoint.text())
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteKey that
                && type == that.type
                && name.equals(that.name)
                && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return id;
    }

    /** The note format. */
    @Override
    public String toString() {
        return Lines.key(name, id, type, publicKey);
    }

    /** A key in note format: name, id in hex, base64 of a type and the key. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Parts(String name, int id, byte type, byte[] key) {
        static Parts of(String text, String what) {
            int first = text.indexOf('+');
            int second = text.indexOf('+', first + 1);
            if (first < 0 || second != first + 1 + ID_DIGITS || !Lines.isKeyName(text.substring(0, first))) {
                throw new IllegalArgumentException(what + " must be name+id+base64");
            }
            byte[] typed = base64(text.substring(second + 1), what);
            try {
                int id = HexFormat.fromHexDigits(text, first + 1, second);
                if (typed.length < 2 || !HexFormat.of().toHexDigits(id).equals(text.substring(first + 1, second))) {
                    throw new IllegalArgumentException("short, or an id in capitals");
                }
                return new Parts(text.substring(0, first), id, typed[0], Arrays.copyOfRange(typed, 1, typed.length));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(what + " must be name+id+base64", e);
            } finally {
                Arrays.fill(typed, (byte) 0);
            }
        }

        private static byte[] base64(String text, String what) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(what + " must end in base64", e);
            }
        }
    }
}
