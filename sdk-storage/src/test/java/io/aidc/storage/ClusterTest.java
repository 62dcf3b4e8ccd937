package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.pack.PackBytes;
import io.aidc.storage.metadata.RequestId;
import io.aidc.storage.metadata.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes in this process. */
class ClusterTest {
    @TempDir
    Path root;

    @Test
    void write_onOneNode_isReadOnEveryOther() {
        try (TestCluster cluster = TestCluster.started(root, "a", "b", "c")) {
            ReplicatedStore a = cluster.store("a");
            a.put("k", utf8("v")).join();
            byte[] content = random(3 << 20);
            assertThat(a.publish("m", content).as("1").moving("prod").join()).isInstanceOf(Write.Committed.class);

            for (String node : List.of("a", "b", "c")) {
                ReplicatedStore store = cluster.store(node);
                assertThat(store.get("k"))
                        .hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8("v")));
                assertThat(store.read(store.resolve("m@prod"))).isEqualTo(content);
            }
            Status status = a.status();
            assertThat(status.peers()).hasSize(2).allMatch(Status.Peer::reachable);
            assertThat(status.leader()).isIn("a", "b", "c");
            assertThat(status.role()).isIn(Standing.Role.LEADER, Standing.Role.FOLLOWER);
            assertThat(status.commitIndex()).isPositive();
            assertThat(a.holders(a.resolve("m@1")).size()).isGreaterThanOrEqualTo(2);
        }
        OpenThreads.awaitNone("aidc-storage-");
        OpenThreads.awaitNone("@group-");
    }

    @Test
    void stoppedLeader_readsAndWritesGoOn_andItRejoins() {
        try (TestCluster cluster = TestCluster.started(root, "a", "b", "c")) {
            byte[] content = random(2 << 20);
            cluster.store("a").publish("m", content).as("1").moving("prod").join();
            String leader = leader(cluster.store("a"));
            String survivor = leader.equals("b") ? "c" : "b";

            cluster.stop(leader);
            ReplicatedStore store = cluster.store(survivor);
            assertThat(store.put("k", utf8("after")).join()).isInstanceOf(Write.Committed.class);
            assertThat(store.read(store.resolve("m@prod"))).isEqualTo(content);
            assertThat(store.publish("m", utf8("two"))
                            .as("2")
                            .moving("prod")
                            .onlyIf("1")
                            .join())
                    .isInstanceOf(Write.Committed.class);
            assertThat(store.status().peers())
                    .filteredOn(Status.Peer::reachable)
                    .hasSize(1);

            ReplicatedStore again = cluster.start(leader);
            again.awaitReady(TestCluster.PATIENCE);
            assertThat(again.get("k"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8("after")));
            assertThat(again.read(again.resolve("m@prod"))).isEqualTo(utf8("two"));
            assertThat(again.put("k", utf8("from the rejoined")).join()).isInstanceOf(Write.Committed.class);
        }
    }

    @Test
    void flippedBit_isHealedFromAPeer_andNeverServed() throws IOException {
        try (TestCluster cluster = TestCluster.started(root, "a", "b", "c")) {
            byte[] content = random(3 << 20);
            cluster.store("a").publish("m", content).as("1").join();
            Version version = cluster.store("b").resolve("m@1");
            assertThat(cluster.store("b").read(version)).isEqualTo(content);
            cluster.stop("b");
            PackBytes.flipOneBitOf(
                    java.util.Arrays.copyOfRange(content, 1 << 20, (1 << 20) + 100), cluster.directory("b"));

            ReplicatedStore b = cluster.start("b");
            b.awaitReady(TestCluster.PATIENCE);
            assertThat(b.read(version)).isEqualTo(content);

            cluster.awaitEvent("b", StoreEvent.PackDamaged.class, event -> event.bytes() > 1_000);
            StoreEvent.ChunkRepaired repaired = cluster.awaitEvent("b", StoreEvent.ChunkRepaired.class, event -> true);
            assertThat(repaired.fromNode()).isIn("a", "c");
            assertThat(b.data().holds(io.aidc.storage.chunk.ChunkId.parse(repaired.chunk())))
                    .isTrue();
        }
    }

    @Test
    void lostQuorum_endsWithinTheTimeout_andLosesNothingAcknowledged() {
        try (TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            for (String node : List.of("a", "b", "c")) {
                cluster.add(
                        node,
                        cluster.builder(node).timeout(Duration.ofSeconds(2)).open());
            }
            ReplicatedStore a = cluster.store("a");
            a.awaitReady(TestCluster.PATIENCE);
            a.put("k", utf8("acknowledged")).join();
            cluster.stop("b");
            cluster.stop("c");

            Write write = a.put("k", utf8("nobody hears")).join();
            assertThat(write).isInstanceOf(Write.Unknown.class);
            assertThat(a.outcomeOf(write.requestId()).join()).isInstanceOf(Write.Unknown.class);
            assertThatThrownBy(() -> a.get("k")).isInstanceOf(QuorumLostException.class);
            assertThatThrownBy(() -> a.publish("m", utf8("1")).as("1").join())
                    .isInstanceOf(QuorumLostException.class)
                    .hasMessageContaining("no majority");
            assertThatThrownBy(() -> a.awaitReady(Duration.ofMillis(100)))
                    .isInstanceOf(QuorumLostException.class)
                    .hasMessageContaining("not ready");

            cluster.start("b").awaitReady(TestCluster.PATIENCE);
            a.awaitReady(TestCluster.PATIENCE);
            Write settled = a.outcomeOf(write.requestId()).join();
            assertThat(settled).isNotInstanceOf(Write.Unknown.class);
            String expected = settled instanceof Write.Committed ? "nobody hears" : "acknowledged";
            assertThat(a.get("k")).hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8(expected)));
            assertThat(a.versions("m")).isEmpty();
        }
    }

    @Test
    void open_peersNotUpYet_returnsAndBecomesReadyLater() {
        try (TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            ReplicatedStore a = cluster.start("a");
            assertThat(a.status().leader()).isNull();
            assertThatThrownBy(() -> a.awaitReady(Duration.ofMillis(50))).isInstanceOf(QuorumLostException.class);
            cluster.start("b");

            a.awaitReady(TestCluster.PATIENCE);

            assertThat(a.put("k", utf8("v")).join()).isInstanceOf(Write.Committed.class);
            assertThat(cluster.awaitEvent("a", StoreEvent.LeaderChanged.class, event -> event.leader() != null)
                            .leader())
                    .isIn("a", "b");
        }
    }

    @Test
    void restartOfAllNodes_keepsEverything() {
        byte[] content = random(1 << 20);
        var never = RequestId.next(0);
        try (TestCluster cluster = TestCluster.started(root, "a", "b", "c")) {
            ReplicatedStore a = cluster.store("a");
            a.publish("m", content).as("1").moving("prod").join();
            assertThat(a.outcomeOf(never).join()).isInstanceOf(Write.Rejected.class);
            for (String node : List.of("a", "b", "c")) {
                cluster.stop(node);
            }
            for (String node : List.of("a", "b", "c")) {
                cluster.start(node);
            }
            ReplicatedStore c = cluster.store("c");
            c.awaitReady(TestCluster.PATIENCE);

            assertThat(c.read(c.resolve("m@prod"))).isEqualTo(content);
            assertThat(c.outcomeOf(never).join()).isInstanceOf(Write.Rejected.class);
            assertThat(c.publish("m", utf8("x")).as("1").join()).isInstanceOf(Write.Rejected.class);
        }
    }

    @Test
    void ports_areOnTheNamedAddressOnly_andFreeAfterClose() throws IOException {
        try (TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            Node node = Node.parse(cluster.address("a"));
            cluster.start("a");
            for (int port : new int[] {node.raftPort(), node.dataPort()}) {
                new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port).close();
                assertThatThrownBy(() -> new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), port).close())
                        .isInstanceOf(IOException.class);
            }
            cluster.stop("a");
            for (int port : new int[] {node.raftPort(), node.dataPort()}) {
                try (var socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                }
            }
        }
    }

    @Test
    void nodeOfAnotherCluster_isNotHeard() {
        try (TestCluster cluster = TestCluster.of(root, "a", "b", "c")) {
            cluster.start("a");
            cluster.add("b", cluster.builder("b").cluster("other").open());

            assertThat(cluster.store("a").status().peers()).noneMatch(Status.Peer::reachable);
            assertThatThrownBy(() -> cluster.store("a").awaitReady(Duration.ofMillis(500)))
                    .isInstanceOf(QuorumLostException.class);
        }
    }

    private static String leader(ReplicatedStore store) {
        return java.util.Objects.requireNonNull(store.status().leader());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(11).nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
