package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The files that {@code src/test/python/files_golden.py} wrote, and what they hold. */
public final class GoldenFiles {
    public static final int ROWS = 300;

    private GoldenFiles() {}

    public static Path path(String name) {
        try {
            URI uri = Objects.requireNonNull(GoldenFiles.class.getResource("/data/" + name), name)
                    .toURI();
            return Path.of(uri);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Checks the columns that all column files have. */
    public static void assertColumns(Table table) {
        assertThat(table.rows()).isEqualTo(ROWS);
        assertTexts(table, "flag", holes(i -> i % 2 == 0 ? "true" : "false"));
        assertTexts(table, "i8", i -> String.valueOf(i % 256 - 128));
        assertTexts(table, "u8", i -> String.valueOf(i % 256));
        assertTexts(table, "i32", holes(i -> String.valueOf(i * 1000 - 7)));
        assertTexts(table, "u32", i -> String.valueOf(4294967295L - i));
        assertTexts(table, "i64", String::valueOf);
        assertTexts(table, "id", i -> String.valueOf(9007199254740993L + i));
        assertTexts(table, "u64", i -> Long.toUnsignedString(-1L - i));
        assertTexts(table, "f16", i -> decimal(i / 4.0));
        assertTexts(table, "f32", holes(i -> decimal(i / 8.0)));
        assertTexts(table, "f64", i -> decimal(i / 10.0));
        assertTexts(table, "dec", holes(String::valueOf));
        assertTexts(table, "day", String::valueOf);
        assertTexts(table, "text", holes(i -> "wörd" + i % 7));
        assertTexts(table, "long", i -> "a text of more than twelve bytes " + i);
        assertTexts(table, "kind", i -> i % 2 == 0 ? "a" : "b");
        assertThat(table.numbers("f64")[7]).isEqualTo(0.7f);
    }

    public static IntFunction<String> holes(IntFunction<String> cell) {
        return i -> i % 3 == 1 ? "" : cell.apply(i);
    }

    public static void assertTexts(Table table, String column, IntFunction<String> cell) {
        assertThat(table.texts(column))
                .as(column)
                .isEqualTo(IntStream.range(0, ROWS).mapToObj(cell).toList());
    }

    private static String decimal(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /**
     * Damages a file in many ways: it is read, or refused by name; nothing else is thrown, and what is refused was
     * worth a file's name.
     *
     * @return how many of the damaged files were refused
     */
    public static int fuzz(Path golden, Path copy, long seed, int tries, Function<Path, Object> reader)
            throws IOException {
        byte[] bytes = Files.readAllBytes(golden);
        var random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < tries; i++) {
            byte[] damaged = bytes.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                // Half of the damage goes to the ends, where headers and footers are.
                int at = random.nextInt(random.nextBoolean() ? damaged.length : Math.min(damaged.length, 200));
                at = random.nextBoolean() ? at : damaged.length - 1 - at;
                damaged[at] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) (damaged[at] ^ 1 << random.nextInt(8));
            }
            if (random.nextInt(8) == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            Files.write(copy, damaged);
            try {
                Objects.requireNonNull(reader.apply(copy));
            } catch (MalformedFileException e) {
                if (!e.source().startsWith(copy.toString())) {
                    throw new AssertionError("the file is not named", e);
                }
                refused++;
            }
        }
        return refused;
    }
}
