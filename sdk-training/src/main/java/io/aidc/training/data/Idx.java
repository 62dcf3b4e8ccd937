package io.aidc.training.data;

import io.aidc.training.Dataset;
import io.aidc.training.MalformedFileException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads IDX files, the format of MNIST and its kin, also as they are distributed: compressed with gzip, which is found
 * out from the content.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="idx"}
 *
 * <p>Thread-safe: holds no state.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes, Burges, The MNIST database</a>
 */
public final class Idx {
    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int MAGIC_BYTES = 4;
    private static final float WHITE = 255;

    private Idx() {}

    /**
     * Reads pictures, or any other features, with their labels. Features of unsigned bytes are divided by 255, so that
     * pictures lie in [0, 1]; those of other types are kept as they are.
     *
     * @param features the file of features, shape {@code [rows, …]}
     * @param labels the file of labels, integers from 0, shape {@code [rows]}
     * @return the data; a picture {@code [height, width]} is a row of {@code height · width} features, line by line
     * @throws MalformedFileException if a file is no IDX file, is cut short or has bytes after its end, or the labels
     *     do not fit the features
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Dataset classification(Path features, Path labels) {
        NumberArray x = read(features);
        NumberArray y = read(labels);
        if (x.type() == ElementType.UINT8) {
            float[] scaled = x.floats();
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] /= WHITE;
            }
            x = NumberArray.of(scaled, x.shape());
        }
        try {
            return x.classification(y);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(features.toString(), "with " + labels, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads an array of any of the six types.
     *
     * @param file the IDX file, or one compressed with gzip
     * @return the array, in memory as a whole
     * @throws MalformedFileException if the file is no IDX file, is cut short, has bytes after its end, or states more
     *     than 2 GiB
     * @throws UncheckedIOException if the file cannot be read
     */
    public static NumberArray read(Path file) {
        try (InputStream in = open(file)) {
            return read(file.toString(), in);
        } catch (ZipException | EOFException e) {
            throw new MalformedFileException(file.toString(), "", "it cannot be unpacked", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            in.mark(Short.BYTES);
            byte[] start = in.readNBytes(Short.BYTES);
            in.reset();
            boolean packed =
                    start.length == Short.BYTES && (ByteBuffer.wrap(start).getShort() & 0xFFFF) == GZIP_MAGIC;
            return packed ? new BufferedInputStream(new GZIPInputStream(in)) : in;
        } catch (IOException | RuntimeException | Error e) {
            in.close();
            throw e;
        }
    }

    private static NumberArray read(String source, InputStream in) throws IOException {
        byte[] magic = exactly(source, "header", in, MAGIC_BYTES);
        if (magic[0] != 0 || magic[1] != 0) {
            throw new MalformedFileException(source, "", "it does not begin like an IDX file, with two zero bytes");
        }
        ElementType type = type(source, magic[2]);
        int dimensions = magic[3];
        if (dimensions < 1) {
            throw new MalformedFileException(source, "header", "at least 1 dimension is needed, got " + dimensions);
        }
        int[] shape = new int[dimensions];
        ByteBuffer.wrap(exactly(source, "header", in, dimensions * Integer.BYTES))
                .asIntBuffer()
                .get(shape);
        long bytes = bytes(source, shape, type);
        byte[] data = exactly(source, "elements", in, (int) bytes);
        if (in.read() >= 0) {
            throw new MalformedFileException(source, "elements", "there are bytes behind the last of them");
        }
        return new NumberArray(type, shape, littleEndian(data, type.bytes()));
    }

    private static ElementType type(String source, byte code) {
        return switch (code) {
            case 0x08 -> ElementType.UINT8;
            case 0x09 -> ElementType.INT8;
            case 0x0B -> ElementType.INT16;
            case 0x0C -> ElementType.INT32;
            case 0x0D -> ElementType.FLOAT32;
            case 0x0E -> ElementType.FLOAT64;
            default ->
                throw new MalformedFileException(
                        source, "header", "type must be one of 8, 9, 11, 12, 13 and 14, got " + (code & 0xFF));
        };
    }

    private static long bytes(String source, int[] shape, ElementType type) {
        try {
            return Math.multiplyExact(NumberArray.count(shape), type.bytes());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new MalformedFileException(
                    source, "header", "shape %s of %s is beyond 2 GiB".formatted(Arrays.toString(shape), type), e);
        }
    }

    /** Takes memory as bytes arrive, so that a header alone cannot ask for much. */
    private static byte[] exactly(String source, String place, InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new MalformedFileException(
                    source, place, "%d bytes are needed, the file ends after %d".formatted(bytes, read.length));
        }
        return read;
    }

    private static byte[] littleEndian(byte[] data, int width) {
        byte[] turned = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            turned[i] = data[i - i % width + width - 1 - i % width];
        }
        return turned;
    }
}
