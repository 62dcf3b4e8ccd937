package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UploadTest {
    private final MemoryChunks a = new MemoryChunks();
    private final MemoryChunks b = new MemoryChunks();
    private final MemoryChunks c = new MemoryChunks();
    private final List<Replica> replicas = List.of(Replica.of("a", a), Replica.of("b", b), Replica.of("c", c));
    private final RecordedEvents events = new RecordedEvents();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    @AfterEach
    void endThreads() {
        List.of(a, b, c).forEach(store -> store.gate.countDown());
        replicas.forEach(replica -> Threads.finish(replica.writer()));
    }

    private Upload upload(Duration timeout) {
        return new Upload(replicas, 2, timeout, events, cancelled);
    }

    private Upload upload() {
        return upload(Duration.ofSeconds(20));
    }

    @Test
    void flush_allUp_everyNodeGetsEveryChunk() throws IOException {
        Upload upload = upload();
        add(upload, 1);
        add(upload, 2);
        upload.flush();
        endThreads();

        assertThat(List.of(a, b, c))
                .allSatisfy(store -> assertThat(store.content).hasSize(2));
        assertThat(events.all).isEmpty();
    }

    @Test
    void flush_oneDown_goesOnAndTellsOnce() throws IOException {
        c.down = true;
        Upload upload = upload();
        add(upload, 1);
        upload.flush();
        add(upload, 2);
        upload.flush();
        endThreads();

        assertThat(a.content).hasSize(2);
        assertThat(b.content).hasSize(2);
        assertThat(events.all).containsExactly("unreachable c");
    }

    @Test
    void flush_twoDown_failsWithCountsAndReasons() {
        b.down = true;
        c.down = true;
        Upload upload = upload();

        assertThatThrownBy(() -> {
                    add(upload, 1);
                    upload.flush();
                })
                .isInstanceOfSatisfying(TooFewCopiesException.class, e -> {
                    assertThat(e.needed()).isEqualTo(2);
                    assertThat(e.stored()).isLessThanOrEqualTo(1);
                    assertThat(e.getSuppressed()).isNotEmpty();
                });
    }

    @Test
    void flush_oneHangs_doesNotWaitForIt_andDropsItWhenItFallsBehind() throws IOException {
        c.gate = new CountDownLatch(1);
        Upload upload = upload();
        for (int i = 0; i < 8; i++) {
            add(upload, i);
            upload.flush();
        }

        assertThat(events.all).containsExactly("unreachable c");
        assertThat(a.content.size() + b.content.size()).isGreaterThanOrEqualTo(8);
        assertThat(c.content).isEmpty();
    }

    @Test
    void flush_majorityHangs_failsWithinTheTimeout() {
        b.gate = new CountDownLatch(1);
        c.gate = new CountDownLatch(1);
        Upload upload = upload(Duration.ofMillis(200));

        assertThatThrownBy(() -> {
                    add(upload, 1);
                    upload.flush();
                })
                .isInstanceOf(TooFewCopiesException.class);
    }

    @Test
    void flush_cancelled_failsAtOnce() {
        b.gate = new CountDownLatch(1);
        c.gate = new CountDownLatch(1);
        cancelled.complete(null);

        assertThatThrownBy(() -> {
                    Upload upload = upload();
                    add(upload, 1);
                    upload.flush();
                })
                .isInstanceOf(TooFewCopiesException.class);
    }

    @Test
    void flush_chunksTheNodesHave_areNotSentAgain() throws IOException {
        Upload first = upload();
        add(first, 1);
        first.flush();
        Upload second = upload();
        add(second, 1);
        add(second, 1);
        second.flush();
        endThreads();

        assertThat(List.of(a, b, c)).allSatisfy(store -> assertThat(store.puts).hasValue(1));
    }

    @Test
    void flush_partWithSomeKnownChunks_sendsTheOthersInOneGo() throws IOException {
        Upload first = upload();
        add(first, 1);
        first.flush();
        Upload second = upload();
        for (int i = 0; i < 9; i++) {
            add(second, i);
        }
        second.flush();
        endThreads();

        assertThat(List.of(a, b, c)).allSatisfy(store -> {
            assertThat(store.puts).hasValue(9);
            assertThat(store.batches).hasValue(2);
        });
    }

    @Test
    void storedBytes_growsWithEachFlush_countsRepeatedContent() throws IOException {
        Upload upload = upload();
        add(upload, 1);
        add(upload, 1);
        assertThat(upload.storedBytes()).isZero();
        upload.flush();
        assertThat(upload.storedBytes()).isEqualTo(2);

        b.down = true;
        c.down = true;
        add(upload, 2);
        assertThatThrownBy(upload::flush).isInstanceOf(TooFewCopiesException.class);
        assertThat(upload.storedBytes()).isEqualTo(2);
    }

    @Test
    void flush_nothing_doesNothing() throws IOException {
        a.down = true;
        b.down = true;
        upload().flush();

        assertThat(events.all).isEmpty();
    }

    private static void add(Upload upload, int number) throws IOException {
        byte[] content = {(byte) number};
        upload.add(ChunkId.of(content), content);
    }
}
