package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FaultyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandArchiveTest {
    @TempDir
    Path directory;

    @Test
    void segments_holdEveryEntryInOrder() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            archive.cut();
            append(archive, 3, 5);
        }

        assertThat(indexes()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(segmentNames()).hasSize(2);
    }

    @Test
    void resume_anywhere_changesNothing() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            archive.cut();
            append(archive, 3, 6);
        }
        List<byte[]> before = contents();
        for (long last : new long[] {5, 4, 2, 1, -1}) {
            try (CommandArchive archive = open(last)) {
                assertThat(archive.cut()).hasSize(2);
            }
            assertThat(contents()).containsExactlyElementsOf(before);
        }
    }

    @Test
    void append_whatIsThereAlready_changesNothing_andGoesOnBehindIt() throws IOException {
        for (int last = -1; last < 6; last++) {
            try (CommandArchive archive = open(-1)) {
                append(archive, 0, 3);
                archive.cut();
                append(archive, 3, 6);
            }
            ArchiveChain before = chain();
            try (CommandArchive archive = open(last)) {
                append(archive, last + 1, 6);
                assertThat(chain().isSame(before)).isTrue();
                append(archive, 6, 8);
            }
            assertThat(indexes()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
            assertThat(chain().last()).isEqualTo(7);
            deleteAll();
        }
    }

    @Test
    void append_anotherEntryThanArchived_dropsFromThereOn() throws IOException {
        for (int other = 0; other < 6; other++) {
            try (CommandArchive archive = open(-1)) {
                append(archive, 0, 3);
                archive.cut();
                append(archive, 3, 6);
            }
            try (CommandArchive archive = open(-1)) {
                append(archive, 0, other);
                archive.append(other, other, "another".getBytes(StandardCharsets.UTF_8));
                append(archive, other + 1, 7);
            }
            assertThat(indexes()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(chain().last()).isEqualTo(6);
            deleteAll();
        }
    }

    @Test
    void append_entryThatTheArchiveLacks_dropsWhatFollows() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 2);
            append(archive, 4, 6);
        }
        try (CommandArchive archive = open(1)) {
            append(archive, 3, 4);
        }

        assertThat(indexes()).containsExactly(0L, 1L, 3L);
    }

    @Test
    void append_notAfterTheLast_isRefused() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 2);

            assertThatThrownBy(() -> append(archive, 1, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("entry 1 must follow entry 1");
        }
    }

    @Test
    void append_beginningOfASegmentFails_isTriedAgain() throws IOException {
        var disk = new FaultyDisk();
        try (var archive = new CommandArchive(directory, new DurableFiles(disk, failed -> {}))) {
            archive.resume(-1);
            append(archive, 0, 1);
            archive.cut();
            disk.failingAtNext(FaultyDisk.Step.OPEN);
            assertThatThrownBy(() -> append(archive, 1, 2)).hasMessageContaining("injected");
            append(archive, 1, 3);
        }

        assertThat(indexes()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void cut_whatItReturns_neverGrows() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            List<Path> closed = archive.cut();
            List<byte[]> before = contents();

            append(archive, 3, 6);

            assertThat(closed).hasSize(1);
            assertThat(contents().get(0)).isEqualTo(before.get(0));
            assertThat(archive.cut()).hasSize(2).containsAll(closed);
        }
    }

    @Test
    void resume_andTheSameEntriesAgain_givesTheSameChain() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 6);
        }
        ArchiveChain before = chain();
        try (CommandArchive archive = open(3)) {
            append(archive, 4, 6);
        }

        assertThat(chain().isSame(before)).isTrue();
    }

    @Test
    void resume_laterThanTheLastEntry_leavesAGapThatShows() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
        }
        try (CommandArchive archive = open(10)) {
            append(archive, 11, 13);
        }

        assertThat(indexes()).containsExactly(0L, 1L, 2L, 11L, 12L);
        assertThat(chain().last()).isEqualTo(12);
    }

    @Test
    void open_changedEntryWithAGoodChecksum_isFoundByTheChain() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            archive.cut();
            append(archive, 3, 5);
        }
        Path first = segments().get(0);
        Files.delete(first);
        try (CommandArchive forged = new CommandArchive(directory.resolve("forged"), files())) {
            forged.resume(-1);
            forged.append(0, 0, entry(0));
            forged.append(1, 1, "another".getBytes(StandardCharsets.UTF_8));
            forged.append(2, 2, entry(2));
        }
        Files.move(directory.resolve("forged").resolve(first.getFileName()), first);

        assertThatThrownBy(() -> open(1))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("another entry 2");
    }

    @Test
    void deleteUpTo_keepsTheCurrentSegmentAndWhatIsNotPast() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            archive.cut();
            append(archive, 3, 6);
            archive.cut();
            append(archive, 6, 7);

            archive.deleteUpTo(1);
            assertThat(archive.segments()).hasSize(3);
            archive.deleteUpTo(2);
            assertThat(archive.segments()).hasSize(2);
            archive.deleteUpTo(100);
            assertThat(archive.segments()).hasSize(1);
        }
        assertThat(indexes()).containsExactly(6L);
    }

    @Test
    void deleteUpTo_whileTheLogGivesEntriesAgain_deletesNothing() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            archive.cut();
            append(archive, 3, 6);
        }
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 1);
            archive.deleteUpTo(100);
            assertThat(archive.segments()).hasSize(2);
            append(archive, 1, 7);
            archive.deleteUpTo(2);
            assertThat(archive.segments()).hasSize(1);
        }
        assertThat(indexes()).containsExactly(3L, 4L, 5L, 6L);
    }

    @Test
    void open_tornFirstFrame_isDropped() throws IOException {
        try (CommandArchive archive = open(-1)) {
            append(archive, 0, 3);
            archive.cut();
            append(archive, 3, 4);
        }
        Path last = segments().get(1);
        byte[] bytes = Files.readAllBytes(last);
        for (int size = 8; size < 8 + 12 + 40; size++) {
            Files.write(last, java.util.Arrays.copyOf(bytes, size));
            try (CommandArchive archive = open(2)) {
                append(archive, 3, 4);
            }
            assertThat(indexes()).containsExactly(0L, 1L, 2L, 3L);
        }
    }

    private DurableFiles files() {
        return new DurableFiles(Disk.REAL, failed -> {});
    }

    private CommandArchive open(long last) throws IOException {
        var archive = new CommandArchive(directory, files());
        archive.resume(last);
        return archive;
    }

    private static void append(CommandArchive archive, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            archive.append(i, i, entry(i));
        }
    }

    private static byte[] entry(int i) {
        return ("entry " + i).getBytes(StandardCharsets.UTF_8);
    }

    private List<Path> segments() throws IOException {
        return new CommandArchive(directory, files()).segments();
    }

    private List<byte[]> contents() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path segment : segments()) {
            contents.add(Files.readAllBytes(segment));
        }
        return contents;
    }

    private void deleteAll() throws IOException {
        for (Path segment : segments()) {
            Files.delete(segment);
        }
    }

    private List<String> segmentNames() throws IOException {
        return segments().stream().map(file -> file.getFileName().toString()).toList();
    }

    private ArchiveChain chain() throws IOException {
        ArchiveChain chain = ArchiveChain.START;
        for (Path segment : segments()) {
            var reader = new ArchiveChain.Reader(chain);
            Frames.read(segment, CommandArchive.MAGIC, frame -> reader.acceptUpTo(Long.MAX_VALUE, frame));
            chain = reader.chain();
        }
        return chain;
    }

    private List<Long> indexes() throws IOException {
        List<Long> indexes = new ArrayList<>();
        for (Path segment : segments()) {
            List<byte[]> frames = new ArrayList<>();
            Frames.read(segment, CommandArchive.MAGIC, frames::add);
            frames.stream()
                    .skip(1)
                    .forEach(
                            frame -> indexes.add(java.nio.ByteBuffer.wrap(frame).getLong()));
        }
        return indexes;
    }
}
