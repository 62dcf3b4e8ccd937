package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FaultyDisk;
import io.aidc.storage.internal.file.FlushFailedException;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalChunksTest extends ChunkStoreContract {
    private LocalChunks store;

    @BeforeEach
    void openStore() throws IOException {
        store = local();
    }

    @Override
    ChunkStore store() {
        return store;
    }

    @Test
    void put_stoppedAtAnyStep_isWholeOrMissingAfterReopening() throws IOException {
        var disk = new FaultyDisk();
        int steps = 0;
        boolean completed = false;
        while (!completed) {
            Files.deleteIfExists(file(directory, ID));
            Files.deleteIfExists(file(directory, ID).getParent());
            LocalChunks faulty = new LocalChunks(directory, new DurableFiles(disk, failure -> {}));
            disk.failingAt(steps++);
            try {
                faulty.put(ID, CONTENT);
                completed = true;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            disk.failingAt(Long.MAX_VALUE);

            LocalChunks reopened = local();
            Lookup found = reopened.get(ID);
            assertThat(found).isNotInstanceOf(Lookup.Corrupt.class);
            assertThat(found instanceof Lookup.Found)
                    .isEqualTo(reopened.missing(List.of(ID)).isEmpty());
            assertThat(directory.resolve("tmp")).isEmptyDirectory();
            reopened.put(ID, CONTENT);
            assertThat(content(reopened.get(ID))).isEqualTo(CONTENT);
        }
        assertThat(steps)
                .as("two flushes around a new directory, open, flush, rename, flush directory")
                .isEqualTo(7);
    }

    @Test
    void open_halfWrittenFile_isDeletedAndNeverSeen() throws IOException {
        Files.write(directory.resolve("tmp").resolve(ID + ".1.tmp"), new byte[] {1});

        LocalChunks reopened = local();

        assertThat(reopened.get(ID)).isInstanceOf(Lookup.Missing.class);
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"FORCE", "FORCE_DIRECTORY"})
    void put_afterAFailedFlush_isRefused(FaultyDisk.Step step) throws IOException {
        var disk = new FaultyDisk();
        LocalChunks faulty = new LocalChunks(directory, new DurableFiles(disk, failure -> {}));
        Files.createDirectories(file(directory, ID).getParent()); // the directory that fails is the chunk's own
        disk.failingAtNext(step);

        assertThatThrownBy(() -> faulty.put(ID, CONTENT)).isInstanceOf(FlushFailedException.class);
        assertThatThrownBy(() -> faulty.put(ID, CONTENT)).isInstanceOf(FlushFailedException.class);
        assertThatThrownBy(() -> faulty.missing(List.of(ID))).isInstanceOf(FlushFailedException.class);
    }
}
