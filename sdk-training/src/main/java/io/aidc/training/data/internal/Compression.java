package io.aidc.training.data.internal;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.zip.GZIPInputStream;

/** Unpacks what a column file has packed. */
public enum Compression {
    NONE(1),
    SNAPPY(32),
    GZIP(1040),
    LZ4_BLOCK(256),
    LZ4_FRAME(256),
    /** A block of 128 KiB that repeats one byte takes 4 bytes. */
    ZSTD(1 << 15);

    /** Bytes that a format takes beyond its blocks. */
    private static final int SLACK = 64;

    /** No packer reaches more; bounds what a stated size can ask for. */
    private final int mostRatio;

    Compression(int mostRatio) {
        this.mostRatio = mostRatio;
    }

    /**
     * Unpacks bytes.
     *
     * @param size how many they become
     * @throws IOException if they become another number, or are not of this format
     */
    public byte[] unpack(byte[] packed, int size) throws IOException {
        if (size < 0 || size > (packed.length + (long) SLACK) * mostRatio) {
            throw new IOException("%d bytes of %s cannot become %d".formatted(packed.length, this, size));
        }
        try {
            return switch (this) {
                case NONE -> whole(packed, size);
                case SNAPPY -> Snappy.unpack(packed, size);
                case GZIP -> gunzip(packed, size);
                case LZ4_BLOCK -> Lz4.unpackBlock(packed, size);
                case LZ4_FRAME -> Lz4.unpackFrame(packed, size);
                case ZSTD -> zstd(packed, size);
            };
        } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException e) {
            throw new IOException("%s data is damaged".formatted(this), e);
        }
    }

    private static byte[] whole(byte[] packed, int size) throws IOException {
        if (packed.length != size) {
            throw new IOException("%d bytes are needed, got %d".formatted(size, packed.length));
        }
        return packed;
    }

    private static byte[] gunzip(byte[] packed, int size) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] out = in.readNBytes(size);
            if (out.length < size || in.read() >= 0) {
                throw new IOException("it does not become %d bytes".formatted(size));
            }
            return out;
        }
    }

    private static byte[] zstd(byte[] packed, int size) throws IOException {
        byte[] out = new byte[size];
        long written;
        try {
            written = Zstd.decompressByteArray(out, 0, size, packed, 0, packed.length);
        } catch (RuntimeException e) {
            throw new IOException("zstd data is damaged", e);
        } catch (LinkageError e) {
            throw new IOException("zstd needs com.github.luben:zstd-jni on the class path", e);
        }
        if (written != size) {
            throw new IOException("zstd data is damaged or does not become %d bytes".formatted(size));
        }
        return out;
    }
}
