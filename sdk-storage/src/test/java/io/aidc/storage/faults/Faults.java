package io.aidc.storage.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Runs nodes as processes, uses them, harms them, and judges what they said.
 *
 * <p>{@code mvn -q -Pfaults -pl sdk-storage -Dfaults='--minutes 10 --seed 7 --nodes 3'}. The schedule of faults follows from the
 * seed; what they meet does not. Ends with 1 if a promise was broken, with 2 if the run could not go on.
 */
public final class Faults {
    private static final int MOST_FAULTS = 3;
    private static final int CALM_MILLIS = 1_000;

    private final Settings settings;
    private final PrintStream out;
    private final Tally tally = new Tally();
    private final Random random;

    Faults(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        random = new Random(settings.seed());
    }

    public static void main(String[] arguments) throws IOException {
        Settings settings;
        try {
            settings = Settings.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Settings.USAGE);
            System.exit(2);
            return;
        }
        int code = 2;
        try {
            code = new Faults(settings, System.out).run() ? 0 : 1;
        } finally {
            System.out.flush();
            System.exit(code);
        }
    }

    Tally tally() {
        return tally;
    }

    /** Returns whether all promises were kept. */
    boolean run() throws IOException {
        List<FaultKind> kinds = possible();
        Set<Need> needs = EnumSet.noneOf(Need.class);
        kinds.forEach(kind -> needs.add(kind.need()));
        Path folder = settings.directory().resolve(settings.prefix());
        cleanUpAfterKilledRun(folder);
        Files.createDirectories(folder);
        var progress = new Progress(out, settings.length(), tally);
        try (Cluster cluster = Cluster.start(folder.resolve("nodes"), settings, tally, needs)) {
            Thread hook = ending(progress, cluster::close);
            Runtime.getRuntime().addShutdownHook(hook);
            rounds(cluster, kinds, folder, progress);
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IOException | RuntimeException e) {
            progress.end();
            if (!progress.isStopped()) {
                out.println(tally.table() + "the run could not go on: " + e);
            }
            throw e;
        }
        progress.end();
        out.println(tally.table() + "seed " + settings.seed() + ", to repeat:\n" + settings.command());
        return tally.violations().isEmpty();
    }

    private static Thread ending(Progress progress, Runnable cleanUp) {
        return new Thread(
                () -> {
                    progress.stop();
                    cleanUp.run();
                },
                "faults-clean-up");
    }

    private void cleanUpAfterKilledRun(Path folder) throws IOException {
        for (String node : settings.nodeIds()) {
            Shell.works("umount", "-l", folder.resolve("nodes").resolve(node).toString());
        }
        Shell.run("rm", "-rf", folder.toString());
    }

    /** The kinds that were asked for and that this machine can do; says which it cannot, and why. */
    private List<FaultKind> possible() {
        Map<Need, Optional<String>> missing = new EnumMap<>(Need.class);
        List<FaultKind> kinds = new ArrayList<>();
        for (FaultKind kind : settings.kinds()) {
            Optional<String> reason = settings.nodes() == 1 && kind.needsPeers()
                    ? Optional.of("needs several nodes")
                    : missing.computeIfAbsent(
                            kind.need(), need -> need.missing(settings.prefix(), settings.directory()));
            reason.ifPresentOrElse(
                    why -> out.println("not run: %s: %s".formatted(Settings.word(kind), why)), () -> kinds.add(kind));
        }
        return kinds;
    }

    private void rounds(Cluster cluster, List<FaultKind> kinds, Path folder, Progress progress) throws IOException {
        var injector = new Injector(cluster, random, tally);
        var judge = new Judge(cluster, tally, folder);
        var old = new OldRounds(cluster);
        awaitReady(cluster);
        int number = 0;
        do {
            var round = new Round(cluster, tally, ++number);
            round.prepare();
            play(round, injector, pick(kinds), progress);
            progress.show(number, "judging");
            judge.judge(round);
            old.add(round);
            boolean last = progress.isOver();
            List<String> suspects = cluster.alive().stream()
                    .filter(node -> last || injector.hasFlipped(node))
                    .toList();
            if (cluster.hasMajority()) {
                Judge.requireReadable(round, suspects, old.references());
            }
            injector.forgetFlips();
            Set<String> damaged = cluster.refused();
            if (cluster.replaceRefused()) {
                old.clear();
            }
            if (!damaged.isEmpty()) {
                awaitReady(cluster);
                Judge.requireReadable(round, damaged, old.references()); // their copies count again from here on
            }
            progress.show(number, "");
        } while (!progress.isOver());
    }

    private static void awaitReady(Cluster cluster) throws IOException {
        for (String node : cluster.nodes()) {
            Answer answer = cluster.link(node).ask("ready 60000");
            if (!answer.is(Answer.Kind.VALUE)) {
                throw new IOException("node %s does not come up: %s".formatted(node, answer));
            }
        }
    }

    /** Up to three kinds. Where bits are flipped on one node, no other node's disk is harmed: both may hold the same chunk. */
    private List<FaultKind> pick(List<FaultKind> kinds) {
        List<FaultKind> picked = new ArrayList<>();
        for (int count = kinds.isEmpty() ? 0 : 1 + random.nextInt(MOST_FAULTS); count > 0; count--) {
            FaultKind kind = kinds.get(random.nextInt(kinds.size()));
            boolean clash = (kind == FaultKind.BIT_FLIP && picked.stream().anyMatch(FaultKind::harmsDisks))
                    || (kind.harmsDisks() && picked.contains(FaultKind.BIT_FLIP))
                    || (kind == FaultKind.LOG_FLIP && picked.contains(kind));
            if (!clash) {
                picked.add(kind);
            }
        }
        return picked;
    }

    private void play(Round round, Injector injector, List<FaultKind> kinds, Progress progress) throws IOException {
        try (round) {
            round.start(random);
            rest(CALM_MILLIS);
            for (FaultKind kind : kinds) {
                progress.show(round.number(), Settings.word(kind));
                injector.inject(kind);
                rest(Settings.SHORTEST_FAULT.toMillis()
                        + random.nextInt(1 + (int) settings.longestFault().toMillis()));
                if (random.nextBoolean()) {
                    injector.heal();
                    rest(CALM_MILLIS);
                }
            }
            injector.heal();
            rest(CALM_MILLIS);
        }
    }

    private static void rest(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
