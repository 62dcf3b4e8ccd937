package io.aidc.storage.chunk;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes protobuf messages field by field. */
final class Proto {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Proto message() {
        return new Proto();
    }

    Proto number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    Proto raw(int... octets) {
        for (int octet : octets) {
            bytes.write(octet);
        }
        return this;
    }

    Proto bytes(int field, byte[] content) {
        varint((long) field << 3 | 2);
        varint(content.length);
        bytes.writeBytes(content);
        return this;
    }

    Proto text(int field, String content) {
        return bytes(field, content.getBytes(StandardCharsets.UTF_8));
    }

    Proto message(int field, Proto content) {
        return bytes(field, content.toBytes());
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }

    /** A tensor whose data is in another file; a null leaves the entry out. */
    static Proto external(String... keysAndValues) {
        Proto tensor = message().text(8, "weights").number(14, 1);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tensor.message(13, message().text(1, keysAndValues[i]).text(2, keysAndValues[i + 1]));
        }
        return tensor;
    }

    /** A model whose graph has the given initializers. */
    static Proto model(Proto... initializers) {
        Proto graph = message().text(2, "graph");
        for (Proto tensor : initializers) {
            graph.message(5, tensor);
        }
        return message().number(1, 8).text(2, "test").message(7, graph);
    }
}
