package io.aidc.storage.chunk;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the protobuf wire format from a stream and counts its bytes; what is not wanted is skipped, not read.
 *
 * <p>Malformed input is an {@link IllegalArgumentException}.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, encoding</a>
 */
final class Wire {
    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int BYTES = 2;
    static final int FIXED_32 = 5;

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private long position;

    Wire(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    long position() {
        return position;
    }

    /** Reads up to ten bytes, of which 64 bits count. */
    long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = in.read();
            if (next < 0) {
                throw truncated();
            }
            position++;
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("varint of more than ten bytes before byte " + position);
    }

    /** Reads the length of a field and returns where the field ends, which is not beyond {@code end}. */
    long fieldEnd(long end) throws IOException {
        long length = varint();
        if (length < 0 || length > end - position) {
            throw new IllegalArgumentException(
                    "field at byte %d announces %d bytes, %d are left".formatted(position, length, end - position));
        }
        return position + length;
    }

    /** Reads text up to {@code end}. */
    String text(long end, int maxBytes) throws IOException {
        long length = end - position;
        if (length > maxBytes) {
            throw new IllegalArgumentException("text must have at most %d bytes, got %d".formatted(maxBytes, length));
        }
        byte[] utf8 = in.readNBytes((int) length);
        position += utf8.length;
        if (utf8.length < length) {
            throw truncated();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text before byte %d is not UTF-8".formatted(position), e);
        }
    }

    /** Skips one field's value. */
    void skip(int type, long end) throws IOException {
        switch (type) {
            case VARINT -> varint();
            case FIXED_64 -> skipTo(position + Long.BYTES);
            case FIXED_32 -> skipTo(position + Integer.BYTES);
            case BYTES -> skipTo(fieldEnd(end));
            default -> throw new IllegalArgumentException("wire type %d before byte %d".formatted(type, position));
        }
    }

    void skipTo(long end) throws IOException {
        try {
            in.skipNBytes(end - position);
        } catch (EOFException e) {
            throw truncated();
        }
        position = end;
    }

    private IllegalArgumentException truncated() {
        return new IllegalArgumentException("the file ends after byte " + position);
    }
}
