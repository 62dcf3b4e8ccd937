package io.aidc.security.seal;

import io.aidc.security.keys.HpkeSuite;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * One who can open, and the data key wrapped for them: u8 type, u16 length, body. Readers skip types they do not know.
 *
 * <table><caption>Bodies</caption>
 * <tr><td>1</td><td>key ring</td><td>id (16), u32 version, wrapped key (72)</td></tr>
 * <tr><td>2</td><td>X-Wing or X25519 by HPKE</td><td>u16 KEM, u16 KDF, u16 AEAD, key id (16), encapsulated key and wrapped key</td></tr>
 * <tr><td>3</td><td>key-encryption key</td><td>u8 length, id, wrapped key (1 to 1024)</td></tr>
 * <tr><td>4</td><td>passphrase</td><td>u8 derivation, u32 KiB, u32 passes, u32 lanes, salt (16), commitment (32), wrapped key (72)</td></tr>
 * </table>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Stanza(RecipientId recipient, byte[] wrapped) {
    static final int RING = 1;
    static final int HPKE = 2;
    static final int KEK = 3;
    static final int PASSPHRASE = 4;
    static final int FRAME_BYTES = 3;
    static final int ID_BYTES = 16;
    static final int MAX_KEK_WRAPPED = 1024;
    static final int PASSPHRASE_WRAPPED = 133;
    static final int RING_WRAPPED = 72;
    private static final int KDF_HKDF_SHA256 = 1;
    private static final int AEAD_AES_256_GCM = 2;

    int type() {
        if (recipient instanceof RecipientId.Ring) {
            return RING;
        } else if (recipient instanceof RecipientId.Hpke) {
            return HPKE;
        } else if (recipient instanceof RecipientId.Kek) {
            return KEK;
        } else if (recipient instanceof RecipientId.Passphrase) {
            return PASSPHRASE;
        }
        return ((RecipientId.Unknown) recipient).type();
    }

    byte[] body() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (recipient instanceof RecipientId.Ring ring) {
            out.writeBytes(HexFormat.of().parseHex(ring.ring()));
            out.writeBytes(ByteBuffer.allocate(4).putInt(ring.version()).array());
        } else if (recipient instanceof RecipientId.Hpke hpke) {
            out.writeBytes(ByteBuffer.allocate(6)
                    .putShort((short) hpke.suite().kem())
                    .putShort((short) KDF_HKDF_SHA256)
                    .putShort((short) AEAD_AES_256_GCM)
                    .array());
            out.writeBytes(HexFormat.of().parseHex(hpke.key()));
        } else if (recipient instanceof RecipientId.Kek kek) {
            byte[] id = kek.key().getBytes(StandardCharsets.UTF_8);
            out.write(id.length);
            out.writeBytes(id);
        }
        out.writeBytes(wrapped);
        return out.toByteArray();
    }

    /** Reads exactly what {@link #body()} writes. */
    static Stanza decode(int type, byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body);
        try {
            return switch (type) {
                case RING -> new Stanza(new RecipientId.Ring(id(in), in.getInt()), rest(in, RING_WRAPPED));
                case HPKE -> hpke(in);
                case KEK -> kek(in);
                case PASSPHRASE -> new Stanza(new RecipientId.Passphrase(), rest(in, PASSPHRASE_WRAPPED));
                default -> new Stanza(new RecipientId.Unknown(type), body);
            };
        } catch (BufferUnderflowException | CharacterCodingException | IllegalArgumentException e) {
            throw SealedHeader.broken("a recipient of type %d breaks its format".formatted(type));
        }
    }

    private static Stanza hpke(ByteBuffer in) {
        int kem = Short.toUnsignedInt(in.getShort());
        if (in.getShort() != KDF_HKDF_SHA256 || in.getShort() != AEAD_AES_256_GCM) {
            throw new IllegalArgumentException("another KDF or AEAD");
        }
        for (HpkeSuite suite : HpkeSuite.values()) {
            if (suite.kem() == kem) {
                RecipientId recipient = new RecipientId.Hpke(suite, id(in));
                return new Stanza(recipient, rest(in, suite.encapsulationBytes() + 32 + 16));
            }
        }
        throw new IllegalArgumentException("another KEM");
    }

    private static Stanza kek(ByteBuffer in) throws CharacterCodingException {
        byte[] id = new byte[Byte.toUnsignedInt(in.get())];
        in.get(id);
        String name =
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(id)).toString();
        int length = in.remaining();
        if (length < 1 || length > MAX_KEK_WRAPPED) {
            throw new IllegalArgumentException("wrapped key of %d bytes".formatted(length));
        }
        return new Stanza(new RecipientId.Kek(name), rest(in, length));
    }

    private static String id(ByteBuffer in) {
        byte[] id = new byte[ID_BYTES];
        in.get(id);
        return HexFormat.of().formatHex(id);
    }

    private static byte[] rest(ByteBuffer in, int length) {
        if (in.remaining() != length) {
            throw new IllegalArgumentException("another length");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
