package io.aidc.training.data;

import io.aidc.training.Dataset;
import io.aidc.training.FlatRows;
import io.aidc.training.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads pictures through {@code javax.imageio}: PNG, JPEG, GIF, BMP and TIFF, of an animation the first.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="images"}
 *
 * <p>Each picture is brought to one size, without regard to its proportions, by a triangle filter that is widened
 * where it shrinks, which is Pillow's {@code BILINEAR}. A row is {@code [channels, height, width]}, flat, from 0 for
 * black to 1 for full. Colours become grey by the weights of ITU-R BT.601; transparency is dropped; a camera's note on
 * how to turn the picture is not read.
 *
 * <p>Thread-safe: holds no state.
 */
public final class Images {
    private final int height;
    private final int width;
    private final Channels channels;
    private final long mostPixels;

    /** Says what numbers stand for a pixel. */
    public enum Channels {
        /** One: the lightness. */
        GREY(1),
        /** Three: red, green and blue, in this order. */
        RGB(3);

        private final int count;

        Channels(int count) {
            this.count = count;
        }

        /**
         * Counts the channels.
         *
         * @return 1 or 3
         */
        public int count() {
            return count;
        }
    }

    private Images(int height, int width, Channels channels, long mostPixels) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.mostPixels = mostPixels;
    }

    /**
     * Says what pictures become.
     *
     * @param height pixels from top to bottom, in [1, 16384]
     * @param width pixels from left to right, in [1, 16384]
     * @param channels what stands for a pixel
     * @return a reader of pictures of at most 100 million pixels
     * @throws IllegalArgumentException if a length is out of range
     */
    public static Images of(int height, int width, Channels channels) {
        requireLength("height", height);
        requireLength("width", width);
        return new Images(height, width, Objects.requireNonNull(channels, "channels"), 100_000_000);
    }

    private static void requireLength(String name, int length) {
        if (length < 1 || length > 16_384) {
            throw new IllegalArgumentException(name + " must be in [1, 16384], got " + length);
        }
    }

    /**
     * Bounds the size of a picture as it is in its file. A file of a few kilobytes can state a picture that fills the
     * memory; one beyond the bound is refused before it is decoded.
     *
     * @param pixels height times width, &gt; 0
     * @return a reader with this bound
     * @throws IllegalArgumentException if the bound is not positive
     */
    public Images mostPixels(long pixels) {
        if (pixels < 1) {
            throw new IllegalArgumentException("pixels must be > 0, got " + pixels);
        }
        return new Images(height, width, channels, pixels);
    }

    /**
     * Reads a folder that has one folder for each class, whose names are the classes. Files whose names begin with a
     * point are passed over, as are files beside the folders and folders inside of them.
     *
     * @param directory the folder of folders
     * @return the data, class i being the i-th folder in sorted order, rows sorted by class, then file name
     * @throws IllegalArgumentException if there are under two classes, or a class without a picture
     * @throws MalformedFileException naming the file that is no picture or is too large
     * @throws UncheckedIOException if a folder or file cannot be read
     */
    public Dataset classification(Path directory) {
        List<Path> folders = inside(directory, Files::isDirectory);
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            List<Path> pictures = inside(folders.get(i), Files::isRegularFile);
            if (pictures.isEmpty()) {
                throw new IllegalArgumentException("class folder %s holds no picture".formatted(folders.get(i)));
            }
            files.addAll(pictures);
            for (int j = 0; j < pictures.size(); j++) {
                labels.add(i);
            }
        }
        if (folders.size() < 2) {
            throw new IllegalArgumentException("%s must hold a folder for each of at least 2 classes, got %d"
                    .formatted(directory, folders.size()));
        }
        return read(files)
                .classification(
                        labels.stream().mapToInt(Integer::intValue).toArray(),
                        folders.stream().map(Images::name).toList());
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /** What a folder holds, in the order of the names' UTF-16 code units, which is the same in every locale. */
    private static List<Path> inside(Path directory, Predicate<Path> wanted) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> !name(path).startsWith(".") && wanted.test(path))
                    .sorted(Comparator.comparing(Images::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + directory, e);
        }
    }

    /**
     * Reads pictures.
     *
     * @param files the files, at least one
     * @return a row of {@code channels · height · width} for each, in their order, to be joined with what is to be
     *     learned
     * @throws IllegalArgumentException if there is no file, or they make more than 2<sup>31</sup> - 1 numbers
     * @throws MalformedFileException naming the file that is no picture or is too large
     * @throws UncheckedIOException if a file cannot be read
     */
    public FlatRows read(List<Path> files) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("at least 1 picture is needed, got 0");
        }
        int row = channels.count * height * width;
        if ((long) files.size() * row > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("%d pictures of %d numbers are more than an array holds, %d"
                    .formatted(files.size(), row, Integer.MAX_VALUE - 8));
        }
        float[] rows = new float[files.size() * row];
        for (int i = 0; i < files.size(); i++) {
            Picture.read(files.get(i), channels.count, mostPixels)
                    .resized(height, width)
                    .copyTo(rows, i * row);
        }
        return Dataset.ofRows(rows, row);
    }
}
