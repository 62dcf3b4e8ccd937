package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FaultyDisk;
import io.aidc.storage.internal.file.FaultyDisk.Step;
import io.aidc.storage.metadata.LocalMetadataLog;
import io.aidc.storage.metadata.NoMajorityException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails under an open store, and how failures are named. */
class FailuresTest {
    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private final BlockingQueue<StoreEvent> events = new LinkedBlockingQueue<>();

    private ReplicatedStore open() throws IOException {
        var bus = new EventBus("a", directory, events::add);
        var files = new DurableFiles(disk, bus::flushFailed);
        var options = new StoreOptions(
                Node.withoutAddress("a"),
                List.of(),
                directory,
                "aidc",
                1,
                Duration.ofSeconds(10),
                0,
                ChunkProfile.XET_64K,
                false,
                events::add);
        StoreDirectory lock = StoreDirectory.open(directory, "aidc", "a", true, files);
        var data = new DataPlane(options, directory, files, bus);
        files.createDirectories(directory.resolve("metadata"));
        var log = LocalMetadataLog.open("a", directory.resolve("metadata"), files, options.timeout());
        return new ReplicatedStore(options, lock, bus, log, data);
    }

    @Test
    void failedFlush_stopsWritesForGood_tellsTheListener_andReadsGoOn() throws Exception {
        try (ReplicatedStore store = open()) {
            store.put("k", new byte[] {1}).join();
            disk.failingAtNext(Step.FORCE);

            assertThatThrownBy(() -> store.put("k", new byte[] {2}).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(DurabilityLostException.class);
            assertThatThrownBy(() -> store.put("k", new byte[] {3}).join())
                    .hasCauseInstanceOf(DurabilityLostException.class);
            assertThatThrownBy(() -> store.publish("m", new byte[] {1}).as("1").join())
                    .isInstanceOf(DurabilityLostException.class);
            assertThat(store.get("k"))
                    .hasValueSatisfying(value -> assertThat(value).containsExactly(1));
            assertThat(events.poll(20, TimeUnit.SECONDS)).isInstanceOf(StoreEvent.FsyncFailed.class);
        }
        try (ReplicatedStore store = open()) {
            assertThat(store.put("k", new byte[] {4}).join()).isInstanceOf(Write.Committed.class);
        }
    }

    @Test
    void publish_failureAtAnyStep_showsNothingOrEverything() throws Exception {
        int step = 0;
        boolean committed = false;
        while (!committed) {
            String label = "v" + step;
            byte[] content = {(byte) step, 1};
            try (ReplicatedStore store = open()) {
                disk.failingAt(step++);
                committed = store.publish("m", content).as(label).join() instanceof Write.Committed;
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("injected");
            } finally {
                disk.failingAt(Long.MAX_VALUE);
            }
            try (ReplicatedStore store = open()) {
                for (String version : store.versions("m")) {
                    assertThat(store.read(store.resolve("m@" + version))).hasSize(2);
                }
            }
        }
        assertThat(step).isGreaterThan(8);
    }

    @Test
    void of_eachCause_isItsOwnException() {
        assertThat(Failures.of("x", new NoMajorityException("m", null)))
                .isInstanceOf(QuorumLostException.class)
                .hasMessage("x: m");
        assertThat(Failures.of("x", new IOException("full"))).isInstanceOf(StorageIoException.class);
        assertThat(Failures.ofFuture("x", new CompletionException(new IOException("full"))))
                .isInstanceOf(StorageIoException.class);
        assertThat(Failures.ofFuture("x", new IllegalStateException("s"))).isInstanceOf(IllegalStateException.class);
    }
}
