package io.aidc.storage.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Does faults to a cluster and heals them. */
final class Injector {
    private static final int FLIPS = 3;
    private static final int MOST_JUMP_MILLIS = 2 * 60 * 60 * 1000;

    private final Cluster cluster;
    private final Random random;
    private final Tally tally;
    private final Set<String> paused = new HashSet<>();
    private final Set<String> full = new HashSet<>();
    private @Nullable String flipped;

    Injector(Cluster cluster, Random random, Tally tally) {
        this.cluster = cluster;
        this.random = random;
        this.tally = tally;
    }

    void inject(FaultKind kind) throws IOException {
        String victim = victim();
        List<String> others = others(victim);
        switch (kind) {
            case KILL -> cluster.kill(victim);
            case KILL_ALL -> cluster.killAll();
            case PAUSE -> pause(victim);
            case ISOLATE -> split(List.of(victim), others);
            case DEAFEN -> cluster.network().cut(victim, others);
            case MUTE -> {
                for (String other : others) {
                    cluster.network().cut(other, List.of(victim));
                }
            }
            case SPLIT -> splitAtRandom();
            case LOSS -> {
                for (String node : cluster.nodes()) {
                    cluster.network().lose(node, others(node), 5 + random.nextInt(30));
                }
            }
            case SLOW -> cluster.network().slow(victim);
            case DELAY -> cluster.network().delay(victim);
            case DISK_FULL -> {
                full.add(victim);
                cluster.disk(victim).fill();
            }
            case POWER_CUT -> cutPower(List.of(victim));
            case POWER_CUT_ALL -> cutPower(cluster.nodes());
            case BIT_FLIP -> flip(victim);
            case LOG_FLIP -> flipLog(victim);
            case CLOCK_JUMP ->
                cluster.link(victim).ask("jump " + (random.nextInt(2 * MOST_JUMP_MILLIS) - MOST_JUMP_MILLIS));
        }
        tally.fault(kind);
    }

    /** The leader, as some node sees it, every other time. */
    private String victim() {
        List<String> nodes = cluster.nodes();
        String any = nodes.get(random.nextInt(nodes.size()));
        boolean leader = random.nextBoolean();
        for (String node : leader ? cluster.alive() : List.<String>of()) {
            if (!paused.contains(node)) {
                String known = cluster.link(node).ask("status").first();
                return cluster.nodeOf(known).orElse(any);
            }
        }
        return any;
    }

    private List<String> others(String node) {
        return cluster.nodes().stream().filter(other -> !other.equals(node)).toList();
    }

    private void pause(String node) throws IOException {
        if (cluster.isAlive(node)) {
            cluster.link(node).signal("STOP");
            paused.add(node);
        }
    }

    private void splitAtRandom() throws IOException {
        List<String> nodes = new ArrayList<>(cluster.nodes());
        Collections.shuffle(nodes, random);
        int minority = Math.max(1, (nodes.size() - 1) / 2);
        split(nodes.subList(0, minority), nodes.subList(minority, nodes.size()));
    }

    private void split(List<String> one, List<String> other) throws IOException {
        for (String node : one) {
            cluster.network().cut(node, other);
        }
        for (String node : other) {
            cluster.network().cut(node, one);
        }
    }

    /** Half of the times the processes die first, half of the times they see their disk fail. */
    private void cutPower(List<String> victims) throws IOException {
        boolean killFirst = random.nextBoolean();
        for (String victim : victims) {
            if (killFirst) {
                cluster.kill(victim);
            }
            cluster.disk(victim).cutPower();
        }
        for (String victim : victims) {
            cluster.kill(victim);
            cluster.disk(victim).restore();
        }
    }

    /** Flips bits of what one node keeps, the same node until {@link #forgetFlips()}. */
    private void flip(String victim) throws IOException {
        flipped = flipped == null ? victim : flipped;
        flip(files(cluster.directory(flipped).resolve("packs")), FLIPS);
    }

    private void flipLog(String victim) throws IOException {
        cluster.kill(victim);
        List<Path> log = files(cluster.directory(victim).resolve("raft"));
        log.removeIf(file -> !file.getFileName().toString().startsWith("log_"));
        flip(log, 1);
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new ArrayList<>();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path ->
                            Files.isRegularFile(path) && !path.toString().endsWith(".tmp"))
                    .sorted()
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private void flip(List<Path> files, int count) throws IOException {
        Collections.shuffle(files, random);
        for (Path file : files.subList(0, Math.min(count, files.size()))) {
            try (var content = new RandomAccessFile(file.toFile(), "rw")) {
                long at = (long) (random.nextDouble() * content.length());
                content.seek(at);
                int old = content.read();
                content.seek(at);
                content.write(old ^ (1 << random.nextInt(8)));
                tally.incident("bit flipped");
            } catch (NoSuchFileException e) {
                tally.incident("file to flip was gone");
            }
        }
    }

    boolean hasFlipped(String node) {
        return node.equals(flipped);
    }

    void forgetFlips() {
        flipped = null;
    }

    /** Takes back all that can be taken back and starts what is down. */
    void heal() throws IOException {
        for (String node : paused) {
            if (cluster.isAlive(node)) {
                cluster.link(node).signal("CONT");
            }
        }
        paused.clear();
        cluster.healNetwork();
        for (String node : full) {
            cluster.disk(node).empty();
            cluster.kill(node); // its Raft log has stopped for good
        }
        full.clear();
        cluster.startDead();
    }
}
