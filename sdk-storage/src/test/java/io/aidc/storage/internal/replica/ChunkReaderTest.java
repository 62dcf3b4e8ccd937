package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunkReaderTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final ChunkId ID = ChunkId.of(CONTENT);

    private final MemoryChunks local = new MemoryChunks();
    private final MemoryChunks b = new MemoryChunks();
    private final MemoryChunks c = new MemoryChunks();
    private final Replica localReplica = Replica.of("a", local);
    private final List<Replica> peers = List.of(Replica.of("b", b), Replica.of("c", c));
    private final RecordedEvents events = new RecordedEvents();

    @AfterEach
    void endThreads() {
        Threads.finish(localReplica.writer());
    }

    private ChunkReader reader(long cacheBytes) {
        return new ChunkReader(localReplica, () -> peers, cacheBytes, null, events);
    }

    @Test
    void read_localCopy_asksNobodyElse() throws IOException {
        local.content.put(ID, CONTENT);

        assertThat(reader(0).read(ID)).isEqualTo(CONTENT);
        assertThat(b.gets).hasValue(0);
    }

    @Test
    void read_corruptLocalCopy_isNeverServed_andHealed() throws Exception {
        local.content.put(ID, new byte[] {1, 2, 2});
        c.content.put(ID, CONTENT);

        assertThat(reader(0).read(ID)).isEqualTo(CONTENT);

        assertThat(events.repaired.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(local.content.get(ID)).isEqualTo(CONTENT);
        assertThat(events.all).containsExactly("corrupt a", "repaired from c");
    }

    @Test
    void read_muchThatIsMissingHere_queuesBoundedBytesForRepair() throws IOException {
        var released = new CountDownLatch(1);
        localReplica.writer().execute(() -> awaitQuietly(released));
        ChunkReader reader = reader(0);
        for (int i = 0; i < 80; i++) {
            byte[] content = new byte[1 << 20];
            content[0] = (byte) i;
            b.content.put(ChunkId.of(content), content);
            assertThat(reader.read(ChunkId.of(content))).isEqualTo(content);
        }

        released.countDown();
        Threads.finish(localReplica.writer());

        assertThat(local.content).hasSize(64);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void read_corruptEverywhere_failsAndSaysThatAllAnswered() {
        local.content.put(ID, new byte[] {1});
        b.content.put(ID, new byte[] {2});

        assertThatThrownBy(() -> reader(1 << 20).read(ID))
                .isInstanceOfSatisfying(ChunkUnavailableException.class, e -> {
                    assertThat(e.id()).isEqualTo(ID);
                    assertThat(e.everyNodeAnswered()).isTrue();
                    assertThat(e).hasMessageContaining("a: Corrupt").hasMessageContaining("c: Missing");
                });
    }

    @Test
    void read_onlyHolderDown_failsAndSaysThatNotAllAnswered() {
        c.down = true;

        assertThatThrownBy(() -> reader(1 << 20).read(ID))
                .isInstanceOfSatisfying(
                        ChunkUnavailableException.class,
                        e -> assertThat(e.everyNodeAnswered()).isFalse());
    }

    @Test
    void read_afterAFailure_triesAgain() throws IOException {
        ChunkReader reader = reader(1 << 20);
        assertThatThrownBy(() -> reader.read(ID)).isInstanceOf(ChunkUnavailableException.class);
        b.content.put(ID, CONTENT);

        assertThat(reader.read(ID)).isEqualTo(CONTENT);
    }

    @Test
    void read_nodeThatFailedLately_isAskedLast() throws IOException {
        b.down = true;
        c.content.put(ID, CONTENT);
        ChunkReader reader = reader(0);
        reader.read(ID);
        int asked = b.gets.get();
        local.content.clear();
        endThreads();
        local.content.clear();

        reader.read(ID);

        assertThat(b.gets).hasValue(asked);
    }

    @Test
    void read_twice_isServedFromMemoryWithinTheLimit() throws IOException {
        local.content.put(ID, CONTENT);
        ChunkReader caching = reader(CONTENT.length);
        caching.read(ID);
        caching.read(ID);
        assertThat(local.gets).hasValue(1);

        ChunkReader small = reader(CONTENT.length - 1);
        small.read(ID);
        small.read(ID);
        assertThat(local.gets).hasValue(3);
    }

    @Test
    void read_sameChunkFromTwoThreads_isLoadedOnce() throws Exception {
        local.content.put(ID, CONTENT);
        local.gate = new CountDownLatch(1);
        ChunkReader reader = reader(1 << 20);
        CompletableFuture<byte[]> first = readAsync(reader);
        while (local.gets.get() == 0) {
            Thread.onSpinWait();
        }
        CompletableFuture<byte[]> second = readAsync(reader);
        local.gate.countDown();

        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(CONTENT);
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(CONTENT);
        assertThat(local.gets).hasValue(1);
    }

    private static CompletableFuture<byte[]> readAsync(ChunkReader reader) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return reader.read(ID);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
