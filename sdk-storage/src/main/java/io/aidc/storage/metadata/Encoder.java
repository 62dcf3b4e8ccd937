package io.aidc.storage.metadata;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Appends big-endian numbers and length-prefixed bytes to a growing buffer. */
final class Encoder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Encoder int8(int value) {
        out.write(value);
        return this;
    }

    Encoder int32(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        return this;
    }

    Encoder int64(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    Encoder uuid(UUID value) {
        return int64(value.getMostSignificantBits()).int64(value.getLeastSignificantBits());
    }

    Encoder bytes(byte[] value) {
        int32(value.length);
        out.writeBytes(value);
        return this;
    }

    Encoder string(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
