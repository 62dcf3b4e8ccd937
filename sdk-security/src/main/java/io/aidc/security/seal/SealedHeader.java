package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The part of a sealed file that is written once: {@code "AIDCSEAL"}, u8 version, u8 {@link SealSuite},
 * u32 length, then entries of u16
 * key length, key, u16 value length, value, sorted by key as unsigned UTF-8. All numbers are big-endian. The keys are
 * {@code content-type} (optional), {@code context/…}, {@code file-id} (16 random bytes), {@code name} and
 * {@code slot-bytes} (u32).
 *
 * @param contentType 1 to 255 printable characters of ASCII, or empty if the entry is absent; it describes the content and
 *     is authenticated, but nobody has to know it to unseal
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SealedHeader(SealSuite suite, byte[] fileId, SealBinding binding, String contentType, int slotBytes) {
    static final int FILE_ID_BYTES = 16;
    static final int MIN_SLOT_BYTES = 256;
    static final int MAX_SLOT_BYTES = 16 * 1024;
    private static final byte[] MAGIC = "AIDCSEAL".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 14;
    private static final int MAX_ENTRIES_BYTES = 32 * 1024;
    private static final int MAX_CONTENT_TYPE = 255;
    private static final String CONTENT_TYPE = "content-type";
    private static final String CONTEXT = "context/";

    SealedHeader {
        if (contentType.length() > MAX_CONTENT_TYPE || !contentType.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("contentType must be 0 to 255 printable characters of ASCII");
        }
    }

    byte[] encode() {
        Map<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        binding.context().forEach((key, value) -> entries.put(utf8(CONTEXT + key), utf8(value)));
        if (!contentType.isEmpty()) {
            entries.put(utf8(CONTENT_TYPE), utf8(contentType));
        }
        entries.put(utf8("file-id"), fileId);
        entries.put(utf8("name"), utf8(binding.name()));
        entries.put(utf8("slot-bytes"), ByteBuffer.allocate(4).putInt(slotBytes).array());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entries.forEach((key, value) -> {
            append(out, key);
            append(out, value);
        });
        return ByteBuffer.allocate(FIXED_BYTES + out.size())
                .put(MAGIC)
                .put((byte) VERSION)
                .put((byte) suite.id())
                .putInt(out.size())
                .put(out.toByteArray())
                .array();
    }

    /** Reads exactly what {@link #encode()} writes. */
    static SealedHeader read(InputStream in) throws IOException {
        ByteBuffer fixed = ByteBuffer.wrap(in.readNBytes(FIXED_BYTES));
        if (fixed.remaining() < FIXED_BYTES || !fixed.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new MalformedSealException(Reason.NOT_SEALED, "The bytes do not begin like a sealed file");
        }
        int version = fixed.get(8);
        int suiteId = fixed.get(9);
        SealSuite suite = SealSuite.of(suiteId);
        if (version != VERSION || suite == null) {
            throw new MalformedSealException(
                    Reason.UNSUPPORTED,
                    "Sealed file has version %d and suite %d; known are version 1 and suites 1 and 3"
                            .formatted(version, suiteId));
        }
        int length = fixed.getInt(10);
        if (length < 0 || length > MAX_ENTRIES_BYTES) {
            throw new MalformedSealException(
                    Reason.OVER_LIMIT,
                    "Sealed file's header says %s bytes; at most %d are allowed"
                            .formatted(Integer.toUnsignedString(length), MAX_ENTRIES_BYTES));
        }
        byte[] entries = exactly(in, length);
        SealedHeader header = decode(suite, entries);
        byte[] encoded = header.encode();
        if (!Arrays.equals(encoded, FIXED_BYTES, encoded.length, entries, 0, entries.length)) {
            throw broken("entries are not in their one possible form");
        }
        return header;
    }

    static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw broken("ends after %d of %d bytes of a part".formatted(bytes.length, length));
        }
        return bytes;
    }

    static MalformedSealException broken(String detail) {
        return new MalformedSealException(Reason.BROKEN_HEADER, "Sealed file's header is broken: " + detail);
    }

    private static SealedHeader decode(SealSuite suite, byte[] entries) {
        try {
            Map<String, byte[]> values = new HashMap<>();
            for (ByteBuffer in = ByteBuffer.wrap(entries); in.hasRemaining(); ) {
                values.put(text(take(in)), take(in));
            }
            byte[] fileId = values.remove("file-id");
            byte[] name = values.remove("name");
            byte[] slotBytes = values.remove("slot-bytes");
            byte[] contentType = values.remove(CONTENT_TYPE);
            if (fileId == null
                    || fileId.length != FILE_ID_BYTES
                    || name == null
                    || slotBytes == null
                    || slotBytes.length != 4) {
                throw broken("file-id, name or slot-bytes is missing or of a wrong length");
            }
            int size = ByteBuffer.wrap(slotBytes).getInt();
            if (size < MIN_SLOT_BYTES || size > MAX_SLOT_BYTES) {
                throw broken("slot-bytes must be %d to %d, got %d".formatted(MIN_SLOT_BYTES, MAX_SLOT_BYTES, size));
            }
            String type = contentType == null ? "" : text(contentType);
            return new SealedHeader(suite, fileId, new SealBinding(text(name), context(values)), type, size);
        } catch (BufferUnderflowException | CharacterCodingException | IllegalArgumentException e) {
            throw broken("an entry is cut, no UTF-8, or over a limit");
        }
    }

    private static Map<String, String> context(Map<String, byte[]> values) throws CharacterCodingException {
        Map<String, String> context = new HashMap<>();
        for (var entry : values.entrySet()) {
            if (!entry.getKey().startsWith(CONTEXT)) {
                throw broken("unknown entry");
            }
            context.put(entry.getKey().substring(CONTEXT.length()), text(entry.getValue()));
        }
        return context;
    }

    private static byte[] take(ByteBuffer in) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return bytes;
    }

    private static void append(ByteArrayOutputStream out, byte[] bytes) {
        out.write(bytes.length >>> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }
}
