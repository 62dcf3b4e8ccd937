package io.aidc.training.data;

import io.aidc.training.MalformedFileException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A picture in memory: planes of numbers from 0 to 1, {@code [channels, height, width]}. */
final class Picture {
    private static final int BYTE = 0xFF;
    private static final float FULL = 255;
    private static final long LARGEST_FILE = 1L << 28;

    private final int height;
    private final int width;
    private final float[] numbers;

    private Picture(int height, int width, float[] numbers) {
        this.height = height;
        this.width = width;
        this.numbers = numbers;
    }

    static Picture read(Path file, int channels, long mostPixels) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new MalformedFileException(file.toString(), "", "it is larger than 256 MiB");
            }
            try (InputStream bytes = Files.newInputStream(file);
                    ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
                Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
                if (!readers.hasNext()) {
                    throw new MalformedFileException(
                            file.toString(), "", "it is no picture of a format that is read, such as PNG or JPEG");
                }
                return of(decode(file, readers.next(), in, mostPixels), channels);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static BufferedImage decode(Path file, ImageReader reader, ImageInputStream in, long mostPixels) {
        try {
            reader.setInput(in, true, true);
            int height = reader.getHeight(0);
            int width = reader.getWidth(0);
            if (height < 1 || width < 1 || (long) height * width > mostPixels) {
                throw new MalformedFileException(
                        file.toString(),
                        "",
                        "a picture of %d by %d pixels is not read, at most %d are"
                                .formatted(width, height, mostPixels));
            }
            BufferedImage image = reader.read(0);
            requireUnsigned(file, image);
            return image;
        } catch (MalformedFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoders of the JDK end as several runtime exceptions on files that are damaged.
            throw new MalformedFileException(file.toString(), "", "the picture cannot be decoded", e);
        } finally {
            reader.dispose();
        }
    }

    /** What {@link #takeGrey} reads; the colour model does the same for colours of any kind. */
    private static void requireUnsigned(Path file, BufferedImage image) {
        int kind = image.getColorModel().getTransferType();
        if (isGrey(image) && kind != DataBuffer.TYPE_BYTE && kind != DataBuffer.TYPE_USHORT) {
            throw new MalformedFileException(
                    file.toString(), "", "grey of unsigned integers of at most 16 bits is needed");
        }
    }

    private static boolean isGrey(BufferedImage image) {
        return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    private static Picture of(BufferedImage image, int channels) {
        int plane = image.getHeight() * image.getWidth();
        var picture = new Picture(image.getHeight(), image.getWidth(), new float[Math.multiplyExact(channels, plane)]);
        if (isGrey(image)) {
            picture.takeGrey(image.getRaster(), image.getColorModel().getComponentSize(0), channels);
        } else {
            picture.takeColours(image, channels);
        }
        return picture;
    }

    /** Java takes grey as linear light and would brighten it on its way to sRGB, which no file means. */
    private void takeGrey(Raster raster, int bits, int channels) {
        float full = (1L << bits) - 1;
        int plane = height * width;
        float[] line = new float[width];
        for (int y = 0; y < height; y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, line);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    numbers[c * plane + y * width + x] = line[x] / full;
                }
            }
        }
    }

    private void takeColours(BufferedImage image, int channels) {
        int plane = height * width;
        int[] line = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, line, 0, width);
            for (int x = 0; x < width; x++) {
                int red = (line[x] >> 16) & BYTE;
                int green = (line[x] >> 8) & BYTE;
                int blue = line[x] & BYTE;
                int at = y * width + x;
                if (channels == 1) {
                    numbers[at] = (0.299f * red + 0.587f * green + 0.114f * blue) / FULL;
                } else {
                    numbers[at] = red / FULL;
                    numbers[plane + at] = green / FULL;
                    numbers[2 * plane + at] = blue / FULL;
                }
            }
        }
    }

    Picture resized(int toHeight, int toWidth) {
        if (height == toHeight && width == toWidth) {
            return this;
        }
        int channels = numbers.length / (height * width);
        float[] narrow = filtered(numbers, channels * height, width, 1, toWidth);
        return new Picture(toHeight, toWidth, filtered(narrow, channels, height, toWidth, toHeight));
    }

    /** Filters the middle one of three indices, {@code [outer, from, inner]} to {@code [outer, to, inner]}. */
    private static float[] filtered(float[] source, int outer, int from, int inner, int to) {
        float[] result = new float[Math.multiplyExact(Math.multiplyExact(outer, to), inner)];
        double scale = (double) from / to;
        double support = Math.max(scale, 1);
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int first = (int) Math.max(centre - support + 0.5, 0);
            int last = (int) Math.min(centre + support + 0.5, from);
            double sum = 0;
            double[] weights = new double[last - first];
            for (int k = first; k < last; k++) {
                weights[k - first] = Math.max(1 - Math.abs((k - centre + 0.5) / support), 0);
                sum += weights[k - first];
            }
            for (int o = 0; o < outer; o++) {
                for (int n = 0; n < inner; n++) {
                    double value = 0;
                    for (int k = first; k < last; k++) {
                        value += weights[k - first] * source[(o * from + k) * inner + n];
                    }
                    result[(o * to + i) * inner + n] = (float) (value / sum);
                }
            }
        }
        return result;
    }

    void copyTo(float[] rows, int at) {
        System.arraycopy(numbers, 0, rows, at, numbers.length);
    }
}
