package io.aidc.training.checkpoint;

import java.io.DataInput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** Moves numbers between buffers of their own type and little-endian bytes, a part at a time. */
final class Elements {
    private static final int CHUNK_BYTES = 1 << 17;

    private Elements() {}

    static byte[] chunk(long bytes) {
        return new byte[(int) Math.min(bytes, CHUNK_BYTES)];
    }

    static Buffer allocate(TensorType type, int size) {
        return switch (type) {
            case F32 -> FloatBuffer.allocate(size);
            case F64 -> DoubleBuffer.allocate(size);
            case I64 -> LongBuffer.allocate(size);
            case I32 -> IntBuffer.allocate(size);
            case F16, BF16, I16 -> ShortBuffer.allocate(size);
            case BOOL, U8, I8 -> ByteBuffer.allocate(size);
        };
    }

    /** Sees bytes as numbers, without a copy. */
    static Buffer view(TensorType type, ByteBuffer bytes) {
        ByteBuffer ordered = bytes.order(ByteOrder.LITTLE_ENDIAN);
        return switch (type) {
            case F32 -> ordered.asFloatBuffer();
            case F64 -> ordered.asDoubleBuffer();
            case I64 -> ordered.asLongBuffer();
            case I32 -> ordered.asIntBuffer();
            case F16, BF16, I16 -> ordered.asShortBuffer();
            case BOOL, U8, I8 -> ordered;
        };
    }

    /** Copies numbers between two buffers of the same type. */
    static void copy(Buffer from, int at, Buffer to, int toAt, int count) {
        if (from instanceof FloatBuffer floats) {
            ((FloatBuffer) to).put(toAt, floats, at, count);
        } else if (from instanceof DoubleBuffer doubles) {
            ((DoubleBuffer) to).put(toAt, doubles, at, count);
        } else if (from instanceof LongBuffer longs) {
            ((LongBuffer) to).put(toAt, longs, at, count);
        } else if (from instanceof IntBuffer ints) {
            ((IntBuffer) to).put(toAt, ints, at, count);
        } else if (from instanceof ShortBuffer shorts) {
            ((ShortBuffer) to).put(toAt, shorts, at, count);
        } else {
            ((ByteBuffer) to).put(toAt, (ByteBuffer) from, at, count);
        }
    }

    /** Fills a chunk from its start with the numbers from an index on; gives how many bytes it took. */
    static int encode(TensorType type, Buffer numbers, int from, byte[] chunk) {
        int count = Math.min(numbers.limit() - from, chunk.length / type.bytes());
        copy(numbers, from, view(type, ByteBuffer.wrap(chunk)), 0, count);
        return count * type.bytes();
    }

    static void write(TensorType type, Buffer numbers, OutputStream out) throws IOException {
        byte[] chunk = chunk((long) numbers.limit() * type.bytes());
        for (int done = 0; done < numbers.limit(); ) {
            int bytes = encode(type, numbers, done, chunk);
            out.write(chunk, 0, bytes);
            done += bytes / type.bytes();
        }
    }

    static Buffer read(TensorType type, int size, DataInput in) throws IOException {
        Buffer numbers = allocate(type, size);
        byte[] chunk = chunk((long) size * type.bytes());
        Buffer view = view(type, ByteBuffer.wrap(chunk));
        for (int done = 0; done < size; ) {
            int count = Math.min(size - done, chunk.length / type.bytes());
            in.readFully(chunk, 0, count * type.bytes());
            copy(view, 0, numbers, done, count);
            done += count;
        }
        return numbers;
    }
}
