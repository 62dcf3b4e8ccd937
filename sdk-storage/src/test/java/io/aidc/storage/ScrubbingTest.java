package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubbingTest {
    @TempDir
    Path root;

    private final BlockingQueue<StoreEvent> events = new LinkedBlockingQueue<>();

    private ReplicatedStore open(long bytesPerSecond) {
        return ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve("store"))
                .chunking(ChunkProfile.XET_64K)
                .scrubbing(bytesPerSecond)
                .listener(events::add)
                .open();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(21).nextBytes(bytes);
        return bytes;
    }

    @Test
    void scrub_allGood_readsEachChunkOnce_andTellsAllBytes() throws IOException {
        try (ReplicatedStore store = open(0)) {
            byte[] content = random(3 << 20);
            store.publish("m", content).as("1").join();
            store.publish("m", content).as("2").join();
            List<Long> done = new ArrayList<>();
            List<Long> totals = new ArrayList<>();

            ScrubReport report = store.scrub((bytes, total) -> {
                done.add(bytes);
                totals.add(total);
            });

            long chunks = Objects.requireNonNull(store.data().nodes().get("a"))
                    .ids(null, 100_000)
                    .size();
            assertThat(report).isEqualTo(new ScrubReport(chunks, 0, 0, 0));
            assertThat(done).isSorted().startsWith(0L).endsWith((long) content.length);
            assertThat(totals).containsOnly((long) content.length);
        }
    }

    @Test
    void scrub_emptyStore_readsNothing() {
        try (ReplicatedStore store = open(0)) {
            assertThat(store.scrub((done, total) -> {})).isEqualTo(new ScrubReport(0, 0, 0, 0));
        }
    }

    @Test
    void scrub_onlyCopyLost_isToldAndCounted_garbageIsNot() throws Exception {
        try (ReplicatedStore store = open(0)) {
            store.publish("m", random(1 << 20)).as("1").join();
            store.publish("gone", new byte[100]).as("1").join();
            String chunk = store.resolve("gone@1").files().get(0).sha256();
            store.publish("m", new byte[] {1}).as("2").join();
            store.delete("m", "2", "").join();
            Objects.requireNonNull(store.data().nodes().get("a"))
                    .delete(List.of(ChunkId.parse("sha256-" + chunk), ChunkId.of(new byte[] {1})));

            ScrubReport report = store.scrub((done, total) -> {});

            assertThat(report.lost()).isOne();
            assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(new StoreEvent.ChunkLost("sha256-" + chunk));
            assertThat(events).isEmpty();
        }
    }

    @Test
    void background_damagedChunk_isFound() throws Exception {
        try (ReplicatedStore store = open(1L << 30)) {
            store.publish("gone", new byte[100]).as("1").join();
            String chunk = store.resolve("gone@1").files().get(0).sha256();
            Objects.requireNonNull(store.data().nodes().get("a")).delete(List.of(ChunkId.parse("sha256-" + chunk)));

            assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(new StoreEvent.ChunkLost("sha256-" + chunk));
        }
    }

    @Test
    void scrub_progressThatThrows_ends() {
        try (ReplicatedStore store = open(0)) {
            assertThatThrownBy(() -> store.scrub((done, total) -> {
                        throw new IllegalArgumentException("enough");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("enough");
        }
    }

    @Test
    void scrub_afterClose_fails() {
        ReplicatedStore store = open(0);
        store.close();

        assertThatThrownBy(() -> store.scrub((done, total) -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void scrubbing_negativeOrTwice_isRefused() {
        assertThatThrownBy(() -> ReplicatedStore.builder().scrubbing(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> ReplicatedStore.builder().scrubbing(1).scrubbing(2))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void cursor_savedPlace_isFoundAgain_damagedFileBeginsAnew() throws IOException {
        var files = new DurableFiles(Disk.REAL, failure -> {});
        var cursor = new ScrubCursor(root, files);
        assertThat(cursor.last()).isNull();
        ChunkId id = ChunkId.of(new byte[] {1});
        cursor.moveTo(id);
        cursor.save();
        assertThat(new ScrubCursor(root, files).last()).isEqualTo(id);

        cursor.moveTo(null);
        cursor.save();
        assertThat(new ScrubCursor(root, files).last()).isNull();

        Files.write(root.resolve("scrub"), new byte[] {1, 2, 3});
        assertThat(new ScrubCursor(root, files).last()).isNull();
    }

    @Test
    void cursor_manyMoves_areSavedWithoutBeingAsked() throws IOException {
        var files = new DurableFiles(Disk.REAL, failure -> {});
        var cursor = new ScrubCursor(root, files);
        ChunkId id = ChunkId.of(new byte[] {1});
        for (int i = 0; i < 64; i++) {
            cursor.moveTo(id);
        }

        assertThat(new ScrubCursor(root, files).last()).isEqualTo(id);
    }
}
