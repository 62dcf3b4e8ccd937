package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CondemnedChunksTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final ChunkId ID = ChunkId.of(CONTENT);
    private static final ChunkId OTHER = ChunkId.of(new byte[] {4});

    private final MemoryChunks disk = new MemoryChunks();
    private final CondemnedChunks chunks = new CondemnedChunks(disk, Runnable::run);

    @Test
    void missing_condemned_isMissingThoughItCanBeRead() throws IOException {
        chunks.putAll(Map.of(ID, CONTENT, OTHER, new byte[] {4}));

        chunks.condemn(1, List.of(ID));

        assertThat(chunks.missing(List.of(ID, OTHER))).containsExactly(ID);
        assertThat(chunks.get(ID)).isInstanceOf(ChunkStore.Lookup.Found.class);
        assertThat(chunks.ids(null, 9)).contains(ID);
    }

    @Test
    void sweep_stillCondemned_isDeleted() throws IOException {
        chunks.put(ID, CONTENT);
        chunks.condemn(1, List.of(ID));

        assertThat(chunks.sweep(1, List.of(ID, OTHER))).isOne();
        assertThat(disk.content).isEmpty();
        assertThat(chunks.sweep(1, List.of(ID))).isZero();
    }

    @Test
    void sweep_putAgain_isKept() throws IOException {
        chunks.put(ID, CONTENT);
        chunks.condemn(1, List.of(ID));
        chunks.put(ID, CONTENT);

        assertThat(chunks.missing(List.of(ID))).isEmpty();
        assertThat(chunks.sweep(1, List.of(ID))).isZero();
        assertThat(disk.content).containsKey(ID);
    }

    @Test
    void sweep_putFailed_isNotRescued() throws IOException {
        chunks.put(ID, CONTENT);
        chunks.condemn(1, List.of(ID));
        disk.down = true;
        assertThatThrownBy(() -> chunks.put(ID, CONTENT)).isInstanceOf(IOException.class);
        disk.down = false;

        assertThat(chunks.missing(List.of(ID))).containsExactly(ID);
    }

    @Test
    void sweep_ofAnotherEpoch_deletesNothing() throws IOException {
        chunks.putAll(Map.of(ID, CONTENT, OTHER, new byte[] {4}));
        chunks.condemn(5, List.of(ID));

        assertThat(chunks.sweep(4, List.of(ID))).isZero();
        assertThat(chunks.sweep(6, List.of(ID))).isZero();

        chunks.condemn(6, List.of(OTHER));
        assertThat(chunks.missing(List.of(ID, OTHER))).containsExactly(OTHER);
        assertThat(chunks.sweep(5, List.of(ID, OTHER))).isZero();
        assertThat(disk.content).containsOnlyKeys(ID, OTHER);
    }

    @Test
    void condemn_sameEpoch_adds_lowerIsRefused() throws IOException {
        chunks.putAll(Map.of(ID, CONTENT, OTHER, new byte[] {4}));
        chunks.condemn(5, List.of(ID));
        chunks.condemn(5, List.of(OTHER));

        assertThat(chunks.missing(List.of(ID, OTHER))).containsExactlyInAnyOrder(ID, OTHER);
        assertThatThrownBy(() -> chunks.condemn(4, List.of(ID)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epoch must be >= 5, got 4");
    }

    @Test
    void sweep_notCondemned_isKept() throws IOException {
        chunks.put(ID, CONTENT);

        assertThat(chunks.sweep(0, List.of(ID))).isZero();
        assertThat(disk.content).containsKey(ID);
    }

    @Test
    void sweep_duringAPut_waitsForIt() throws Exception {
        chunks.put(ID, CONTENT);
        chunks.condemn(1, List.of(ID));
        disk.gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> put = threads.submit(() -> {
                chunks.put(ID, CONTENT);
                return null;
            });
            while (disk.waiting.get() == 0) {
                Thread.onSpinWait();
            }
            Future<Long> sweep = threads.submit(() -> chunks.sweep(1, List.of(ID)));
            disk.gate.countDown();

            put.get();
            assertThat(sweep.get()).isZero();
            assertThat(disk.content).containsKey(ID);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void putAndSweep_twoThreads_whatWasPutLastOrFoundIsThere() throws Exception {
        List<ChunkId> ids = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            contents.add(new byte[] {(byte) i, 7});
            ids.add(ChunkId.of(contents.get(i)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (long epoch = 1; epoch <= 200; epoch++) {
                long now = epoch;
                chunks.condemn(now, ids);
                Future<?> uploads = threads.submit(() -> {
                    for (int i = 0; i < ids.size(); i++) {
                        if (!chunks.missing(List.of(ids.get(i))).isEmpty()) {
                            chunks.put(ids.get(i), contents.get(i));
                        }
                    }
                    return null;
                });
                Future<Long> sweeps = threads.submit(() -> chunks.sweep(now, ids));
                uploads.get();
                sweeps.get();
                assertThat(chunks.missing(ids)).isEmpty();
                assertThat(disk.content).containsOnlyKeys(ids);
            }
        } finally {
            threads.shutdown();
        }
    }
}
