package io.aidc.storage.metadata;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Reads what {@link Encoder} wrote; untrusted input ends in {@link IllegalArgumentException} and allocates nothing large. */
final class Decoder {
    private Decoder() {}

    /** Reads all of the bytes with {@code read}. */
    static <T> T whole(byte[] bytes, Function<ByteBuffer, T> read) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            T value = read.apply(in);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("%d bytes too many".formatted(in.remaining()));
            }
            return value;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("truncated after %d bytes".formatted(bytes.length), e);
        }
    }

    static <T> List<T> list(ByteBuffer in, Function<ByteBuffer, T> read) {
        int count = length(in);
        List<T> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(read.apply(in));
        }
        return items;
    }

    static byte[] bytes(ByteBuffer in) {
        byte[] value = new byte[length(in)];
        in.get(value);
        return value;
    }

    static String string(ByteBuffer in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }

    private static int length(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(
                    "announces %d items or bytes but only %d bytes follow".formatted(length, in.remaining()));
        }
        return length;
    }
}
