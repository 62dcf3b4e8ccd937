package io.aidc.training.track;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Reads event files, written from the format's description and not from the writer, and checks every checksum. */
final class EventReader {
    private EventReader() {}

    /** A message as numbers and bytes by field, in order. */
    record Message(Map<Integer, List<Object>> fields) {
        static Message parse(byte[] bytes) throws IOException {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            Map<Integer, List<Object>> fields = new TreeMap<>();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Object value = switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                    case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
                    case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
                    default -> throw new IOException("wire type of tag " + tag);
                };
                fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), number -> new ArrayList<>())
                        .add(value);
            }
            return new Message(fields);
        }

        boolean has(int field) {
            return fields.containsKey(field);
        }

        Object one(int field) {
            List<Object> values = Objects.requireNonNull(fields.get(field), "field " + field);
            if (values.size() != 1) {
                throw new AssertionError("field " + field + " is there " + values.size() + " times");
            }
            return values.get(0);
        }

        double number(int field) {
            return ((Number) one(field)).doubleValue();
        }

        String text(int field) {
            return new String((byte[]) one(field), java.nio.charset.StandardCharsets.UTF_8);
        }

        Message message(int field) throws IOException {
            return parse((byte[]) one(field));
        }

        double[] packed(int field) {
            ByteBuffer bytes = ByteBuffer.wrap((byte[]) one(field)).order(ByteOrder.LITTLE_ENDIAN);
            double[] values = new double[bytes.remaining() / Double.BYTES];
            bytes.asDoubleBuffer().get(values);
            return values;
        }
    }

    static List<Message> read(Path file) throws IOException {
        return read(Files.readAllBytes(file));
    }

    static List<Message> read(byte[] bytes) throws IOException {
        List<Message> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= 12) {
            byte[] head = new byte[8];
            in.get(head);
            check(head, in.getInt());
            long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (length + 4 > in.remaining()) {
                break; // cut off
            }
            byte[] payload = new byte[(int) length];
            in.get(payload);
            check(payload, in.getInt());
            events.add(Message.parse(payload));
        }
        return events;
    }

    private static void check(byte[] bytes, int masked) throws IOException {
        int rotated = masked - 0xa282ead8;
        int crc = (rotated >>> 17) | (rotated << 15);
        CRC32C expected = new CRC32C();
        expected.update(bytes);
        if ((int) expected.getValue() != crc) {
            throw new IOException("checksum");
        }
    }

    /** The summary values of a file by tag. */
    static Map<String, List<Message>> values(List<Message> events) throws IOException {
        Map<String, List<Message>> values = new TreeMap<>();
        for (Message event : events) {
            if (event.has(5)) {
                Message value = event.message(5).message(1);
                values.computeIfAbsent(value.text(1), tag -> new ArrayList<>()).add(value);
            }
        }
        return values;
    }
}
