package io.aidc.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.FaultyDisk;
import io.aidc.storage.internal.file.FaultyDisk.Step;
import io.aidc.storage.internal.file.FlushFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectoryObjectsTest extends ObjectStoreContract {
    @TempDir
    Path root;

    @Override
    ObjectStore open() throws IOException {
        return DirectoryObjects.open(root.resolve("x/objects"));
    }

    private Path directory() {
        return root.resolve("x/objects");
    }

    @Test
    void put_object_isAFileUnderItsKey() throws IOException {
        store().putIfAbsent("data/1", CONTENT);

        assertThat(directory().resolve("data/1")).hasBinaryContent(CONTENT);
        assertThat(directory().resolve(".aidc")).isEmptyDirectory();
    }

    @Test
    void open_leftoversOfACrash_areRemoved() throws IOException {
        Path left = Files.write(directory().resolve(".aidc/left.tmp"), CONTENT);

        try (ObjectStore second = DirectoryObjects.open(directory())) {
            assertThat(left).doesNotExist();
            assertThat(list("")).isEmpty();
            assertThat(second.size("left.tmp")).isEmpty();
        }
    }

    @Test
    void open_secondStore_seesAndRespectsTheFirst() throws IOException {
        store().putIfAbsent("a", CONTENT);

        try (ObjectStore second = DirectoryObjects.open(directory())) {
            assertThat(second.get("a")).isEqualTo(CONTENT);
            assertThat(second.putIfAbsent("a", new byte[0])).isFalse();
            assertThat(second.putIfAbsent("b", CONTENT)).isTrue();
        }
        assertThat(list("")).containsExactly("a", "b");
    }

    @Test
    void open_file_fails() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");

        assertThatThrownBy(() -> DirectoryObjects.open(file)).isInstanceOf(IOException.class);
    }

    @Test
    void open_noHardLinks_saysSo() {
        var disk = new FaultyDisk().failingAtNext(Step.MOVE);

        assertThatThrownBy(() -> DirectoryObjects.open(directory(), disk))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no hard links in " + directory());
        assertThat(directory().resolve(".aidc")).isEmptyDirectory();
    }

    @Test
    void put_everyStepFailing_leavesAllOrNothing() throws IOException {
        int failures = 0;
        boolean stored = false;
        for (long step = 0; !stored; step++) {
            var disk = new FaultyDisk();
            Path target = root.resolve("faulty" + step);
            try (DirectoryObjects objects = DirectoryObjects.open(target, disk)) {
                disk.failingAt(step);
                try {
                    stored = objects.putIfAbsent("p/q/a", CONTENT);
                } catch (IOException e) {
                    failures++;
                    assertThat(e).hasStackTraceContaining("injected");
                }
                assertThat(target.resolve(".aidc")).isEmptyDirectory();
                if (objects.size("p/q/a").isPresent()) {
                    assertThat(objects.get("p/q/a")).isEqualTo(CONTENT);
                }
            }
        }
        // two directories, scratch: open and force, link, name
        assertThat(failures).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FORCE", "FORCE_DIRECTORY"})
    void put_afterAFailedFlush_writesNothingMore(Step step) throws IOException {
        var disk = new FaultyDisk();
        try (DirectoryObjects objects = DirectoryObjects.open(root.resolve("faulty"), disk)) {
            objects.putIfAbsent("old", CONTENT);
            disk.failingAtNext(step);
            assertThatThrownBy(() -> objects.putIfAbsent("a", CONTENT)).isInstanceOf(FlushFailedException.class);

            assertThatThrownBy(() -> objects.putIfAbsent("b", CONTENT)).isInstanceOf(FlushFailedException.class);
            assertThatThrownBy(() -> objects.putIfAbsent("a", CONTENT)).isInstanceOf(FlushFailedException.class);
            assertThatThrownBy(() -> objects.delete("old")).isInstanceOf(FlushFailedException.class);
            assertThat(objects.get("old")).isEqualTo(CONTENT);
            assertThat(objects.size("b")).isEmpty();
        }
    }

    @Test
    void put_takenKey_flushesTheNameOfTheOther() throws IOException {
        store().putIfAbsent("p/q/a", CONTENT);
        var disk = new FaultyDisk();
        try (DirectoryObjects second = DirectoryObjects.open(directory(), disk)) {
            disk.flushedDirectories.clear();
            assertThat(second.putIfAbsent("p/q/a", CONTENT)).isFalse();
            assertThat(disk.flushedDirectories)
                    .containsExactly(
                            directory(), directory().resolve("p"), directory().resolve("p/q"));

            disk.flushedDirectories.clear();
            assertThat(second.putIfAbsent("p/q/b", CONTENT)).isTrue();
            assertThat(disk.flushedDirectories).containsExactly(directory().resolve("p/q"));
        }
    }

    @Test
    void delete_object_flushesItsDirectory() throws IOException {
        var disk = new FaultyDisk();
        try (DirectoryObjects objects = DirectoryObjects.open(directory(), disk)) {
            objects.putIfAbsent("p/a", CONTENT);
            disk.flushedDirectories.clear();
            objects.delete("p/a");
            assertThat(disk.flushedDirectories).containsExactly(directory().resolve("p"));

            disk.flushedDirectories.clear();
            objects.delete("p/a");
            assertThat(disk.flushedDirectories).isEmpty();
        }
    }

    @Test
    void put_scratchRemovedByAnotherOpening_isWrittenAgain() throws IOException {
        var disk = new OtherOpenings(directory(), 3);
        try (DirectoryObjects objects = DirectoryObjects.open(directory(), disk)) {
            disk.started = true;
            assertThat(objects.putIfAbsent("p/a", CONTENT)).isTrue();
            assertThat(disk.left).isZero();
            assertThat(objects.get("p/a")).isEqualTo(CONTENT);
        }
    }

    @Test
    void put_scratchRemovedAgainAndAgain_fails() throws IOException {
        var disk = new OtherOpenings(directory(), Integer.MAX_VALUE);
        try (DirectoryObjects objects = DirectoryObjects.open(directory(), disk)) {
            disk.started = true;
            assertThatThrownBy(() -> objects.putIfAbsent("p/a", CONTENT)).isInstanceOf(NoSuchFileException.class);
            assertThat(objects.size("p/a")).isEmpty();
        }
    }

    /** Opens another store on the directory just before a scratch file is linked. */
    private static final class OtherOpenings implements Disk {
        private final Path directory;
        private int left;
        private boolean started;

        OtherOpenings(Path directory, int times) {
            this.directory = directory;
            left = times;
        }

        @Override
        public void link(Path file, Path name) throws IOException {
            if (started && left > 0) {
                left--;
                DirectoryObjects.open(directory).close();
            }
            Disk.super.link(file, name);
        }
    }

    @Test
    void put_directoryRemovedByAnOperator_isMadeAgain() throws IOException {
        store().putIfAbsent("p/q/a", CONTENT);
        Files.delete(directory().resolve("p/q/a"));
        Files.delete(directory().resolve("p/q"));

        assertThat(store().putIfAbsent("p/q/b", CONTENT)).isTrue();
        assertThat(list("")).containsExactly("p/q/b");
    }

    @Test
    void key_belowOrAboveAnotherKey_isRefusedAsTaken() throws IOException {
        store().putIfAbsent("a/b", CONTENT);

        assertThatThrownBy(() -> store().putIfAbsent("a", CONTENT)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store().putIfAbsent("a/b/c/d", CONTENT)).isInstanceOf(IOException.class);
        assertThat(store().size("a")).isEmpty();
        assertThat(store().size("a/b/c/d")).isEmpty();
        assertThatThrownBy(() -> store().get("a")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store().get("a/b/c/d")).isInstanceOf(NoSuchFileException.class);
        store().delete("a");
        store().delete("a/b/c/d");
        assertThat(list("")).containsExactly("a/b");
    }

    @Test
    void link_inTheDirectory_isNoObject() throws IOException {
        Path secret = Files.writeString(root.resolve("secret"), "secret");
        Files.createSymbolicLink(directory().resolve("link"), secret);
        Files.createSymbolicLink(directory().resolve("folder"), root);

        assertThat(list("")).isEmpty();
        assertThat(store().size("link")).isEmpty();
        assertThatThrownBy(() -> store().get("link")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store().putIfAbsent("link", CONTENT)).isInstanceOf(IOException.class);
        assertThat(secret).hasContent("secret");
    }

    @Test
    void list_foreignFiles_areLeftOut() throws IOException {
        Files.writeString(directory().resolve("a:b"), "");
        Files.writeString(directory().resolve("dot."), "");
        store().putIfAbsent("a", CONTENT);

        assertThat(list("")).containsExactly("a");
    }

    @Test
    void get_fileOverTheLimit_fails() throws IOException {
        try (FileChannel sparse = FileChannel.open(
                directory().resolve("large"),
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE)) {
            sparse.write(java.nio.ByteBuffer.allocate(1), ObjectStore.MAX_BYTES);
        }

        assertThatThrownBy(() -> store().get("large"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("134217729");
        assertThat(store().get("large", ObjectStore.MAX_BYTES - 1, 2)).hasSize(2);
    }

    @Test
    void put_largestObject_isStored() throws IOException {
        byte[] largest = new byte[ObjectStore.MAX_BYTES];
        assertThat(store().putIfAbsent("largest", largest)).isTrue();

        assertThat(store().size("largest")).hasValue(ObjectStore.MAX_BYTES);
    }

    @Test
    void toString_namesTheDirectory() {
        assertThat(store()).hasToString("DirectoryObjects[" + directory() + "]");
    }
}
