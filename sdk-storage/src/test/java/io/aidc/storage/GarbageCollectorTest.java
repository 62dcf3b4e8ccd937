package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.replica.CondemnedChunks;
import io.aidc.storage.internal.replica.MemoryChunks;
import io.aidc.storage.internal.replica.NodeChunks;
import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.RequestId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collects a single node's garbage while other things happen at chosen moments. */
class GarbageCollectorTest {
    @TempDir
    Path root;

    private ReplicatedStore store;
    private Runnable beforeCondemning = GarbageCollectorTest::nothing;
    private Runnable beforeSweeping = GarbageCollectorTest::nothing;

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private ReplicatedStore open() {
        return ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve("store"))
                .chunking(ChunkProfile.XET_64K)
                .cacheBytes(0)
                .open();
    }

    private GarbageCollector collector() {
        return new GarbageCollector(store.log(), store.versions(), new NodesSweep(Map.of("a", new Hooked(this::here))));
    }

    private GarbageReport collect() throws IOException {
        return collector().run(() -> false);
    }

    private NodeChunks here() {
        return java.util.Objects.requireNonNull(store.data().nodes().get("a"));
    }

    private int chunks() throws IOException {
        return here().ids(null, 1_000_000).size();
    }

    private void publish(String version, byte[] content) {
        assertThat(store.publish("m", content).as(version).join()).isInstanceOf(Write.Committed.class);
    }

    private void delete(String version) {
        assertThat(store.delete("m", version, "").join()).isInstanceOf(Write.Committed.class);
    }

    @Test
    void collect_nothingDeleted_deletesNothing() throws IOException {
        byte[] content = random(1, 1 << 20);
        publish("1", content);
        int before = chunks();

        assertThat(collect()).isEqualTo(new GarbageReport(0, 0, List.of(), GarbageReport.End.DONE));
        assertThat(chunks()).isEqualTo(before);
        assertThat(store.read(store.resolve("m@1"))).isEqualTo(content);
    }

    @Test
    void collect_deletedVersion_keepsWhatOthersShare() throws IOException {
        byte[] shared = random(1, 1 << 20);
        byte[] longer = java.util.Arrays.copyOf(shared, 2 << 20);
        System.arraycopy(random(2, 1 << 20), 0, longer, 1 << 20, 1 << 20);
        publish("1", shared);
        int alone = chunks();
        publish("2", longer);
        int both = chunks();
        delete("2");

        GarbageReport report = collect();

        assertThat(report.deleted()).isEqualTo(both - alone).isEqualTo(report.condemned());
        assertThat(chunks()).isEqualTo(alone);
        assertThat(store.read(store.resolve("m@1"))).isEqualTo(shared);
    }

    @Test
    void collect_emptyStore_isDone() throws IOException {
        assertThat(collect().end()).isEqualTo(GarbageReport.End.DONE);
        assertThat(store.collectGarbage(Duration.ZERO).end()).isEqualTo(GarbageReport.End.DONE);
    }

    @Test
    void collect_uploadThatFoundGarbageStored_isWaitedFor() throws IOException {
        byte[] content = random(3, 20 << 20);
        publish("1", content);
        delete("1");
        AtomicReference<@Nullable GarbageReport> during = new AtomicReference<>();
        AtomicInteger looks = new AtomicInteger();
        Write write = store.publish("m", content)
                .as("2")
                .progress((done, total) -> {
                    if (done > 0 && looks.getAndIncrement() == 0) {
                        during.set(collectUnchecked());
                    }
                })
                .join();

        assertThat(write).isInstanceOf(Write.Committed.class);
        GarbageReport report = java.util.Objects.requireNonNull(during.get());
        assertThat(report.end()).isEqualTo(GarbageReport.End.UPLOADS_GOING_ON);
        assertThat(report.condemned()).isPositive();
        assertThat(report.deleted()).isZero();
        assertThat(collect()).extracting(GarbageReport::end).isEqualTo(GarbageReport.End.DONE);
        assertThat(store.read(store.resolve("m@2"))).isEqualTo(content);
    }

    @Test
    void collect_uploadThatEndsWhileWaitedFor_isKept() throws IOException {
        byte[] content = random(4, 1 << 20);
        publish("1", content);
        delete("1");
        Leases leases = new Leases(store.log(), java.time.Clock.systemUTC());
        Leases.Lease lease = leases.open();
        AtomicInteger polls = new AtomicInteger();

        GarbageReport report = collector().run(() -> {
            if (polls.getAndIncrement() == 0) {
                publish("2", content);
                lease.close();
            }
            return true;
        });
        leases.close();

        assertThat(polls.get()).isPositive();
        assertThat(report.end()).isEqualTo(GarbageReport.End.DONE);
        assertThat(store.read(store.resolve("m@2"))).isEqualTo(content);
    }

    @Test
    void collect_uploadThatBeginsAfterCondemning_rescuesWhatItNeeds_isNotWaitedFor() throws IOException {
        byte[] content = random(5, 1 << 20);
        byte[] other = random(6, 1 << 20);
        publish("1", content);
        publish("other", other);
        delete("1");
        delete("other");
        beforeSweeping = () -> {
            beforeSweeping = GarbageCollectorTest::nothing;
            publish("2", content);
        }; // after the versions were looked at for the last time

        GarbageReport report = collect();

        assertThat(report.end()).isEqualTo(GarbageReport.End.DONE);
        assertThat(report.deleted()).isPositive().isLessThan(report.condemned());
        assertThat(store.read(store.resolve("m@2"))).isEqualTo(content);
        assertThat(collect().deleted()).isZero();
    }

    @Test
    void collect_publishedBeforeCondemning_isKeptThoughListedBefore() throws IOException {
        byte[] content = random(7, 1 << 20);
        publish("1", content);
        delete("1");
        beforeCondemning = () -> {
            beforeCondemning = GarbageCollectorTest::nothing;
            publish("2", content);
        };

        assertThat(collect().end()).isEqualTo(GarbageReport.End.DONE);
        assertThat(store.read(store.resolve("m@2"))).isEqualTo(content);
    }

    @Test
    void collect_restartBetween_deletesNothing() throws IOException {
        var disk = new MemoryChunks();
        byte[] left = {1};
        disk.put(ChunkId.of(left), left);
        AtomicReference<NodeChunks> node = new AtomicReference<>(new CondemnedChunks(disk, Runnable::run));
        beforeSweeping = () -> node.set(new CondemnedChunks(disk, Runnable::run));

        GarbageReport report = collector(node::get).run(() -> false);

        assertThat(report).isEqualTo(new GarbageReport(1, 0, List.of(), GarbageReport.End.DONE));
        assertThat(disk.content).hasSize(1);
        beforeSweeping = GarbageCollectorTest::nothing;
        assertThat(collector(node::get).run(() -> false).deleted()).isOne();
    }

    @Test
    void collect_nodeDown_isSkippedAndReported_itsGarbageWaits() throws IOException {
        publish("1", random(9, 1 << 20));
        delete("1");
        var disk = new MemoryChunks();
        byte[] left = {1};
        disk.put(ChunkId.of(left), left);
        NodeChunks node = new CondemnedChunks(disk, Runnable::run);
        Map<String, NodeChunks> nodes = Map.of("a", here(), "b", node);
        disk.down = true;

        GarbageReport report =
                new GarbageCollector(store.log(), store.versions(), new NodesSweep(nodes)).run(() -> false);

        assertThat(report.skippedNodes()).containsExactly("b");
        assertThat(report.deleted()).isPositive();
        assertThat(chunks()).isZero();
        disk.down = false;
        assertThat(new GarbageCollector(store.log(), store.versions(), new NodesSweep(nodes)).run(() -> false))
                .isEqualTo(new GarbageReport(1, 1, List.of(), GarbageReport.End.DONE));
    }

    @Test
    void collect_nodeThatFailsToSweep_isReported() throws IOException {
        var disk = new MemoryChunks();
        byte[] left = {1};
        disk.put(ChunkId.of(left), left);
        NodeChunks node = new CondemnedChunks(disk, Runnable::run);
        beforeSweeping = () -> disk.down = true;

        assertThat(collector(() -> node).run(() -> false))
                .isEqualTo(new GarbageReport(1, 0, List.of("b"), GarbageReport.End.DONE));
    }

    @Test
    void collect_anotherCollectorBeginsMeanwhile_theLaterOneDeletes() throws IOException {
        publish("1", random(10, 1 << 20));
        delete("1");
        AtomicReference<@Nullable GarbageReport> later = new AtomicReference<>();
        beforeCondemning = () -> {
            beforeCondemning = GarbageCollectorTest::nothing;
            later.set(collectUnchecked());
        };

        GarbageReport earlier = collect();

        assertThat(earlier.end()).isEqualTo(GarbageReport.End.SUPERSEDED);
        assertThat(earlier.deleted()).isZero();
        assertThat(later.get()).satisfies(report -> assertThat(report.deleted()).isPositive());
    }

    @Test
    void collect_anotherCollectorAfterTheLastLook_nothingOfTheEarlierIsSwept() throws IOException {
        var disk = new MemoryChunks();
        byte[] left = {1};
        disk.put(ChunkId.of(left), left);
        NodeChunks node = new CondemnedChunks(disk, Runnable::run);
        beforeSweeping = () -> {
            try {
                node.condemn(1_000, List.of());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };

        assertThat(collector(() -> node).run(() -> false).deleted()).isZero();
        assertThat(disk.content).hasSize(1);
    }

    @Test
    void collect_endedLease_isTakenAway_andItsPublicationFails() throws IOException {
        byte[] content = random(11, 20 << 20);
        AtomicInteger looks = new AtomicInteger();

        assertThatThrownBy(() -> store.publish("m", content)
                        .as("1")
                        .progress((done, total) -> {
                            if (done > 0 && looks.getAndIncrement() == 0) {
                                endAllLeases();
                                collectUnchecked();
                            }
                        })
                        .join())
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("interrupted for longer than");

        assertThat(store.versions("m")).isEmpty();
        collect();
        assertThat(chunks()).isZero();
    }

    @Test
    void collect_restorationUnderWay_deletesNothing() throws IOException {
        publish("1", random(12, 1 << 20));
        delete("1");
        int before = chunks();
        store.catalog().markRestore(null, "now");

        assertThat(collect().end()).isEqualTo(GarbageReport.End.UPLOADS_GOING_ON);
        assertThat(chunks()).isEqualTo(before);
        store.catalog().markRestore("now", null);
        assertThat(collect().deleted()).isEqualTo(before);
    }

    @Test
    void collect_manifestUnreadable_deletesNothing() throws IOException {
        publish("1", random(13, 1 << 20));
        publish("2", random(14, 1 << 20));
        delete("2");
        here().delete(List.of(ChunkId.parse(store.resolve("m@1").digest())));
        int before = chunks();

        assertThatThrownBy(() -> store.collectGarbage(Duration.ZERO)).isInstanceOf(CorruptBlockException.class);
        assertThat(chunks()).isEqualTo(before);
    }

    @Test
    void collectGarbage_afterClose_fails() {
        store.close();

        assertThatThrownBy(() -> store.collectGarbage(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
    }

    private GarbageCollector collector(java.util.function.Supplier<NodeChunks> other) {
        return new GarbageCollector(
                store.log(), store.versions(), new NodesSweep(Map.of("a", here(), "b", new Hooked(other))));
    }

    private GarbageReport collectUnchecked() {
        try {
            return collect();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void endAllLeases() {
        try {
            for (var lease : Catalog.all(Leases.PREFIX, store.log()::scan)) {
                store.log()
                        .submit(Transaction.of(RequestId.next(store.log().revisionSeen()))
                                .put(lease.key(), "1"))
                        .join();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void nothing() {}

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Does something before the first condemnation or the sweep. */
    private final class Hooked implements NodeChunks {
        private final java.util.function.Supplier<NodeChunks> node;

        Hooked(java.util.function.Supplier<NodeChunks> node) {
            this.node = node;
        }

        @Override
        public void condemn(long epoch, Collection<ChunkId> ids) throws IOException {
            beforeCondemning.run();
            node.get().condemn(epoch, ids);
        }

        @Override
        public long sweep(long epoch, Collection<ChunkId> ids) throws IOException {
            beforeSweeping.run();
            return node.get().sweep(epoch, ids);
        }

        @Override
        public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
            return node.get().missing(ids);
        }

        @Override
        public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
            node.get().putAll(blobs);
        }

        @Override
        public ChunkStore.Lookup get(ChunkId id) throws IOException {
            return node.get().get(id);
        }

        @Override
        public List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException {
            return node.get().ids(after, limit);
        }

        @Override
        public void delete(Collection<ChunkId> ids) throws IOException {
            node.get().delete(ids);
        }
    }
}
