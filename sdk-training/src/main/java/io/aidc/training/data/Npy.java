package io.aidc.training.data;

import io.aidc.training.MalformedFileException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads and writes NumPy's {@code .npy} files.
 *
 * <p>Read are versions 1 to 3, both byte orders, both orders of indices, and every type of {@link ElementType}. Not
 * read are pickled objects, which run code when they are loaded, structures, texts, dates and complex numbers. Written
 * is what
 * {@code numpy.save} writes: version 1, little-endian, last index fastest.
 *
 * <p>Thread-safe: holds no state.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The NPY format</a>
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** NumPy itself refuses more than 10,000 characters from an untrusted file. */
    private static final int LONGEST_HEADER = 10_000;

    private static final int ALIGNMENT = 64;
    private static final int SHORT_LENGTH = 2;

    private Npy() {}

    /**
     * Reads an array.
     *
     * @param file the {@code .npy} file
     * @return the array, in memory as a whole
     * @throws MalformedFileException if the file is no such array, is cut short or has bytes after its end
     * @throws UncheckedIOException if the file cannot be read
     */
    public static NumberArray read(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(file.toString(), in, Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * Writes an array; an existing file is replaced.
     *
     * @param file the {@code .npy} file
     * @param array the array
     * @throws UncheckedIOException if the file cannot be written; part of it may have been
     */
    public static void write(Path file, NumberArray array) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            write(out, array);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** Reads to the end of the stream, which must be that of the array. */
    static NumberArray read(String source, InputStream in, int mostBytes) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new MalformedFileException(source, "", "it does not begin like an .npy file");
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3 || start[MAGIC.length + 1] != 0) {
            throw new MalformedFileException(
                    source, "", "version must be 1.0 to 3.0, got %d.%d".formatted(version, start[MAGIC.length + 1]));
        }
        int lengthBytes = version == 1 ? SHORT_LENGTH : Integer.BYTES;
        byte[] length = Arrays.copyOf(exactly(source, "header", in, lengthBytes), Integer.BYTES);
        int headerLength =
                ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (headerLength < 0 || headerLength > LONGEST_HEADER) {
            throw new MalformedFileException(
                    source,
                    "header",
                    "it must have at most %d bytes, got %s"
                            .formatted(LONGEST_HEADER, Integer.toUnsignedString(headerLength)));
        }
        var header = NpyHeader.parse(
                source,
                new String(
                        exactly(source, "header", in, headerLength),
                        version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
        return elements(source, in, header, mostBytes);
    }

    private static NumberArray elements(String source, InputStream in, NpyHeader header, int mostBytes)
            throws IOException {
        ElementType type = header.type();
        long bytes = (long) NumberArray.count(header.shape()) * type.bytes();
        if (bytes > mostBytes) {
            throw new MalformedFileException(
                    source, "", "%d bytes of elements are too many, at most %d are read".formatted(bytes, mostBytes));
        }
        byte[] data = exactly(source, "elements", in, (int) bytes);
        if (in.read() >= 0) {
            throw new MalformedFileException(source, "elements", "there are bytes behind the last of them");
        }
        if (header.order() == ByteOrder.BIG_ENDIAN) {
            reverse(data, type.bytes());
        }
        if (header.layout() == NpyHeader.Layout.FIRST_FASTEST && header.shape().length > 1) {
            data = transposed(data, type.bytes(), header.shape());
        }
        return new NumberArray(type, header.shape(), data);
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

    private static void reverse(byte[] data, int width) {
        for (int at = 0; at < data.length; at += width) {
            for (int i = at, j = at + width - 1; i < j; i++, j--) {
                byte kept = data[i];
                data[i] = data[j];
                data[j] = kept;
            }
        }
    }

    /** From first index fastest to last index fastest. */
    private static byte[] transposed(byte[] data, int width, int[] shape) {
        int[] strides = new int[shape.length];
        for (int i = 0, stride = width; i < shape.length; stride *= shape[i], i++) {
            strides[i] = stride;
        }
        byte[] ordered = new byte[data.length];
        int[] index = new int[shape.length];
        int from = 0;
        for (int to = 0; to < data.length; to += width) {
            System.arraycopy(data, from, ordered, to, width);
            for (int i = shape.length - 1; i >= 0; i--) {
                from += strides[i];
                if (++index[i] < shape[i]) {
                    break;
                }
                from -= strides[i] * shape[i];
                index[i] = 0;
            }
        }
        return ordered;
    }

    static void write(OutputStream out, NumberArray array) throws IOException {
        String text = NpyHeader.text(array);
        int prefix = MAGIC.length + 2 + SHORT_LENGTH;
        int length = Math.floorDiv(prefix + text.length() + ALIGNMENT, ALIGNMENT) * ALIGNMENT - prefix;
        out.write(MAGIC);
        out.write(new byte[] {1, 0, (byte) length, (byte) (length >>> Byte.SIZE)});
        out.write((text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
        ByteBuffer data = array.bytes();
        byte[] chunk = new byte[8192];
        while (data.hasRemaining()) {
            int some = Math.min(chunk.length, data.remaining());
            data.get(chunk, 0, some);
            out.write(chunk, 0, some);
        }
    }
}
