package io.aidc.examples.quickstart;

import io.aidc.examples.Launch;
import io.aidc.examples.picture.Timeline;
import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Status;
import io.aidc.storage.StoreEvent;
import io.aidc.storage.Version;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * A store of three nodes on this machine: {@code a} in this JVM, {@code b} and {@code c} in JVMs of their own that can be
 * killed. <em>Confined: one thread at a time.</em>
 */
final class Cluster implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration START = Duration.ofSeconds(40);

    private final DoubleSupplier clock;
    private final Map<String, Process> children = new LinkedHashMap<>();
    private final Map<String, Double> died = new LinkedHashMap<>();
    private final List<Timeline.Event> events = new ArrayList<>();
    private final double started;
    private final AtomicInteger healed = new AtomicInteger();
    private final Path chunks;
    private final ReplicatedStore store;

    private Cluster(DoubleSupplier clock, Path directory, Map<String, String> addresses) throws IOException {
        this.clock = clock;
        this.started = clock.getAsDouble();
        this.chunks = directory.resolve("a").resolve("packs");
        try {
            for (String name : NAMES.subList(1, NAMES.size())) {
                children.put(name, startNode(name, directory.resolve(name), addresses));
            }
            this.store = ReplicatedStore.builder()
                    .node(Objects.requireNonNull(addresses.get("a"), "a"))
                    .peers(others("a", addresses))
                    .directory(directory.resolve("a"))
                    .cacheBytes(0)
                    .listener(event -> {
                        if (event instanceof StoreEvent.ChunkRepaired) {
                            healed.incrementAndGet();
                        }
                    })
                    .open();
        } catch (IOException | RuntimeException e) {
            stopChildren();
            throw e;
        }
    }

    /**
     * Starts the three nodes and waits until they have a leader.
     *
     * @param directory holds one sub-directory a node
     * @param clock seconds since the journey began
     */
    static Cluster start(Path directory, DoubleSupplier clock) throws IOException {
        Cluster cluster = new Cluster(clock, directory, addresses());
        try {
            cluster.store.awaitReady(START);
            cluster.await(
                    "all three nodes to be up",
                    () -> cluster.store.status().peers().stream().allMatch(Status.Peer::reachable));
            cluster.happened(cluster.leader(), "elected leader");
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    ReplicatedStore store() {
        return store;
    }

    /** Waits until every node holds every byte of the version; returns their names. */
    Set<String> holders(Version version) {
        await("three replicas", () -> store.holders(version).size() == NAMES.size());
        return store.holders(version);
    }

    private void await(String what, BooleanSupplier there) {
        double end = clock.getAsDouble() + START.toSeconds();
        while (!there.getAsBoolean()) {
            if (clock.getAsDouble() > end) {
                throw new IllegalStateException("waited " + START.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    String leader() {
        Status status = store.status();
        return status.leader() == null ? "a" : status.leader();
    }

    void happened(String node, String text) {
        events.add(new Timeline.Event(NAMES.indexOf(node), clock.getAsDouble(), text));
    }

    /** Kills the leader if it is a child, else {@code c}: SIGKILL, no goodbye. Returns the node's name. */
    String killOne() throws InterruptedException {
        String leader = leader();
        String victim = children.containsKey(leader) ? leader : "c";
        Process process = Objects.requireNonNull(children.remove(victim), victim);
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("node " + victim + " did not die within 10 s");
        }
        died.put(victim, clock.getAsDouble());
        happened(victim, victim.equals(leader) ? "killed while it was the leader" : "killed while it was a follower");
        store.awaitReady(Duration.ofSeconds(30));
        happened(leader(), "leads the two survivors");
        return victim;
    }

    /** Deletes this node's copy of every chunk, so that what is read next must come from another node. */
    void loseOwnChunks() throws IOException {
        try (Stream<Path> files = Files.walk(chunks)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        happened("a", "lost its own copy of every chunk");
    }

    int healedChunks() {
        return healed.get();
    }

    /** How many nodes were killed, the store answering after each. */
    int killed() {
        return died.size();
    }

    List<Timeline.Lane> lanes() {
        double now = clock.getAsDouble();
        return NAMES.stream()
                .map(name -> new Timeline.Lane(
                        "node " + name, started, died.getOrDefault(name, now), died.containsKey(name)))
                .toList();
    }

    List<Timeline.Event> events() {
        return List.copyOf(events);
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            stopChildren();
        }
    }

    private void stopChildren() {
        for (Process child : children.values()) {
            try {
                child.getOutputStream().close();
                if (!child.waitFor(10, TimeUnit.SECONDS)) {
                    child.destroyForcibly();
                }
            } catch (IOException e) {
                child.destroyForcibly();
            } catch (InterruptedException e) {
                child.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        children.clear();
    }

    private static Process startNode(String name, Path directory, Map<String, String> addresses) throws IOException {
        List<String> command = Launch.javaCommand(System.getProperty("java.class.path"));
        command.add(1, "-Xmx256m");
        command.add(StoreNode.class.getName());
        command.add(directory.toString());
        command.add(addresses.get(name));
        command.addAll(List.of(others(name, addresses)));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String[] others(String name, Map<String, String> addresses) {
        return addresses.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toArray(String[]::new);
    }

    /** Six ports that were free a moment ago: a Raft and a data port for each node. */
    private static Map<String, String> addresses() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            Map<String, String> addresses = new LinkedHashMap<>();
            for (String name : NAMES) {
                ServerSocket raft = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(raft);
                ServerSocket data = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(data);
                addresses.put(name, name + "@127.0.0.1:" + raft.getLocalPort() + "/" + data.getLocalPort());
            }
            return addresses;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
