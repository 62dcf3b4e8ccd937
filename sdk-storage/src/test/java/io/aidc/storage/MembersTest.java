package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.ratis.NodeTls;
import io.aidc.storage.ratis.TestIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come and go while the others are open. */
class MembersTest {
    @TempDir
    Path root;

    @Test
    void oneRemovedOneJoined_scrubBringsItAllContent_thenTheOthersMayDie() {
        byte[] content = random(1, 3 << 20);
        try (TestCluster cluster = threeOf("a", "b", "c", "d")) {
            ReplicatedStore a = cluster.store("a");
            a.publish("m", content).as("1").join();

            cluster.stop("c");
            a.cluster().remove("c");
            cluster.add(
                    "d", cluster.builder("d", "a", "b").joining().scrubbing(0).open());
            a.cluster().add(cluster.address("d"));
            ReplicatedStore d = cluster.store("d");
            d.awaitReady(TestCluster.PATIENCE);
            awaitPeers(a, "b", "d");
            awaitPeers(cluster.store("b"), "a", "d");

            ScrubReport report = d.scrub((done, total) -> {});
            assertThat(report.repaired()).isPositive();
            assertThat(report.lost()).isZero();
            Version version = d.resolve("m@1");
            assertThat(a.holders(version)).contains("d").doesNotContain("c");

            byte[] more = random(2, 1 << 20);
            assertThat(a.publish("m", more).as("2").join()).isInstanceOf(Write.Committed.class);
            d.scrub((done, total) -> {});
            cluster.stop("a");
            ReplicatedStore b = cluster.store("b");
            b.awaitReady(TestCluster.PATIENCE);
            assertThat(b.publish("m", random(3, 1 << 20)).as("3").join()).isInstanceOf(Write.Committed.class);
            Version second = d.resolve("m@2");

            cluster.stop("b");
            assertThat(d.read(version)).isEqualTo(content);
            assertThat(d.read(second)).isEqualTo(more);
        }
        OpenThreads.awaitNone("aidc-storage-");
    }

    @Test
    void membersRemoved_aMajorityOfThoseLeftIsEnoughCopies() {
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            ReplicatedStore a = cluster.store("a");
            cluster.stop("c");
            a.cluster().remove("c");
            a.cluster().remove("b");
            cluster.stop("b");
            awaitPeers(a);

            assertThat(a.publish("m", random(1, 1 << 20)).as("1").join()).isInstanceOf(Write.Committed.class);
        }
    }

    @Test
    void nodeWithACopyThatIsNeeded_isNotRemoved_unlessThatIsAskedFor() {
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            cluster.stop("c");
            cluster.store("a").publish("m", random(8, 1 << 20)).as("1").join();
            cluster.add("c", cluster.builder("c", "a", "b").scrubbing(0).open());
            ReplicatedStore c = cluster.store("c");
            c.awaitReady(TestCluster.PATIENCE);
            cluster.stop("b");

            assertThatThrownBy(() -> c.cluster().remove("a"))
                    .isInstanceOf(UnderReplicatedException.class)
                    .hasMessageContainingAll("m@1", "silent: [b]");

            cluster.start("b").awaitReady(TestCluster.PATIENCE);
            assertThatThrownBy(() -> c.cluster().remove("a"))
                    .isInstanceOf(UnderReplicatedException.class)
                    .hasMessageContaining("fewer than 2");
            c.scrub((done, total) -> {});
            c.cluster().remove("a");
            assertThat(c.cluster().members()).containsExactly("b", "c");
            c.cluster().removeWithContent("b");
            assertThat(c.cluster().members()).containsExactly("c");
        }
    }

    @Test
    void removedNode_restarted_neitherWritesNorReads() {
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            cluster.stop("c");
            ReplicatedStore a = cluster.store("a");
            a.cluster().remove("c");
            ReplicatedStore c = cluster.start("c");

            assertThatThrownBy(() -> c.put("k", new byte[1]).join())
                    .hasCauseInstanceOf(StorageIoException.class)
                    .hasMessageContaining("c is no member");
            assertThatThrownBy(() -> c.publish("m", random(10, 100)).as("1").join())
                    .hasMessageContaining("c is no member");
            assertThatThrownBy(() -> c.get("k")).hasMessageContaining("c is no member");
            assertThatThrownBy(() -> c.awaitReady(Duration.ZERO))
                    .isInstanceOf(QuorumLostException.class)
                    .hasMessageContaining("no longer count this one");
            assertThat(a.get("k")).isEmpty();
        }
    }

    @Test
    void leaderThatIsRemoved_closes() {
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            cluster.store("b").cluster().lead("a");
            cluster.store("b").cluster().removeWithContent("a");

            assertThat(cluster.store("a")
                            .put("k", new byte[1])
                            .exceptionally(e -> new Write.Unknown(new UUID(0, 0)))
                            .join())
                    .isInstanceOf(Write.Unknown.class);
            cluster.stop("a");
        }
        OpenThreads.awaitNone("aidc-storage-");
    }

    @Test
    void nodeBeyondThisMachine_withoutAuthentication_isNotAdded() {
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            assertThatThrownBy(() -> cluster.store("a").cluster().add("d@192.0.2.7:7001"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("192.0.2.7 is not a loopback address");
        }
    }

    @Test
    void copiesThatWereAskedFor_areNotLoweredWhenTheClusterShrinks() {
        try (TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            for (String node : List.of("a", "b", "c")) {
                cluster.add(node, cluster.builder(node).copies(3).open());
            }
            ReplicatedStore a = cluster.store("a");
            a.awaitReady(TestCluster.PATIENCE);
            cluster.stop("c");
            a.cluster().remove("c");
            awaitPeers(a, "b");

            assertThatThrownBy(() -> a.publish("m", random(9, 1 << 20)).as("1").join())
                    .isInstanceOf(QuorumLostException.class)
                    .hasMessageEndingWith("3 are needed");
            assertThatThrownBy(() -> a.resolve("m@1")).isInstanceOf(VersionNotFoundException.class);
        }
    }

    @Test
    void nodeThatWasDown_getsWhatItLacks_inTheBackground() {
        byte[] content = random(4, 1 << 20);
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            cluster.stop("c");
            ReplicatedStore a = cluster.store("a");
            a.publish("m", content).as("1").join();
            Version version = a.resolve("m@1");
            String chunk = version.digest();

            cluster.start("c");

            cluster.awaitEvent(
                    "c", StoreEvent.ChunkRepaired.class, event -> event.chunk().equals(chunk));
        }
    }

    @Test
    void collectGarbage_onACluster_deletesOnEveryNode_andSkipsADeadOne() {
        try (TestCluster cluster = threeOf("a", "b", "c")) {
            ReplicatedStore a = cluster.store("a");
            byte[] kept = random(5, 1 << 20);
            a.publish("m", kept).as("1").join();
            a.publish("m", random(6, 1 << 20)).as("2").join();
            Version second = a.resolve("m@2");
            for (String node : List.of("a", "b", "c")) {
                cluster.store(node).scrub((done, total) -> {});
            }
            a.delete("m", "2", "").join();
            cluster.stop("c");

            GarbageReport report = a.collectGarbage(Duration.ofSeconds(30));

            assertThat(report.end()).isEqualTo(GarbageReport.End.DONE);
            assertThat(report.skippedNodes()).containsExactly("c");
            assertThat(report.deleted()).isEqualTo(report.condemned()).isPositive();
            cluster.start("c").awaitReady(TestCluster.PATIENCE);
            GarbageReport later = a.collectGarbage(Duration.ofSeconds(30));
            assertThat(later.skippedNodes()).isEmpty();
            assertThat(later.deleted()).isEqualTo(report.deleted() / 2);
            assertThat(cluster.store("c").read(cluster.store("c").resolve("m@1")))
                    .isEqualTo(kept);
            assertThat(second.size()).isPositive();
        }
    }

    @Test
    void mutualTls_clusterStoresContentOnSeveralNodes() throws IOException {
        NodeTls tls = TestIdentity.create(root, "ours").tls();
        try (TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            for (String node : List.of("a", "b", "c")) {
                cluster.add(
                        node,
                        cluster.builder(node).mutualTls(tls.keys(), tls.trust()).open());
            }
            ReplicatedStore a = cluster.store("a");
            a.awaitReady(TestCluster.PATIENCE);
            byte[] content = random(7, 1 << 20);
            assertThat(a.publish("m", content).as("1").join()).isInstanceOf(Write.Committed.class);

            assertThat(a.holders(a.resolve("m@1"))).hasSizeGreaterThanOrEqualTo(2);
            assertThat(cluster.store("c").read(cluster.store("c").resolve("m@1")))
                    .isEqualTo(content);
        }
    }

    private TestCluster threeOf(String... ids) {
        TestCluster cluster = TestCluster.of(root, ids);
        cluster.add("a", cluster.builder("a", "b", "c").open());
        cluster.add("b", cluster.builder("b", "a", "c").open());
        cluster.add("c", cluster.builder("c", "a", "b").open());
        cluster.store("a").awaitReady(TestCluster.PATIENCE);
        return cluster;
    }

    /** The others learn of a change a moment after the node that made it. */
    private static void awaitPeers(ReplicatedStore store, String... ids) {
        long deadline = System.nanoTime() + TestCluster.PATIENCE.toNanos();
        List<String> nodes = List.of();
        while (System.nanoTime() < deadline && !nodes.equals(List.of(ids))) {
            nodes = store.status().peers().stream()
                    .map(Status.Peer::node)
                    .sorted()
                    .toList();
        }
        assertThat(nodes).containsExactly(ids);
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
