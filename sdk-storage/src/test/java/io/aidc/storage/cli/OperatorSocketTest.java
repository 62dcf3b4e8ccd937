package io.aidc.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.ReplicatedStore;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for a node that is running. */
class OperatorSocketTest {
    @TempDir
    Path root;

    private ReplicatedStore store;
    private OperatorSocket operators;
    private Path socket;
    private String out = "";
    private String err = "";

    @BeforeEach
    void open() throws IOException {
        socket = root.resolve("socket");
        store = ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve("store"))
                .open();
        operators = OperatorSocket.open(store, socket);
    }

    @AfterEach
    void close() throws IOException {
        operators.close();
        store.close();
    }

    @Test
    void commands_onARunningNode_seeWhatItDoes() throws IOException {
        byte[] weights = new byte[1 << 20];
        new Random(3).nextBytes(weights);
        Path model = Files.write(root.resolve("weights.bin"), weights);
        store.publish("m", weights).as("1").join();

        assertThat(ask("put", "m", "2", model.toString(), "--move", "prod")).isZero();
        assertThat(store.read(store.resolve("m@prod"))).isEqualTo(weights);
        assertThat(ask("ls")).isZero();
        assertThat(out).isEqualTo("{\"name\":\"m\",\"versions\":2}\n");
        assertThat(ask("get", "m@1", root.resolve("target").toString())).isZero();
        assertThat(root.resolve("target")).isNotEmptyDirectory();
        assertThat(ask("status")).isZero();
        assertThat(out).contains("\"role\":\"leader\"");
        assertThat(ask("verify")).isZero();
        assertThat(ask(
                        "backup",
                        "--create",
                        "--repository",
                        root.resolve("backups").toString()))
                .isZero();
        assertThat(ask("check", "--repository", root.resolve("backups").toString()))
                .isZero();
        assertThat(err).isEmpty();
    }

    @Test
    void paths_areThoseOfTheCaller() throws IOException {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.write(elsewhere.resolve("weights.bin"), new byte[10]);
        var caller = new Caller(Map.of(), elsewhere, false);
        var request = new OperatorRequest(java.util.List.of("put", "m", "1", "weights.bin"), caller);

        assertThat(request.ask(socket, System.out, System.err)).isZero();

        assertThat(store.versions("m")).containsExactly("1");
    }

    @Test
    void progress_isSeenByWhoeverLooks() {
        store.publish("m", new byte[1 << 20]).as("1").join();

        assertThat(run(true, "get", "m@1", root.resolve("target").toString(), "--socket", socket.toString()))
                .isZero();

        assertThat(err).contains("get [##############################] 100 %");
    }

    @Test
    void failures_areNamedAndCounted() {
        assertThat(ask("get", "m@1", root.resolve("target").toString())).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("no version or alias '1' of 'm'");
        assertThat(ask("dance")).isEqualTo(StoreCommand.WRONG_USAGE);
        assertThat(err).contains("unknown command dance; see --help");
    }

    @Test
    void severalAtOnce_areAllAnswered() {
        store.publish("m", new byte[10]).as("1").join();

        long answered = IntStream.range(0, 20)
                .parallel()
                .filter(i -> {
                    var text = new ByteArrayOutputStream();
                    var stream = new PrintStream(text, true, StandardCharsets.UTF_8);
                    String[] words = {"ls", "--json", "--socket", socket.toString()};
                    return StoreCommand.run(words, stream, stream, Map.of(), false) == 0
                            && text.toString(StandardCharsets.UTF_8).contains("\"m\"");
                })
                .count();

        assertThat(answered).isEqualTo(20);
    }

    @Test
    void nobodyListens_isNamed() throws IOException {
        operators.close();

        assertThat(ask("status")).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("no node answers at " + socket);
        assertThat(socket).doesNotExist();
        operators.close();
    }

    @Test
    void open_whereAnotherListens_isRefused_butAFileOfADeadOneIsReplaced() throws IOException {
        assertThatThrownBy(() -> OperatorSocket.open(store, socket))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen at " + socket);
        assertThat(ask("status")).isZero();

        Path left = root.resolve("left");
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(left))
                .close();
        OperatorSocket.open(store, left).close();
    }

    @Test
    void garbageAndSilence_harmNobody_andCloseEnds() throws IOException {
        try (SocketChannel garbage = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            garbage.write(ByteBuffer.wrap(new byte[] {9, 9, 9, 9}));
            assertThat(garbage.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            var huge = new DataOutputStream(Channels.newOutputStream(silent));
            huge.writeInt(1);
            huge.flush();

            assertThat(ask("status")).isZero();
            operators.close();
        }
    }

    @Test
    void mayAsk_ownerAndRootOnly() {
        assertThat(OperatorSocket.mayAsk("svc", "svc")).isTrue();
        assertThat(OperatorSocket.mayAsk("root", "svc")).isTrue();
        assertThat(OperatorSocket.mayAsk("eve", "svc")).isFalse();
    }

    private int ask(String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 3);
        all[words.length] = "--json";
        all[words.length + 1] = "--socket";
        all[words.length + 2] = socket.toString();
        return run(false, all);
    }

    private int run(boolean terminal, String... words) {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        int code = StoreCommand.run(
                words,
                new PrintStream(stdout, true, StandardCharsets.UTF_8),
                new PrintStream(stderr, true, StandardCharsets.UTF_8),
                Map.of("AIDC_BACKUP_PASSWORD", "secret", "HOME", "not told"),
                terminal);
        out = stdout.toString(StandardCharsets.UTF_8);
        err = stderr.toString(StandardCharsets.UTF_8);
        return code;
    }
}
