package io.aidc.storage.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every chunk store must do, on top of files in {@link #directory}. */
public abstract class ChunkStoreContract {
    protected static final byte[] CONTENT = {1, 2, 3};
    protected static final ChunkId ID = ChunkId.of(CONTENT);

    @TempDir
    protected Path directory;

    protected abstract ChunkStore store();

    protected PackedChunks local() throws IOException {
        return new PackedChunks(directory, new DurableFiles(Disk.REAL, failure -> {}), new RecordedDamage());
    }

    @Test
    void get_whatWasPut_isFound() throws IOException {
        store().put(ID, CONTENT);

        assertThat(content(store().get(ID))).isEqualTo(CONTENT);
        assertThat(store().missing(List.of(ID))).isEmpty();
    }

    @Test
    void get_unknownId_isMissing() throws IOException {
        assertThat(store().get(ID)).isInstanceOf(Lookup.Missing.class);
        assertThat(store().missing(List.of(ID))).containsExactly(ID);
    }

    @Test
    void put_nothing_isFoundAsNothing() throws IOException {
        ChunkId empty = ChunkId.of(new byte[0]);
        store().put(empty, new byte[0]);

        assertThat(content(store().get(empty))).isEmpty();
    }

    @Test
    void put_contentOfAnotherId_isRefused() throws IOException {
        assertThatThrownBy(() -> store().put(ID, new byte[] {9}))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining(ID.toString());
        assertThat(store().get(ID)).isInstanceOf(Lookup.Missing.class);
    }

    @Test
    void get_flippedBit_isCorruptUntilPutAgain() throws IOException {
        store().put(ID, CONTENT);
        PackBytes.flipOneBitOf(CONTENT, directory);

        assertThat(store().get(ID)).isInstanceOf(Lookup.Corrupt.class);

        store().put(ID, CONTENT);
        assertThat(content(store().get(ID))).isEqualTo(CONTENT);
    }

    @Test
    void put_largestBlob_isFound() throws IOException {
        byte[] large = new byte[ChunkStore.MAX_BYTES];
        new Random(1).nextBytes(large);
        store().put(ChunkId.of(large), large);

        assertThat(content(store().get(ChunkId.of(large)))).isEqualTo(large);
    }

    @Test
    void put_sameChunkFromTwoThreads_isStoredOnce() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        Runnable put = () -> {
            try {
                store().put(ID, CONTENT);
            } catch (IOException e) {
                failures.add(e);
            }
        };
        var one = new Thread(put);
        var two = new Thread(put);
        one.start();
        two.start();
        one.join();
        two.join();

        assertThat(failures).isEmpty();
        assertThat(content(store().get(ID))).isEqualTo(CONTENT);
    }

    protected static byte[] content(Lookup lookup) {
        assertThat(lookup).isInstanceOf(Lookup.Found.class);
        return ((Lookup.Found) lookup).content();
    }
}
