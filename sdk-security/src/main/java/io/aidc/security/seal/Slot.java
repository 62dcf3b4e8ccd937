package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part of a sealed file that says who can open it: u64 generation, u16 number of recipients, the recipients, zeros, and
 * the {@link HeaderMac} in the last 32 bytes. A file has two slots of equal size, so that one can be rewritten while the
 * other holds; an unused one is all zeros.
 */
record Slot(long generation, List<Stanza> stanzas) {
    static final int MAX_RECIPIENTS = 32;
    static final int FIXED_BYTES = 8 + 2 + HeaderMac.BYTES;

    Slot {
        stanzas = List.copyOf(stanzas);
    }

    /** How long a slot has to be for these recipients. */
    int bytes() {
        return FIXED_BYTES
                + stanzas.stream()
                        .mapToInt(stanza -> Stanza.FRAME_BYTES + stanza.body().length)
                        .sum();
    }

    /** Everything but the MAC, which is left zero. */
    byte[] encode(int slotBytes) {
        ByteBuffer out = ByteBuffer.allocate(slotBytes);
        out.putLong(generation).putShort((short) stanzas.size());
        for (Stanza stanza : stanzas) {
            byte[] body = stanza.body();
            out.put((byte) stanza.type()).putShort((short) body.length).put(body);
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
                throw overLimit("has %d recipients; at most %d are allowed".formatted(count, MAX_RECIPIENTS));
            }
            List<Stanza> stanzas = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int type = Byte.toUnsignedInt(in.get());
                byte[] body = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(body);
                stanzas.add(Stanza.decode(type, body));
            }
            byte[] rest = new byte[in.remaining()];
            in.get(rest);
            if (generation < 1 || count < 1 || !isZero(rest)) {
                throw SealedHeader.broken("a slot has no generation, no recipient, or something behind them");
            }
            if (known(stanzas).distinct().count() < known(stanzas).count()) {
                throw overLimit("names a recipient twice, which would cost twice; once is allowed");
            }
            return Optional.of(new Slot(generation, stanzas));
        } catch (BufferUnderflowException e) {
            throw SealedHeader.broken("a recipient is longer than its slot");
        }
    }

    private static Stream<RecipientId> known(List<Stanza> stanzas) {
        return stanzas.stream().map(Stanza::recipient).filter(id -> !(id instanceof RecipientId.Unknown));
    }

    static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    private static MalformedSealException overLimit(String detail) {
        return new MalformedSealException(Reason.OVER_LIMIT, "Sealed file " + detail);
    }
}
