package io.aidc.benchmarks.storage;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.StoreBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A store in this JVM whose two peers are JVMs of their own; node a leads. */
final class StoreCluster implements AutoCloseable {
    private static final String[] NAMES = {"a", "b", "c"};

    private final Path directory;
    private final String[] addresses = new String[NAMES.length];
    private final Process[] peers = new Process[NAMES.length];
    private final ReplicatedStore store;

    StoreCluster(Path directory, int[] ports) throws IOException {
        this(directory, ports, 2, StoreBuilder.DEFAULT_TIMEOUT);
    }

    StoreCluster(Path directory, int[] ports, int copies, Duration timeout) throws IOException {
        this.directory = directory;
        for (int i = 0; i < NAMES.length; i++) {
            addresses[i] = "%s@127.0.0.1:%d/%d".formatted(NAMES[i], ports[2 * i], ports[2 * i + 1]);
        }
        start(1);
        start(2);
        store = ReplicatedStore.builder()
                .node(addresses[0])
                .peers(addresses[1], addresses[2])
                .directory(directory.resolve("a"))
                .copies(copies)
                .timeout(timeout)
                .open();
        store.awaitReady(Duration.ofSeconds(60));
    }

    ReplicatedStore store() {
        return store;
    }

    /** Starts a peer's JVM. */
    void start(int i) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                StoreCluster.class.getName(),
                directory.resolve(NAMES[i]).toString(),
                addresses[i]));
        for (int other = 0; other < NAMES.length; other++) {
            if (other != i) {
                command.add(addresses[other]);
            }
        }
        peers[i] = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(NAMES[i] + ".log").toFile()))
                .start();
    }

    /** Ends a peer's JVM as a power switch would. */
    void kill(int i) throws InterruptedException {
        peers[i].destroyForcibly().waitFor();
    }

    static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports[i] = sockets.get(i).getLocalPort();
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    @Override
    public void close() {
        store.close();
        for (int i = 1; i < peers.length; i++) {
            peers[i].destroy();
            peers[i].onExit().join();
        }
    }

    /** A peer: it ends when its standard input does. */
    public static void main(String[] args) throws IOException {
        String[] others = java.util.Arrays.copyOfRange(args, 2, args.length);
        ReplicatedStore node = ReplicatedStore.builder()
                .node(args[1])
                .peers(others)
                .directory(Path.of(args[0]))
                .open();
        while (System.in.read() >= 0) {}
        node.close();
        System.exit(0);
    }
}
