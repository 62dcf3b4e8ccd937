package io.aidc.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaintextSearchTest {
    private static final FileTime EVER = FileTime.fromMillis(0);

    @TempDir
    Path directory;

    @Test
    void search_findsANeedleAcrossTheEdgeOfABlock() throws IOException {
        byte[] hay = new byte[(1 << 20) + 4096];
        new Random(1).nextBytes(hay);
        byte[] needle = new byte[48];
        System.arraycopy(hay, (1 << 20) - 20, needle, 0, needle.length);
        Path file =
                Files.write(Files.createDirectories(directory.resolve("deep")).resolve("file"), hay);

        assertThat(new PlaintextSearch(needle, EVER).in(directory)).containsExactly(file);
    }

    @Test
    void search_withoutTheNeedle_findsNothing() throws IOException {
        Files.write(directory.resolve("empty"), new byte[0]);
        Files.write(directory.resolve("short"), new byte[10]);
        Files.write(directory.resolve("long"), new byte[3 << 20]);
        byte[] needle = new byte[48];
        needle[47] = 1;

        assertThat(new PlaintextSearch(needle, EVER).in(directory)).isEmpty();
    }

    @Test
    void search_passesOverOldFiles() throws IOException {
        Path file = Files.write(directory.resolve("old"), new byte[48]);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));

        assertThat(new PlaintextSearch(new byte[48], FileTime.fromMillis(2_000)).in(directory))
                .isEmpty();
    }
}
