package io.aidc.storage.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a run: a process each and, where the machine allows, a network namespace and a disk each.
 *
 * <p>Faults and judging come from one thread; clients ask from others.
 */
final class Cluster implements AutoCloseable {
    private static final int CHANGE_ATTEMPTS = 15;

    private final Path root;
    private final List<String> nodes;
    private final Breakage breakage;
    private final Tally tally;
    private final @Nullable Network network;
    private final Map<String, LoopDisk> disks = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();
    private final Map<String, NodeLink> links = new ConcurrentHashMap<>();
    private final Set<String> refused = new TreeSet<>();
    private final Map<String, Integer> replacements = new HashMap<>();
    private int generation;

    private Cluster(Path root, Settings settings, Tally tally, Set<Need> given) throws IOException {
        this.root = root;
        this.tally = tally;
        nodes = settings.nodeIds();
        breakage = settings.breakage();
        boolean networked = given.contains(Need.FIREWALL) || given.contains(Need.BANDWIDTH);
        network = networked ? Network.create(settings.prefix(), nodes) : null;
    }

    /** Starts all nodes; only what the given needs are for is built. */
    static Cluster start(Path root, Settings settings, Tally tally, Set<Need> given) throws IOException {
        Files.createDirectories(root);
        var cluster = new Cluster(root, settings, tally, given);
        try {
            if (given.contains(Need.DISK)) {
                for (String node : cluster.nodes) {
                    cluster.disks.put(node, LoopDisk.create(root.resolve(node + ".img"), root.resolve(node)));
                }
            }
            cluster.assignAddresses();
            cluster.startAll();
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void assignAddresses() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (String node : nodes) {
                if (network != null) {
                    addresses.put(node, network.host(node) + ":7001");
                    continue;
                }
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                addresses.put(
                        node,
                        "127.0.0.1:%d/%d"
                                .formatted(
                                        held.get(held.size() - 2).getLocalPort(),
                                        held.get(held.size() - 1).getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    List<String> nodes() {
        return nodes;
    }

    NodeLink link(String node) {
        return Objects.requireNonNull(links.get(node));
    }

    boolean isAlive(String node) {
        return link(node).isAlive();
    }

    List<String> alive() {
        return nodes.stream().filter(this::isAlive).toList();
    }

    boolean hasMajority() {
        return alive().size() > nodes.size() / 2;
    }

    Network network() {
        return Objects.requireNonNull(network, "no network");
    }

    void healNetwork() {
        if (network != null) {
            network.heal();
        }
    }

    LoopDisk disk(String node) {
        return Objects.requireNonNull(disks.get(node), "no disk");
    }

    Path directory(String node) {
        return root.resolve(node).resolve("store" + generation);
    }

    private void startAll() throws IOException {
        for (String node : nodes) {
            launch(node, false);
        }
        for (String node : nodes) {
            awaitOpen(node);
        }
    }

    /** Starts all nodes that do not run, at once. A node that refuses its damaged files stays down. */
    void startDead() throws IOException {
        List<String> dead = nodes.stream()
                .filter(node -> !isAlive(node) && !refused.contains(node))
                .toList();
        for (String node : dead) {
            launch(node, false);
        }
        for (String node : dead) {
            awaitOpen(node);
        }
    }

    private void launch(String node, boolean joining) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                breakage.name(), joining ? "join" : "start", directory(node).toString()));
        if (nodes.size() == 1) {
            arguments.add(id(node));
        } else {
            arguments.add(address(node));
            nodes.stream()
                    .filter(other -> !other.equals(node))
                    .map(this::address)
                    .forEach(arguments::add);
        }
        ProcessBuilder builder = NodeLink.java(
                network == null ? List.of() : network.entering(node), NodeMain.class.getName(), arguments);
        builder.redirectError(
                ProcessBuilder.Redirect.appendTo(root.resolve(node + ".log").toFile()));
        links.put(node, NodeLink.start(builder));
    }

    private void awaitOpen(String node) throws IOException {
        String greeting = link(node).greeting();
        if (greeting.equals("open")) {
            return;
        }
        link(node).kill();
        String[] words = greeting.split(" ", 3);
        if (words[1].equals("CorruptBlockException")) {
            refused.add(node);
            tally.incident("node refused its files as damaged");
        } else {
            tally.violation("node %s did not start though nothing was wrong: %s".formatted(node, greeting));
        }
    }

    private String address(String node) {
        return id(node) + "@" + Objects.requireNonNull(addresses.get(node));
    }

    /** The name a node has in the cluster; it gets another each time it is replaced. */
    private String id(String node) {
        int replaced = replacements.getOrDefault(node, 0);
        return replaced == 0 ? node : node + replaced;
    }

    Optional<String> nodeOf(String id) {
        return nodes.stream().filter(node -> id(node).equals(id)).findFirst();
    }

    Set<String> refused() {
        return Set.copyOf(refused);
    }

    /**
     * Gives damaged nodes a way back: each leaves and joins empty under another id. Without a majority all are founded anew,
     * without what they held.
     *
     * @return whether what was stored is gone
     */
    boolean replaceRefused() throws IOException {
        if (refused.isEmpty()) {
            return false;
        }
        if (!hasMajority()) {
            foundAnew();
            return true;
        }
        for (String node : List.copyOf(refused)) {
            replace(node);
        }
        return false;
    }

    private void replace(String node) throws IOException {
        NodeLink other = link(alive().get(0));
        insist(other, "leave " + id(node));
        Shell.run("rm", "-rf", directory(node).toString());
        refused.remove(node);
        replacements.merge(node, 1, Integer::sum);
        launch(node, true);
        awaitOpen(node);
        insist(other, "join " + address(node));
        tally.incident("node replaced");
    }

    private static void insist(NodeLink node, String request) throws IOException {
        Answer answer = Answer.GONE;
        for (int attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
            answer = node.ask(request);
            if (answer.is(Answer.Kind.VALUE)) {
                return;
            }
        }
        throw new IOException(
                "all nodes but the damaged ones are well, and yet '%s' fails: %s".formatted(request, answer));
    }

    private void foundAnew() throws IOException {
        tally.incident("cluster founded anew");
        killAll();
        for (String node : nodes) {
            Shell.run("rm", "-rf", directory(node).toString());
        }
        refused.clear();
        generation++;
        startAll();
    }

    void kill(String node) throws IOException {
        link(node).kill();
    }

    void killAll() throws IOException {
        for (NodeLink link : links.values()) {
            link.kill();
        }
    }

    @Override
    public synchronized void close() {
        try {
            killAll();
            for (LoopDisk disk : disks.values()) {
                disk.close();
            }
            disks.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (network != null) {
                network.close();
            }
        }
    }
}
