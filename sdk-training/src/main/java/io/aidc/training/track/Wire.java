package io.aidc.training.track;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A protocol-buffer message in the making, written field by field. */
final class Wire {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private interface Write {
        void run() throws IOException;
    }

    private Wire write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new AssertionError("memory does not fail as a file does", e);
        }
        return this;
    }

    Wire integer(int field, long value) {
        return write(() -> out.writeInt64(field, value));
    }

    Wire number(int field, double value) {
        return write(() -> out.writeDouble(field, value));
    }

    Wire number(int field, float value) {
        return write(() -> out.writeFloat(field, value));
    }

    Wire bool(int field, boolean value) {
        return write(() -> out.writeBool(field, value));
    }

    Wire string(int field, String value) {
        return write(() -> out.writeString(field, value));
    }

    Wire bytes(int field, byte[] value) {
        return write(() -> out.writeByteArray(field, value));
    }

    Wire message(int field, Wire value) {
        return bytes(field, value.toBytes());
    }

    /** Writes a packed repeated field. */
    Wire numbers(int field, double[] values) {
        return write(() -> {
            out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(Math.multiplyExact(values.length, Double.BYTES));
            for (double value : values) {
                out.writeDoubleNoTag(value);
            }
        });
    }

    byte[] toBytes() {
        write(out::flush);
        return bytes.toByteArray();
    }
}
