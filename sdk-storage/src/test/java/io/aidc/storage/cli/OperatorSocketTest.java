package io.aidc.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.ReplicatedStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for a node that is running. */
class OperatorSocketTest {
    private static final int SECONDS = 60;
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration SHORT = Duration.ofMillis(100);

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
        var request = new OperatorRequest(List.of("put", "m", "1", "weights.bin"), caller);

        assertThat(OperatorClient.ask(request, socket, System.out, System.err)).isZero();

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
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
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
    void close_withMoreSilentOnesThanThreads_ends() throws Exception {
        int many = 40;
        var accepted = new CountDownLatch(many + 1); // the last waits for one more
        replaceBy(new Server(accepted::countDown), user -> true, NEVER);
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < many; i++) {
                silent.add(connect());
            }
            assertThat(accepted.await(SECONDS, TimeUnit.SECONDS)).isTrue();

            assertCloseEnds();
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void close_whileAnAnswerIsNotTaken_ends() throws Exception {
        replaceBy(new Server(() -> {}), user -> true, NEVER);
        try (SocketChannel stopped = connect()) {
            askForALongAnswer(stopped);
            assertThat(stopped.read(ByteBuffer.allocate(1))).isEqualTo(1);

            assertCloseEnds();
        }
    }

    @Test
    void whoeverDoesNotTakeTheAnswer_isHungUpOn() throws Exception {
        replaceBy(new Server(() -> {}), user -> true, SHORT);
        try (SocketChannel stopped = connect()) {
            askForALongAnswer(stopped);

            // fills what the node does not read, then waits for the node to hang up
            var hungUp = CompletableFuture.runAsync(() -> assertThatThrownBy(() -> {
                        while (true) {
                            stopped.write(ByteBuffer.allocate(1 << 16));
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(ClosedChannelException.class));

            assertThat(hungUp).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoeverAsksNothing_isHungUpOn() throws Exception {
        replaceBy(new Server(() -> {}), user -> true, SHORT);
        try (SocketChannel silent = connect()) {
            silent.write(ByteBuffer.wrap(new byte[] {0, 0, 0}));

            var read = CompletableFuture.supplyAsync(() -> readAll(silent));

            assertThat(read).succeedsWithin(SECONDS, TimeUnit.SECONDS).isEqualTo("");
        }
    }

    @Test
    void whoeverMayNotAsk_isToldBeforeTheRequestIsRead() throws Exception {
        replaceBy(new Server(() -> {}), user -> false, NEVER);
        try (SocketChannel silent = connect()) {
            var read = CompletableFuture.supplyAsync(() -> readAll(silent));

            assertThat(read)
                    .succeedsWithin(SECONDS, TimeUnit.SECONDS)
                    .asString()
                    .contains("error: only the user whose node this is, and root, may ask it");
        }
    }

    @Test
    void afterAFailedAccept_operatorsAreAnswered() throws Exception {
        var failures = new AtomicInteger();
        replaceBy(
                new Server(() -> {
                    if (failures.incrementAndGet() == 1) {
                        throw new IOException("Too many open files");
                    }
                }),
                user -> true,
                NEVER);

        assertThat(CompletableFuture.supplyAsync(() -> ask("status")))
                .succeedsWithin(SECONDS, TimeUnit.SECONDS)
                .isEqualTo(0);
    }

    @Test
    void socket_isForItsOwnUserOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(OperatorSocket.owner()).isEqualTo(Files.getOwner(root).getName());
    }

    @Test
    void open_whereSomethingElseIs_isRefusedAndKeepsIt() throws IOException {
        Path model = Files.writeString(root.resolve("model"), "weights");
        Path directory = Files.createDirectory(root.resolve("empty"));
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("nowhere"));

        for (Path file : List.of(model, directory, link)) {
            assertThatThrownBy(() -> OperatorSocket.open(store, file))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen at %s: what is there is not a socket", file);
        }

        assertThat(model).hasContent("weights");
        assertThat(directory).isEmptyDirectory();
        assertThat(link).isSymbolicLink();
    }

    @Test
    void request_longerThanAMebibyte_isRefused() throws IOException {
        assertThat(read(List.of("x".repeat(1 << 19), "x".repeat((1 << 19) - 1)), "/")
                        .words())
                .hasSize(2);
        assertThatThrownBy(() -> read(List.of("x".repeat(1 << 19), "x".repeat(1 << 19)), "/"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 0 are taken");
    }

    private static OperatorRequest read(List<String> words, String base) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new OperatorRequest(words, new Caller(Map.of(), Path.of(base), false)).writeTo(new DataOutputStream(bytes));
        return OperatorRequest.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    @Test
    void toString_hasNoSecret() {
        var caller = new Caller(Map.of("AIDC_BACKUP_PASSWORD", "hush"), root, true);
        var request = new OperatorRequest(List.of("backup", "hush"), caller);

        assertThat(caller.toString()).contains(root.toString()).doesNotContain("hush");
        assertThat(request.toString()).contains(root.toString()).doesNotContain("hush");
    }

    @Test
    void mayAsk_ownerAndRootOnly() {
        assertThat(OperatorSocket.mayAsk("svc", "svc")).isTrue();
        assertThat(OperatorSocket.mayAsk("root", "svc")).isTrue();
        assertThat(OperatorSocket.mayAsk("eve", "svc")).isFalse();
    }

    /** Listens at {@link #socket} in another way from here on. */
    private void replaceBy(Server server, Predicate<String> mayAsk, Duration patience) throws IOException {
        operators.close();
        server.bind(UnixDomainSocketAddress.of(socket));
        operators = new OperatorSocket(store, server, mayAsk, patience);
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private void assertCloseEnds() {
        var closed = CompletableFuture.runAsync(() -> {
            try {
                operators.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(closed).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    /** Longer than the system keeps for whoever does not read. */
    private void askForALongAnswer(SocketChannel channel) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new OperatorRequest(List.of("x".repeat(1_000_000)), new Caller(Map.of(), root, false))
                .writeTo(new DataOutputStream(bytes));
        bytes.writeTo(Channels.newOutputStream(channel));
    }

    private static String readAll(SocketChannel channel) {
        try {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int ask(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 3);
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

    private interface BeforeAccept {
        void run() throws IOException;
    }

    /** A real one that is looked at, or fails, before it accepts. */
    private static final class Server extends ServerSocketChannel {
        private final ServerSocketChannel real = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final BeforeAccept before;

        Server(BeforeAccept before) throws IOException {
            super(SelectorProvider.provider());
            this.before = before;
        }

        @Override
        public SocketChannel accept() throws IOException {
            before.run();
            return real.accept();
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
            return real.bind(local, backlog);
        }

        @Override
        public SocketAddress getLocalAddress() throws IOException {
            return real.getLocalAddress();
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
            return real.setOption(name, value);
        }

        @Override
        public <T> T getOption(SocketOption<T> name) throws IOException {
            return real.getOption(name);
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return real.supportedOptions();
        }

        @Override
        public ServerSocket socket() {
            return real.socket();
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            real.close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            real.configureBlocking(block);
        }
    }
}
