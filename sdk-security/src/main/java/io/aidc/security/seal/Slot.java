package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The part of a sealed file that says who can open it: u64 generation, u16 number of recipients, the recipients, zeros, and
 * the {@link HeaderMac} in the last 32 bytes. A file has two slots of equal size, so that one can be rewritten while the
 * other holds; an unused one is all zeros.
 */
record Slot(long generation, List<Recipient> recipients) {
    private static final int MAX_RECIPIENTS = 32;

    /** One who can open: u8 type, u16 length, body. Readers skip types they do not know. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Recipient(int type, byte[] body) {}

    Slot {
        recipients = List.copyOf(recipients);
    }

    /** Everything but the MAC, which is left zero. */
    byte[] encode(int slotBytes) {
        ByteBuffer out = ByteBuffer.allocate(slotBytes);
        out.putLong(generation).putShort((short) recipients.size());
        for (Recipient recipient : recipients) {
            out.put((byte) recipient.type());
            out.putShort((short) recipient.body().length);
            out.put(recipient.body());
        }
        if (out.remaining() < HeaderMac.BYTES) {
            throw new IllegalStateException(
                    "%d recipients do not fit a slot of %d bytes".formatted(recipients.size(), slotBytes));
        }
        return out.array();
    }

    /** Reads exactly what {@link #encode} writes, whatever the MAC; nothing, if the slot is unused. */
    static Optional<Slot> decode(byte[] slot) {
        if (isZero(slot)) {
            return Optional.empty();
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(slot, 0, slot.length - HeaderMac.BYTES);
            long generation = in.getLong();
            int count = Short.toUnsignedInt(in.getShort());
            if (count > MAX_RECIPIENTS) {
                throw new MalformedSealException(
                        Reason.OVER_LIMIT,
                        "Sealed file has %d recipients; at most %d are allowed".formatted(count, MAX_RECIPIENTS));
            }
            List<Recipient> recipients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int type = Byte.toUnsignedInt(in.get());
                byte[] body = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(body);
                recipients.add(new Recipient(type, body));
            }
            byte[] rest = new byte[in.remaining()];
            in.get(rest);
            if (generation < 1 || count < 1 || !isZero(rest)) {
                throw SealedHeader.broken("a slot has no generation, no recipient, or something behind them");
            }
            return Optional.of(new Slot(generation, recipients));
        } catch (BufferUnderflowException e) {
            throw SealedHeader.broken("a recipient is longer than its slot");
        }
    }

    static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }
}
