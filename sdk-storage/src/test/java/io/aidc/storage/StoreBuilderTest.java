package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreBuilderTest {
    @TempDir
    Path directory;

    private StoreBuilder single() {
        return ReplicatedStore.builder().node("a").directory(directory);
    }

    @Test
    void open_withoutNode_namesWhatIsMissing() {
        assertThatThrownBy(() -> ReplicatedStore.builder().directory(directory).open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("node is required");
    }

    @Test
    void open_withoutDirectory_namesWhatIsMissing() {
        assertThatThrownBy(() -> ReplicatedStore.builder().node("a").open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("directory is required");
    }

    @Test
    void open_singleNode_doesNotKeepTheProcessRunning() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ReplicatedStore store = single().open()) {
            store.publish("m", new byte[] {1}).as("1").join();
            store.read(store.resolve("m@1"));

            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !thread.isDaemon() && !before.contains(thread))
                    .isEmpty();
        }
    }

    @Test
    void open_directoryIsAFile_saysSo() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() ->
                        ReplicatedStore.builder().node("a").directory(file).open())
                .isInstanceOf(StorageIoException.class)
                .hasMessage("opening %s: it is a file, not a directory", file);
    }

    @Test
    void mutualTls_missingFile_saysWhichOne() {
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> single().mutualTls(none, none, none))
                .isInstanceOf(StorageIoException.class)
                .hasMessage("privateKey: there is no file " + none);
    }

    @Test
    void open_joiningNobody_isRefusedAndLeavesNothing() {
        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node("d@127.0.0.1:7001")
                        .directory(directory.resolve("new"))
                        .joining()
                        .open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("joining needs peers: call peers(...)");
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void open_peersButNoOwnAddress_isRefused() {
        assertThatThrownBy(() -> single().peers("b:7001").open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs an address");
    }

    @Test
    void open_idTwice_isRefused() {
        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node("a@127.0.0.1:7001")
                        .peers("b@127.0.0.1:7003", "a@127.0.0.1:7005")
                        .directory(directory)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a' occurs twice");
    }

    @Test
    void open_moreCopiesThanNodes_isRefused() {
        assertThatThrownBy(() -> single().copies(2).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most the 1 nodes, got 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@0.0.0.0:7001", "a@192.0.2.1:7001", "a@[::]:7001"})
    void open_addressThatIsNotLoopback_isRefusedAndLeavesNothing(String node) {
        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node(node)
                        .peers("b@127.0.0.1:7003")
                        .directory(directory.resolve("new"))
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trustedNetwork()");
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void open_peerThatIsNotLoopback_isRefused() {
        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node("a@127.0.0.1:7001")
                        .peers("b@192.0.2.1:7003")
                        .directory(directory)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void open_trustedNetwork_allowsOtherAddresses() throws IOException {
        String self = TestCluster.of(directory, "a").address("a");
        try (ReplicatedStore store = ReplicatedStore.builder()
                .node(self)
                .peers("b@192.0.2.1:7003", "c@192.0.2.2:7003")
                .directory(directory)
                .trustedNetwork()
                .open()) {
            assertThat(store.status().peers()).extracting(Status.Peer::node).containsExactly("b", "c");
        }
    }

    @Test
    void open_portTaken_failsAndUnlocksTheDirectory() throws IOException {
        String self = TestCluster.of(directory, "a").address("a");
        Node node = Node.parse(self);
        StoreBuilder builder = ReplicatedStore.builder()
                .node(self)
                .peers("b@127.0.0.1:1")
                .directory(directory)
                .timeout(Duration.ofSeconds(1));
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.raftPort()));
            assertThatThrownBy(builder::open).isInstanceOf(StorageIoException.class);
        }
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.dataPort()));
            assertThatThrownBy(builder::open).isInstanceOf(StorageIoException.class);
        }
        builder.open().close();
    }

    @Test
    void close_peerThatAcceptsAndNeverAnswers_ends() throws IOException {
        String self = TestCluster.of(directory, "a").address("a");
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ReplicatedStore store = ReplicatedStore.builder()
                    .node(self)
                    .peers("b@127.0.0.1:1/" + silent.getLocalPort())
                    .directory(directory)
                    .open();
            assertThat(store.status().peers()).noneMatch(Status.Peer::reachable);

            assertThat(CompletableFuture.runAsync(store::close)).succeedsWithin(TestCluster.PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"c@127.0.0.1:7003/7011", "c@127.0.0.1:7011/7004", "c@127.0.0.1:7001/7011", "c@127.0.0.1:7004"})
    void open_addressTwice_isRefused(String third) {
        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node("a@127.0.0.1:7001")
                        .peers("b@127.0.0.1:7003", third)
                        .directory(directory)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("occurs twice");
    }

    @Test
    void open_directoryInUse_isRefused() {
        try (ReplicatedStore first = single().open()) {
            assertThatThrownBy(() -> single().open())
                    .isInstanceOf(StoreDirectoryException.class)
                    .hasMessageContaining("already open");
            assertThat(first.versions("a")).isEmpty();
        }
        single().open().close();
    }

    @Test
    void open_directoryOfAnotherNodeClusterOrForm_isRefused() {
        single().open().close();

        assertThatThrownBy(() ->
                        ReplicatedStore.builder().node("b").directory(directory).open())
                .isInstanceOf(StoreDirectoryException.class)
                .hasMessageContaining("node b")
                .hasMessageContaining("node a");
        assertThatThrownBy(() -> single().cluster("other").open()).isInstanceOf(StoreDirectoryException.class);
        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node("a@127.0.0.1:7001")
                        .peers("b@127.0.0.1:7003")
                        .directory(directory)
                        .open())
                .isInstanceOf(StoreDirectoryException.class)
                .hasMessageContaining("form single");
    }

    @Test
    void open_damagedLog_isNamed() throws IOException {
        single().open().close();
        Files.writeString(directory.resolve("metadata/log-00000000000000000000"), "rubbish");

        assertThatThrownBy(() -> single().open())
                .isInstanceOf(CorruptBlockException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void open_directoryThatIsAFile_isNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> ReplicatedStore.builder()
                        .node("a")
                        .directory(file.resolve("x"))
                        .open())
                .isInstanceOf(StorageIoException.class);
    }

    @ParameterizedTest
    @MethodSource("options")
    void option_setTwice_isRefused(Consumer<StoreBuilder> option) {
        StoreBuilder builder = ReplicatedStore.builder();
        option.accept(builder);

        assertThatThrownBy(() -> option.accept(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was already set to");
    }

    static List<Consumer<StoreBuilder>> options() {
        return List.of(
                builder -> builder.node("a"),
                builder -> builder.peers("b:1"),
                builder -> builder.directory(Path.of("x")),
                builder -> builder.copies(1),
                builder -> builder.timeout(Duration.ofSeconds(1)),
                builder -> builder.cacheBytes(0),
                builder -> builder.chunking(ChunkProfile.XET_64K),
                builder -> builder.cluster("c"),
                builder -> builder.listener(event -> {}));
    }

    @ParameterizedTest
    @MethodSource("badOptions")
    void option_outsideItsRange_isRefusedAtOnce(Consumer<StoreBuilder> option) {
        assertThatThrownBy(() -> option.accept(ReplicatedStore.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got");
    }

    static List<Consumer<StoreBuilder>> badOptions() {
        return List.of(
                builder -> builder.node(""),
                builder -> builder.node("a b"),
                builder -> builder.node("a@h"),
                builder -> builder.node("../a"),
                builder -> builder.node("a@h:0"),
                builder -> builder.node("a@h:65536"),
                builder -> builder.node("a@h:65535"),
                builder -> builder.node("a@h:1/70000"),
                builder -> builder.node("a@h:1:2"),
                builder -> builder.peers("b"),
                builder -> builder.copies(0),
                builder -> builder.timeout(Duration.ZERO),
                builder -> builder.timeout(Duration.ofMinutes(11)),
                builder -> builder.cacheBytes(-1),
                builder -> builder.cluster("a b"));
    }

    @Test
    void node_forms_areUnderstood() {
        assertThat(Node.parse("b:7001")).isEqualTo(new Node("b", "b", 7001, 7002));
        assertThat(Node.parse("a@127.0.0.1:7001")).isEqualTo(new Node("a", "127.0.0.1", 7001, 7002));
        assertThat(Node.parse("a@127.0.0.1:7001/9")).isEqualTo(new Node("a", "127.0.0.1", 7001, 9));
        assertThat(Node.parse("a@[::1]:7001")).isEqualTo(new Node("a", "::1", 7001, 7002));
        assertThat(Node.parse("a@[::1]:7001").dataAuthority()).isEqualTo("[::1]:7002");
    }
}
