package io.aidc.storage.faults;

import io.aidc.storage.history.CasRegister;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Names of their own, used by clients on all nodes for some seconds, so that each history is short.
 *
 * <p>Small keys and aliases that only move are registers; names to which versions are published are artifacts.
 */
final class Round implements AutoCloseable {
    private static final int CLIENTS = 3;
    private static final int ATTEMPTS = 3;

    private final Cluster cluster;
    private final Tally tally;
    private final int number;
    private final Recording<CasRegister.Operation> registers = new Recording<>();
    private final Recording<Artifacts.Operation> artifacts = new Recording<>();
    private final Map<String, List<String>> published = new ConcurrentHashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    Round(Cluster cluster, Tally tally, int number) {
        this.cluster = cluster;
        this.tally = tally;
        this.number = number;
    }

    Cluster cluster() {
        return cluster;
    }

    Tally tally() {
        return tally;
    }

    int number() {
        return number;
    }

    Recording<CasRegister.Operation> registers() {
        return registers;
    }

    Recording<Artifacts.Operation> artifacts() {
        return artifacts;
    }

    String key(int index) {
        return "r%d/k%d".formatted(number, index);
    }

    String register(int index) {
        return "r%d/reg%d".formatted(number, index);
    }

    String name(int index) {
        return "r%d/art%d".formatted(number, index);
    }

    /** The names to which versions are published. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Client.REGISTERS; i++) {
            names.add(register(i));
        }
        for (int i = 0; i < Client.NAMES; i++) {
            names.add(name(i));
        }
        return names;
    }

    void published(String name, String label) {
        published.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>()).add(label);
    }

    /** Returns the label of an acknowledged version, or nil. */
    String someLabel(String name, Random random) {
        List<String> labels = published.getOrDefault(name, List.of());
        return labels.isEmpty() ? Answer.NIL : labels.get(random.nextInt(labels.size()));
    }

    /** Returns {@code name@label} of all acknowledged versions. */
    List<String> references() {
        List<String> references = new ArrayList<>();
        published.forEach((name, labels) -> labels.forEach(label -> references.add(name + "@" + label)));
        return references;
    }

    /** Publishes the versions between which the registers' aliases move. */
    void prepare() throws IOException {
        NodeLink link = cluster.link(cluster.alive().get(0));
        for (int register = 0; register < Client.REGISTERS; register++) {
            for (int value = 0; value < Client.VALUES; value++) {
                publish(link, register(register), "v" + value);
            }
        }
    }

    private void publish(NodeLink link, String name, String label) throws IOException {
        Answer answer = Answer.GONE;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            answer = link.ask("publish %s %s nil".formatted(name, label));
            boolean exists = answer.is(Answer.Kind.REJECTED) && !answer.first().equals(Answer.NIL);
            if (answer.is(Answer.Kind.COMMITTED) || (attempt > 0 && exists)) {
                published(name, label);
                return;
            }
        }
        throw new IOException("no fault is active and %s@%s cannot be published: %s".formatted(name, label, answer));
    }

    void start(Random random) {
        for (String node : cluster.nodes()) {
            for (int i = 0; i < CLIENTS; i++) {
                var client = new Client(this, node, i, new Random(random.nextLong()), stop);
                var thread = new Thread(client, "faults-client-" + node + i);
                thread.setDaemon(true);
                threads.add(thread);
                thread.start();
            }
        }
    }

    /** Stops the clients and waits for the answers they still wait for. */
    @Override
    public void close() throws IOException {
        stop.countDown();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        threads.clear();
    }
}
