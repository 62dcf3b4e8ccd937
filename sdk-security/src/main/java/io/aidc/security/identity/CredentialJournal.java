package io.aidc.security.identity;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file of credentials, big-endian: {@code "AIDCCRED"}, u32 version = 1, then entries: u32 length of the body,
 * u32 CRC-32C of that length and the body; body: u8 kind (1 put, 2 remove), u16 length of the key, key in UTF-8, value. Later
 * entries replace earlier ones.
 */
final class CredentialJournal {
    static final int MAX_KEY_BYTES = 1024;
    static final int MAX_VALUE_BYTES = 64 * 1024;
    static final int HEADER_BYTES = 12;

    private static final byte[] MAGIC = "AIDCCRED".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int FRAME_BYTES = 8;
    private static final int MIN_BODY = 4;
    private static final int MAX_BODY = 3 + MAX_KEY_BYTES + MAX_VALUE_BYTES;
    private static final int PUT = 1;
    private static final int REMOVE = 2;

    private CredentialJournal() {}

    static byte[] header() {
        return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(VERSION).array();
    }

    static byte[] entry(String key, byte @Nullable [] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        int valueBytes = value == null ? 0 : value.length;
        if (name.length < 1 || name.length > MAX_KEY_BYTES || valueBytes > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("key and value must be 1 to %d and at most %d bytes, got %d and %d"
                    .formatted(MAX_KEY_BYTES, MAX_VALUE_BYTES, name.length, valueBytes));
        }
        int body = 3 + name.length + valueBytes;
        ByteBuffer out = ByteBuffer.allocate(FRAME_BYTES + body)
                .putInt(body)
                .putInt(0)
                .put((byte) (value == null ? REMOVE : PUT))
                .putShort((short) name.length)
                .put(name);
        if (value != null) {
            out.put(value);
        }
        byte[] entry = out.array();
        out.putInt(4, checksum(entry, 0, body));
        return entry;
    }

    /**
     * Plays the entries into a store.
     *
     * @return where the last whole entry ends; what follows is one that a crash cut short
     * @throws CredentialException if the bytes are damaged elsewhere
     */
    static int replay(byte[] file, MemoryCredentialStore into) {
        if (file.length < HEADER_BYTES || !Arrays.equals(header(), 0, HEADER_BYTES, file, 0, HEADER_BYTES)) {
            throw damaged("does not begin like one of version %d".formatted(VERSION));
        }
        int at = HEADER_BYTES;
        for (int end = end(file, at); end > 0; end = end(file, at)) {
            play(file, at, end, into);
            at = end;
        }
        requireTorn(file, at);
        return at;
    }

    /** Where a whole entry that starts here ends, or 0 if none starts here. */
    private static int end(byte[] file, int at) {
        if (file.length - at < FRAME_BYTES + MIN_BODY) {
            return 0;
        }
        ByteBuffer in = ByteBuffer.wrap(file);
        int body = in.getInt(at);
        if (body < MIN_BODY || body > MAX_BODY || body > file.length - at - FRAME_BYTES) {
            return 0;
        }
        return in.getInt(at + 4) == checksum(file, at, body) ? at + FRAME_BYTES + body : 0;
    }

    private static void play(byte[] file, int at, int end, MemoryCredentialStore into) {
        ByteBuffer in = ByteBuffer.wrap(file, at + FRAME_BYTES, end - at - FRAME_BYTES);
        int kind = in.get();
        int keyBytes = in.getShort() & 0xffff;
        if (keyBytes < 1 || keyBytes > in.remaining() || (kind != PUT && kind != REMOVE)) {
            throw damaged("has a broken entry at byte " + at);
        }
        String key = new String(file, in.position(), keyBytes, StandardCharsets.UTF_8);
        into.put(key, kind == PUT ? Arrays.copyOfRange(file, in.position() + keyBytes, end) : null);
    }

    /** One entry is written at a time: the crash can have spoilt one alone, the last. */
    private static void requireTorn(byte[] file, int at) {
        if (file.length - at > FRAME_BYTES + MAX_BODY) {
            throw damaged("has a broken entry at byte " + at);
        }
        for (int next = at + 1; next < file.length; next++) {
            if (end(file, next) > 0) {
                throw damaged("has a broken entry at byte %d, and a whole one at byte %d".formatted(at, next));
            }
        }
    }

    private static int checksum(byte[] entry, int at, int body) {
        CRC32C crc = new CRC32C();
        crc.update(entry, at, 4);
        crc.update(entry, at + FRAME_BYTES, body);
        return (int) crc.getValue();
    }

    private static CredentialException damaged(String how) {
        return new CredentialException(Reason.DAMAGED, "File of credentials " + how);
    }
}
