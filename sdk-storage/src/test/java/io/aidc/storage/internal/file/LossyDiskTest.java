package io.aidc.storage.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.LossyDisk.Fault;
import io.aidc.storage.internal.file.LossyDisk.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossyDiskTest {
    private static final int CUTS = 60;
    private static final OpenOption[] NEW = {
        StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE
    };

    @TempDir
    Path temporary;

    private Path root;
    private LossyDisk disk;
    private int laidOut;

    @BeforeEach
    void create() throws IOException {
        root = Files.createDirectory(temporary.resolve("live"));
        disk = new LossyDisk(root);
    }

    @ParameterizedTest
    @EnumSource
    void flushedFileWithFlushedName_survivesEachCut(Mode mode) throws IOException {
        try (FileChannel channel = create("f")) {
            write(channel, "kept");
            disk.force(channel, root.resolve("f"));
        }
        disk.forceDirectory(root);

        assertThat(outcomes(mode, "f")).containsExactly("kept");
    }

    @ParameterizedTest
    @EnumSource
    void flushedFileWithoutFlushedName_mayBeMissing(Mode mode) throws IOException {
        try (FileChannel channel = create("f")) {
            write(channel, "kept");
            disk.force(channel, root.resolve("f"));
        }

        assertThat(outcomes(mode, "f")).containsExactly("(none)", "kept");
    }

    @Test
    void unflushedBytes_ordered_leaveEachPrefix() throws IOException {
        try (FileChannel channel = create("f")) {
            write(channel, "ab");
            disk.force(channel, root.resolve("f"));
            disk.forceDirectory(root);
            write(channel, "c");
            write(channel, "d");
        }

        assertThat(outcomes(Mode.ORDERED, "f")).containsExactly("ab", "abc", "abcd");
    }

    @Test
    void unflushedBytes_wild_mayBeZerosOrOutOfOrder() throws IOException {
        try (FileChannel channel = create("f")) {
            write(channel, "ab");
            disk.force(channel, root.resolve("f"));
            disk.forceDirectory(root);
            write(channel, "c");
            write(channel, "d");
        }

        assertThat(outcomes(Mode.WILD, "f"))
                .containsExactlyInAnyOrder("ab", "abc", "ab\0", "abcd", "ab\0d", "abc\0", "ab\0\0");
    }

    @Test
    void unflushedWriteOfSeveralSectors_wild_mayHaveHoles() throws IOException {
        byte[] content = new byte[2048];
        Arrays.fill(content, (byte) 7);
        try (FileChannel channel = create("f")) {
            channel.write(ByteBuffer.wrap(content));
        }
        disk.forceDirectory(root);
        boolean holed = false;
        for (int seed = 0; seed < CUTS; seed++) {
            byte[] left = Files.readAllBytes(cut(Mode.WILD, seed).resolve("f"));
            holed |= left.length == 2048 && left[0] == 0 && left[511] == 0 && left[512] == 7;
        }
        assertThat(holed).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void unflushedRename_leavesOldOrNew_neverBothNorNone(Mode mode) throws IOException {
        new DurableFiles(disk, failure -> {}).write(root.resolve("f"), root, "old".getBytes(UTF_8));
        try (FileChannel channel = create("f.tmp")) {
            write(channel, "new");
            disk.force(channel, root.resolve("f.tmp"));
        }
        disk.move(root.resolve("f.tmp"), root.resolve("f"));

        assertThat(outcomes(mode, "f")).containsExactly("new", "old");
        disk.forceDirectory(root);
        assertThat(outcomes(mode, "f")).containsExactly("new");
        assertThat(outcomes(mode, "f.tmp")).containsExactly("(none)");
    }

    @Test
    void twoUnflushedNames_ordered_areAPrefix_wild_areAnySubset() throws IOException {
        create("1").close();
        create("2").close();

        assertThat(namesAfter(Mode.ORDERED)).containsExactlyInAnyOrder("", "1", "12");
        assertThat(namesAfter(Mode.WILD)).containsExactlyInAnyOrder("", "1", "2", "12");
    }

    @ParameterizedTest
    @EnumSource
    void deletion_isCertainOnceItsDirectoryIsFlushed(Mode mode) throws IOException {
        new DurableFiles(disk, failure -> {}).write(root.resolve("f"), root, "old".getBytes(UTF_8));
        Files.delete(root.resolve("f"));
        assertThat(outcomes(mode, "f")).containsExactly("(none)", "old");

        disk.forceDirectory(root);

        assertThat(outcomes(mode, "f")).containsExactly("(none)");
    }

    @ParameterizedTest
    @EnumSource
    void newDirectory_withoutFlushOfItsParent_mayTakeItsFilesAlong(Mode mode) throws IOException {
        Path directory = Files.createDirectory(root.resolve("d"));
        try (FileChannel channel = disk.open(directory.resolve("f"), NEW)) {
            write(channel, "x");
            disk.force(channel, directory.resolve("f"));
        }
        disk.forceDirectory(directory);
        assertThat(outcomes(mode, "d/f")).containsExactly("(none)", "x");

        disk.forceDirectory(root);

        assertThat(outcomes(mode, "d/f")).containsExactly("x");
    }

    @ParameterizedTest
    @EnumSource
    void failedFlush_losesThePages_thoughTheNextOneSucceeds(Mode mode) throws IOException {
        try (FileChannel channel = create("f")) {
            disk.forceDirectory(root);
            write(channel, "lost");
            disk.fail(Fault.FLUSH_FAILS);
            assertThatThrownBy(() -> disk.force(channel, root.resolve("f"))).isInstanceOf(IOException.class);
            disk.force(channel, root.resolve("f"));
        }

        assertThat(root.resolve("f")).hasContent("lost");
        assertThat(outcomes(mode, "f")).containsExactly("");
    }

    @Test
    void faults_happenOnce_aFullDiskUntilRepair() throws IOException {
        try (FileChannel channel = create("f")) {
            disk.fail(Fault.WRITE_FAILS);
            assertThatThrownBy(() -> write(channel, "abcd")).hasMessageContaining("Input/output error");
            disk.fail(Fault.SHORT_WRITE);
            channel.position(0);
            assertThat(channel.write(ByteBuffer.wrap(new byte[4]))).isEqualTo(1);
            disk.fail(Fault.NO_SPACE);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> write(channel, "x")).hasMessageContaining("No space left");
            }
            disk.repair();
            write(channel, "x");
            disk.fail(Fault.READ_FAILS);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("Input/output");
            assertThat(channel.read(ByteBuffer.allocate(9), 0)).isEqualTo(2);
            disk.fail(Fault.DIRECTORY_FLUSH_FAILS);
            assertThatThrownBy(() -> disk.forceDirectory(root)).hasMessageContaining("flush of directory");
            disk.forceDirectory(root);
        }
    }

    @Test
    void sameSeed_isTheSameOutcome() throws IOException {
        for (int i = 0; i < 8; i++) {
            try (FileChannel channel = create("f" + i)) {
                write(channel, "0123456789");
            }
        }
        for (Mode mode : Mode.values()) {
            assertThat(contents(cut(mode, 5))).isEqualTo(contents(cut(mode, 5)));
        }
        assertThat(contents(cut(Mode.WILD, 5))).isNotEqualTo(contents(cut(Mode.WILD, 6)));
    }

    private FileChannel create(String name) throws IOException {
        return disk.open(root.resolve(name), NEW);
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private Path cut(Mode mode, long seed) throws IOException {
        Path target = Files.createDirectory(temporary.resolve("cut" + laidOut++));
        disk.afterPowerCut(target, mode, seed);
        return target;
    }

    private Set<String> outcomes(Mode mode, String name) throws IOException {
        Set<String> outcomes = new TreeSet<>();
        for (int seed = 0; seed < CUTS; seed++) {
            Path file = cut(mode, seed).resolve(name);
            outcomes.add(Files.exists(file) ? Files.readString(file) : "(none)");
        }
        return outcomes;
    }

    private Set<String> namesAfter(Mode mode) throws IOException {
        Set<String> outcomes = new TreeSet<>();
        for (int seed = 0; seed < CUTS; seed++) {
            try (Stream<Path> paths = Files.list(cut(mode, seed))) {
                outcomes.add(String.join(
                        "",
                        paths.map(path -> path.getFileName().toString())
                                .sorted()
                                .toList()));
            }
        }
        return outcomes;
    }

    private static Set<String> contents(Path directory) throws IOException {
        Set<String> contents = new TreeSet<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                contents.add(path.getFileName() + "=" + Files.readString(path));
            }
        }
        return contents;
    }
}
