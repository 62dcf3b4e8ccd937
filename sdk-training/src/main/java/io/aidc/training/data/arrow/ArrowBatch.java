package io.aidc.training.data.arrow;

import io.aidc.training.data.internal.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;

/** Gives the buffers of a batch, unpacked. */
record ArrowBatch(RecordBatch header, ByteBuffer body) {
    int rows() throws IOException {
        if (header.length() < 0 || header.length() > Integer.MAX_VALUE) {
            throw new IOException("a batch of %d rows".formatted(header.length()));
        }
        return (int) header.length();
    }

    /** Checks that a column has as many values as the batch has rows. */
    void requireNode(int node) throws IOException {
        FieldNode found = node < header.nodesLength() ? header.nodes(node) : null;
        if (found == null || found.length() != header.length()) {
            throw new IOException("the column has another number of values than the batch has rows");
        }
    }

    /** How many buffers of characters a column of views has. */
    int variadicBuffers(int column) throws IOException {
        long count = column < header.variadicBufferCountsLength() ? header.variadicBufferCounts(column) : -1;
        if (count < 0 || count > header.buffersLength()) {
            throw new IOException("%d buffers of views".formatted(count));
        }
        return (int) count;
    }

    ByteBuffer buffer(int index) throws IOException {
        Buffer place = index < header.buffersLength() ? header.buffers(index) : null;
        if (place == null
                || place.offset() < 0
                || place.length() < 0
                || place.length() > body.capacity()
                || place.offset() > body.capacity() - place.length()) {
            throw new IOException("buffer %d is not in the file".formatted(index));
        }
        ByteBuffer found =
                body.slice((int) place.offset(), (int) place.length()).order(ByteOrder.LITTLE_ENDIAN);
        BodyCompression compression = header.compression();
        return compression == null || !found.hasRemaining() ? found : unpacked(found, compression);
    }

    /** A packed buffer begins with its size once unpacked; -1 says that it is not packed. */
    private static ByteBuffer unpacked(ByteBuffer found, BodyCompression compression) throws IOException {
        if (compression.method() != BodyCompressionMethod.BUFFER) {
            throw new IOException("compression method %d is not read".formatted(compression.method()));
        }
        long size = found.getLong();
        if (size == -1) {
            return found.slice().order(ByteOrder.LITTLE_ENDIAN);
        }
        if (size < 0 || size > Integer.MAX_VALUE - 8) {
            throw new IOException("a buffer of %d bytes".formatted(size));
        }
        byte[] packed = new byte[found.remaining()];
        found.get(packed);
        Compression codec = switch (compression.codec()) {
            case CompressionType.LZ4_FRAME -> Compression.LZ4_FRAME;
            case CompressionType.ZSTD -> Compression.ZSTD;
            default -> throw new IOException("codec %d is not read".formatted(compression.codec()));
        };
        return ByteBuffer.wrap(codec.unpack(packed, (int) size)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
