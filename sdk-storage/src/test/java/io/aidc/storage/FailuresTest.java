package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FaultyDisk;
import io.aidc.storage.internal.file.FaultyDisk.Step;
import io.aidc.storage.metadata.LocalLogOptions;
import io.aidc.storage.metadata.LocalMetadataLog;
import io.aidc.storage.metadata.NoMajorityException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
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
        return open(directory);
    }

    private ReplicatedStore open(Path home) throws IOException {
        var bus = new EventBus("a", home, events::add);
        var files = new DurableFiles(disk, bus::flushFailed);
        var options = new StoreOptions(
                Node.withoutAddress("a"),
                List.of(),
                home,
                "aidc",
                1,
                Duration.ofSeconds(10),
                0,
                0,
                0,
                ChunkProfile.XET_64K,
                false,
                false,
                false,
                false,
                null,
                null,
                java.time.Clock.systemUTC(),
                events::add);
        StoreDirectory lock = StoreDirectory.open(home, "aidc", "a", true, files);
        var data = new DataPlane(options, home, files, bus);
        files.createDirectories(home.resolve("metadata"));
        var log = LocalMetadataLog.open(new LocalLogOptions(
                "a", home.resolve("metadata"), files, options.timeout(), options.clock(), null, 50_000));
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
    void open_existingDirectories_flushesTheirNames() throws IOException {
        Path home = directory.resolve("home");
        open(home).close();
        disk.flushedDirectories.clear();

        open(home).close();

        assertThat(disk.flushedDirectories).contains(directory, home, home.resolve("metadata"), home.resolve("packs"));
    }

    @Test
    void uploadsThatWait_doNotHoldUpSmallWrites() throws IOException {
        var release = new CountDownLatch(1);
        try (ReplicatedStore store = open()) {
            disk.holdingFlushesOf(".pack", release);
            List<CompletableFuture<Write>> publications = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                publications.add(store.publish("m", new byte[] {1}).as("v" + i).start());
            }

            assertThat(store.put("k", new byte[] {1})).succeedsWithin(Duration.ofSeconds(5));

            release.countDown();
            assertThat(publications)
                    .allSatisfy(publication -> assertThat(publication).succeedsWithin(Duration.ofSeconds(20)));
        } finally {
            release.countDown();
        }
    }

    @Test
    void close_publicationStillUploading_failsAsClosed() throws Exception {
        var release = new CountDownLatch(1);
        ReplicatedStore store = open();
        CountDownLatch waiting = disk.holdingFlushesOf(".pack", release);
        CompletableFuture<Write> publication =
                store.publish("m", new byte[] {1}).as("1").start();
        waiting.await();

        var closer = new Thread(store::close);
        closer.start();
        try {
            assertThat(publication)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessage("store a is closed");
        } finally {
            release.countDown();
            closer.join();
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
        assertThat(step).as("lease, chunk, manifest, version, and success").isGreaterThanOrEqualTo(5);
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
