package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.pack.PackBytes;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content in an object store that all nodes share. */
class SharedContentTest {
    @TempDir
    Path root;

    @Test
    void publish_onOneNode_isReadOnAnother_andNoDiskHasIt() throws IOException {
        byte[] content = random(3 << 20);
        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"));
                TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            for (String id : List.of("a", "b", "c")) {
                cluster.add(id, cluster.builder(id).contentIn(objects).open());
            }
            cluster.store("a").awaitReady(TestCluster.PATIENCE);
            cluster.store("a").publish("m", content).as("1").join();

            ReplicatedStore b = cluster.store("b");
            assertThat(b.read(b.resolve("m@1"))).isEqualTo(content);
            assertThat(cluster.directory("a").resolve("packs")).doesNotExist();
            assertThat(PackBytes.length(root.resolve("bucket"))).isGreaterThan(3 << 20);
            cluster.stop("a");
            b.awaitReady(TestCluster.PATIENCE);
            assertThat(b.publish("m", content).as("2").join()).isInstanceOf(Write.Committed.class);
        }
    }

    @Test
    void packsOfADisk_copiedToTheObjectStore_areReadThere() throws IOException {
        byte[] content = random(70 << 20);
        Path home = root.resolve("home");
        try (ReplicatedStore store =
                ReplicatedStore.builder().node("a").directory(home).open()) {
            store.publish("m", content).as("1").moving("prod").join();
        }
        Path bucket = Files.createDirectories(root.resolve("bucket/packs"));
        for (Path pack : PackBytes.packs(home)) {
            Files.move(pack, bucket.resolve(pack.getFileName()));
        }

        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"));
                ReplicatedStore store = ReplicatedStore.builder()
                        .node("a")
                        .directory(home)
                        .contentIn(objects)
                        .open()) {
            assertThat(store.read(store.resolve("m@prod"))).isEqualTo(content);
            assertThat(store.scrub((done, total) -> {}).lost()).isZero();
        }
    }

    @Test
    void collectGarbage_deletesPacksThatNoVersionNeeds_andOtherNodesUploadThemAgain() throws IOException {
        byte[] wanted = random(3 << 20);
        byte[] unwanted = new byte[5 << 20];
        new Random(5).nextBytes(unwanted);
        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"));
                TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            for (String id : List.of("a", "b", "c")) {
                cluster.add(
                        id, cluster.builder(id).cacheBytes(0).contentIn(objects).open());
            }
            cluster.store("a").awaitReady(TestCluster.PATIENCE);
            cluster.store("a").publish("wanted", wanted).as("1").join();
            cluster.store("b").publish("unwanted", unwanted).as("1").join();
            cluster.store("c").read(cluster.store("c").resolve("unwanted@1"));
            cluster.store("a").delete("unwanted", "1", "").join();

            GarbageReport report = cluster.store("a").collectGarbage(Duration.ZERO);

            assertThat(report.end()).isEqualTo(GarbageReport.End.DONE);
            assertThat(report.deleted()).isPositive().isEqualTo(report.condemned());
            assertThat(PackBytes.length(root.resolve("bucket"))).isLessThan(4 << 20);
            assertThat(cluster.store("b").collectGarbage(Duration.ZERO))
                    .isEqualTo(new GarbageReport(0, 0, List.of(), GarbageReport.End.DONE));
            ReplicatedStore c = cluster.store("c");
            c.publish("unwanted", unwanted).as("2").join();
            for (String id : List.of("a", "b", "c")) {
                ReplicatedStore store = cluster.store(id);
                assertThat(store.read(store.resolve("wanted@1"))).isEqualTo(wanted);
                assertThat(store.read(store.resolve("unwanted@2"))).isEqualTo(unwanted);
            }
        }
    }

    @Test
    void read_again_comesFromTheDisk_alsoAfterRestart() throws IOException {
        byte[] content = random(3 << 20);
        Path home = root.resolve("home");
        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"));
                ReplicatedStore store = open(home, objects, 1 << 30)) {
            store.publish("m", content).as("1").join();
            store.read(store.resolve("m@1"));
        }
        for (Path pack : PackBytes.packs(root.resolve("bucket"))) {
            pack.toFile().setWritable(true);
            byte[] bytes = Files.readAllBytes(pack);
            java.util.Arrays.fill(bytes, 0, bytes.length / 2, (byte) 7);
            Files.write(pack, bytes);
        }
        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"));
                ReplicatedStore store = open(home, objects, 1 << 30)) {
            assertThat(store.read(store.resolve("m@1"))).isEqualTo(content);
        }
        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"));
                ReplicatedStore store = open(home, objects, 0)) {
            assertThatThrownBy(() -> store.read(store.resolve("m@1"))).isInstanceOf(CorruptBlockException.class);
        }
    }

    private static ReplicatedStore open(Path home, ObjectStore objects, long diskCacheBytes) {
        return ReplicatedStore.builder()
                .node("a")
                .directory(home)
                .cacheBytes(0)
                .diskCacheBytes(diskCacheBytes)
                .contentIn(objects)
                .open();
    }

    @Test
    void severalCopies_areRefused() throws IOException {
        try (ObjectStore objects = DirectoryObjects.open(root.resolve("bucket"))) {
            StoreBuilder builder = ReplicatedStore.builder()
                    .node("a@127.0.0.1:7001")
                    .peers("b@127.0.0.1:7003")
                    .directory(root.resolve("home"))
                    .copies(2)
                    .contentIn(objects);

            assertThatThrownBy(builder::open)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("one copy");
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(4).nextBytes(bytes);
        return bytes;
    }
}
