package io.aidc.storage.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.FaultyDisk.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DurableFilesTest {
    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private final List<FlushFailedException> failures = new ArrayList<>();
    private final DurableFiles files = new DurableFiles(disk, failures::add);

    @Test
    void write_content_isThereWithoutScratchFile() throws IOException {
        files.write(target(), directory, new byte[] {1, 2});

        assertThat(target()).hasBinaryContent(new byte[] {1, 2});
        assertThat(list()).containsExactly(target());
    }

    @Test
    void write_scratchFileOfAnEarlierProcess_isInNobodysWay() throws IOException {
        Files.write(directory.resolve(target().getFileName() + ".1.tmp"), new byte[10]);

        files.write(target(), directory, new byte[] {1});

        assertThat(target()).hasBinaryContent(new byte[] {1});
        assertThat(list()).containsExactly(target());
    }

    @Test
    void write_existingTarget_isReplaced() throws IOException {
        files.write(target(), directory, new byte[] {1});
        files.write(target(), directory, new byte[] {2});

        assertThat(target()).hasBinaryContent(new byte[] {2});
    }

    @ParameterizedTest
    @EnumSource
    void write_failureAtAnyStep_leavesOldOrNewContentAndNoScratchFile(Step step) throws IOException {
        files.write(target(), directory, new byte[] {1});
        disk.failingAtNext(step);

        assertThatThrownBy(() -> files.write(target(), directory, new byte[] {2, 2}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("injected at " + step);

        boolean renamed = step == Step.FORCE_DIRECTORY;
        assertThat(target()).hasBinaryContent(renamed ? new byte[] {2, 2} : new byte[] {1});
        assertThat(list()).containsExactly(target());
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE", "FORCE_DIRECTORY"})
    void write_failedFlush_stopsForGoodAndTellsOnce(Step step) {
        disk.failingAtNext(step);
        assertThatThrownBy(() -> files.write(target(), directory, new byte[1]))
                .isInstanceOf(FlushFailedException.class);

        Path other = directory.resolve("other");
        assertThatThrownBy(() -> files.write(other, directory, new byte[1])).isInstanceOf(FlushFailedException.class);
        assertThatThrownBy(() -> files.forceDirectory(directory)).isInstanceOf(FlushFailedException.class);
        assertThat(other).doesNotExist();
        assertThat(failures).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "MOVE"})
    void write_otherFailure_doesNotStop(Step step) throws IOException {
        disk.failingAtNext(step);
        assertThatThrownBy(() -> files.write(target(), directory, new byte[1])).isInstanceOf(IOException.class);

        files.write(target(), directory, new byte[] {3});

        assertThat(target()).hasBinaryContent(new byte[] {3});
        assertThat(failures).isEmpty();
    }

    @Test
    void createDirectories_deep_createsAll() throws IOException {
        files.createDirectories(directory.resolve("a/b/c"));

        assertThat(directory.resolve("a/b/c")).isDirectory();
    }

    private Path target() {
        return directory.resolve("target");
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.toList();
        }
    }
}
