package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Cut points published by the Xet project, in one buffer and in pieces of 1, 37 and 255 bytes. */
class XetConformanceTest {
    private static final int KNOWN_CASES = 130;
    private static final Pattern CASE = Pattern.compile("\\{\"name\":.*?\"ends\":\\[[0-9,]*]}");

    private static final Path FOLDER = Path.of(System.getProperty("aidc.root", "."))
            .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
            .resolve("storage/xet");

    @Test
    void cut_publishedInputs_givesThePublishedEnds(TestReporter reporter) throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "XET CONFORMANCE NOT RUN: no folder " + FOLDER);
        String json = Files.readString(FOLDER.resolve("chunk-boundaries.json"));
        byte[] pattern = bytes(numbers(json, "pattern"));
        Matcher cases = CASE.matcher(json);
        int ran = 0;
        while (cases.find()) {
            check(cases.group(), pattern);
            ran++;
        }
        reporter.publishEntry("xet chunk boundary cases", Integer.toString(ran));
        assertThat(ran).isGreaterThanOrEqualTo(KNOWN_CASES);
    }

    @Test
    void table_publishedConstants_areOurs() throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "XET CONFORMANCE NOT RUN: no folder " + FOLDER);
        long[] published = Files.readAllLines(FOLDER.resolve("gear-table.txt")).stream()
                .mapToLong(line -> Long.parseUnsignedLong(line, 16))
                .toArray();

        assertThat(GearTable.load()).isEqualTo(published);
    }

    private static void check(String entry, byte[] pattern) {
        byte[] content = content(entry, pattern);
        Matcher checks = Pattern.compile("\"(\\d+)\":(\\d+)").matcher(entry);
        while (checks.find()) {
            assertThat(content[Integer.parseInt(checks.group(1))] & 0xFF)
                    .as("generator of %s", entry)
                    .isEqualTo(Integer.parseInt(checks.group(2)));
        }
        List<Integer> expected = Arrays.stream(numbers(entry, "ends")).boxed().toList();
        for (int piece : new int[] {Math.max(1, content.length), 1, 37, 255}) {
            assertThat(ChunkerTest.ends(content, piece, ChunkProfile.XET_64K))
                    .as("%s in pieces of %d", entry, piece)
                    .isEqualTo(expected);
        }
    }

    private static byte[] content(String entry, byte[] pattern) {
        int length = number(entry, "length");
        String generator = find(entry, "\"generator\":\"(\\w+)\"");
        return switch (generator) {
            case "splitmix64" -> splitMix(number(entry, "seed"), length);
            case "constant" -> repeated(new byte[] {(byte) number(entry, "value")}, length);
            case "pattern" -> repeated(Arrays.copyOf(pattern, pattern.length + number(entry, "padding")), length);
            default -> throw new IllegalArgumentException(generator);
        };
    }

    private static byte[] splitMix(long seed, int length) {
        ByteBuffer words = ByteBuffer.allocate(length + 8).order(ByteOrder.LITTLE_ENDIAN);
        long state = seed;
        while (words.position() < length) {
            state += 0x9E37_79B9_7F4A_7C15L;
            long z = (state ^ (state >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
            words.putLong(z ^ (z >>> 31));
        }
        return Arrays.copyOf(words.array(), length);
    }

    private static byte[] repeated(byte[] unit, int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = unit[i % unit.length];
        }
        return content;
    }

    private static byte[] bytes(int[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static int number(String json, String key) {
        return Integer.parseInt(find(json, "\"" + key + "\":(-?\\d+)"));
    }

    private static int[] numbers(String json, String key) {
        return Arrays.stream(find(json, "\"" + key + "\":\\[([0-9, ]*)]").split(","))
                .mapToInt(text -> Integer.parseInt(text.strip()))
                .toArray();
    }

    private static String find(String text, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        assertThat(matcher.find()).as("%s in %s", regex, text).isTrue();
        return matcher.group(1);
    }
}
