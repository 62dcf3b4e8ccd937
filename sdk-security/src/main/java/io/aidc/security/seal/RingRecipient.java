package io.aidc.security.seal;

import io.aidc.security.keys.WrappedKey;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/** Recipient type 1, a key ring: id (16), u32 version, wrapped data key (72). */
final class RingRecipient {
    static final int TYPE = 1;
    private static final int ID_BYTES = 16;
    private static final int WRAPPED_BYTES = 24 + 32 + 16;

    private RingRecipient() {}

    static Slot.Recipient of(WrappedKey wrapped) {
        byte[] body = ByteBuffer.allocate(ID_BYTES + 4 + WRAPPED_BYTES)
                .put(HexFormat.of().parseHex(wrapped.ring()))
                .putInt(wrapped.version())
                .put(wrapped.bytes())
                .array();
        return new Slot.Recipient(TYPE, body);
    }

    /** The wrapped key for the ring of this id, if the recipient is one. */
    static Optional<WrappedKey> read(Slot.Recipient recipient, String ring) {
        if (recipient.type() != TYPE) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(recipient.body());
        if (in.remaining() != ID_BYTES + 4 + WRAPPED_BYTES) {
            throw SealedHeader.broken("a key ring recipient has %d bytes".formatted(in.remaining()));
        }
        byte[] id = new byte[ID_BYTES];
        in.get(id);
        int version = in.getInt();
        byte[] wrapped = new byte[WRAPPED_BYTES];
        in.get(wrapped);
        if (version < 1) {
            throw SealedHeader.broken("key version must be >= 1");
        }
        String found = HexFormat.of().formatHex(id);
        return found.equals(ring) ? Optional.of(new WrappedKey(found, version, wrapped)) : Optional.empty();
    }
}
