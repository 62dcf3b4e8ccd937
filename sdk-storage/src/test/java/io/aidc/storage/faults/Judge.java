package io.aidc.storage.faults;

import io.aidc.storage.history.Call;
import io.aidc.storage.history.CasRegister;
import io.aidc.storage.history.Checker;
import io.aidc.storage.history.Model;
import io.aidc.storage.history.Report;
import io.aidc.storage.history.Timeline;
import io.aidc.storage.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Says whether the nodes kept their promises in a round. All faults are healed and all clients are stopped by then.
 *
 * <p>What the judge itself reads becomes part of the history: an acknowledged write that is lost makes it not linearizable.
 */
final class Judge {
    private static final long READY_MILLIS = 60_000;
    private static final int ATTEMPTS = 3;
    private static final int READERS = 12;

    private final Cluster cluster;
    private final Tally tally;
    private final Path findings;

    Judge(Cluster cluster, Tally tally, Path findings) {
        this.cluster = cluster;
        this.tally = tally;
        this.findings = findings;
    }

    void judge(Round round) throws IOException {
        List<String> ready = ready();
        if (!ready.isEmpty()) {
            NodeLink link = cluster.link(ready.get(0));
            round.registers().settle(id -> link.ask("settle " + id));
            round.artifacts().settle(id -> link.ask("settle " + id));
            compare(round, ready);
        }
        check(round, "registers", new CasRegister(), round.registers().calls());
        check(round, "artifacts", new Artifacts(), round.artifacts().calls());
    }

    /** The nodes that serve again; that a minority refused its damaged files must not keep the others from it. */
    private List<String> ready() {
        if (!cluster.hasMajority()) {
            tally.incident("majority down: nothing could be read");
            return List.of();
        }
        List<String> ready = new ArrayList<>();
        for (String node : cluster.alive()) {
            Answer answer = cluster.link(node).ask("ready " + READY_MILLIS);
            if (answer.is(Answer.Kind.VALUE)) {
                ready.add(node);
            } else {
                tally.violation(
                        "node %s did not recover within %d ms: %s".formatted(node, READY_MILLIS, answer.rest()));
            }
        }
        return ready;
    }

    private void compare(Round round, List<String> nodes) {
        Set<List<String>> views = new HashSet<>();
        List<String> described = new ArrayList<>();
        Set<String> references = new TreeSet<>(round.references());
        for (String node : nodes) {
            List<String> view = view(round, node, references);
            views.add(view);
            described.add(node + "=" + view);
        }
        requireReadable(round, nodes, references);
        if (views.size() > 1) {
            tally.violation("round %d: nodes differ: %s".formatted(round.number(), described));
        }
    }

    /** What a node shows; the versions it lists are added to the references. */
    private static List<String> view(Round round, String node, Set<String> references) {
        var reader = new Client(round, node, Client.JUDGE, new Random(0), new CountDownLatch(0));
        List<String> view = new ArrayList<>();
        for (int i = 0; i < Client.KEYS; i++) {
            String key = round.key(i);
            view.add(value(round, key, () -> reader.get(key)).first());
        }
        for (int i = 0; i < Client.REGISTERS; i++) {
            String register = round.register(i);
            view.add(value(round, register, () -> reader.readRegister(register)).first());
        }
        for (int i = 0; i < Client.NAMES; i++) {
            String name = round.name(i);
            view.add(value(round, name, () -> reader.resolve(name)).first());
            Answer labels = value(round, name, () -> reader.labels(name));
            Client.listed(labels).forEach(label -> references.add(name + "@" + label));
            view.add(labels.first());
        }
        return view;
    }

    private static Answer value(Round round, String what, Supplier<Answer> reading) {
        Answer answer = reading.get();
        for (int attempt = 1; attempt < ATTEMPTS && !answer.is(Answer.Kind.VALUE); attempt++) {
            answer = reading.get();
        }
        if (!answer.is(Answer.Kind.VALUE)) {
            round.tally().violation("%s cannot be read when all faults are over: %s".formatted(what, answer));
        }
        return answer;
    }

    /** Reads versions in full through nodes. Whatever a node kept of them that was damaged is healed by that. */
    static void requireReadable(Round round, Collection<String> nodes, Collection<String> references) {
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        for (String node : nodes) {
            for (String reference : references) {
                reads.add(CompletableFuture.runAsync(() -> requireReadable(round, node, reference), readers));
            }
        }
        reads.forEach(CompletableFuture::join);
        readers.shutdown();
    }

    private static void requireReadable(Round round, String node, String reference) {
        var reader = new Client(round, node, Client.JUDGE, new Random(0), new CountDownLatch(0));
        String label = reference.substring(reference.indexOf('@') + 1);
        Answer answer = Answer.GONE;
        for (int attempt = 0; attempt < ATTEMPTS && !answer.first().equals(label); attempt++) {
            answer = reader.readBytes(reference);
        }
        if (!answer.is(Answer.Kind.VALUE) || !answer.first().equals(label)) {
            round.tally().violation("node %s cannot read %s: %s".formatted(node, reference, answer));
        }
    }

    private <S, O> void check(Round round, String what, Model<S, O> model, List<Call<O>> calls) throws IOException {
        Report<O> report = new Checker<>(model).check(calls);
        tally.judged(what, calls.size());
        if (report.verdict() == Verdict.LINEARIZABLE) {
            return;
        }
        Object part = model.part(report.part().get(0).operation());
        Path page = findings.resolve("round-%d-%s.html".formatted(round.number(), what));
        Timeline.write(report, "round %d, %s".formatted(round.number(), part), page);
        Files.write(
                findings.resolve("round-%d-%s.txt".formatted(round.number(), what)),
                report.part().stream().map(Call::toString).toList());
        String finding =
                "round %d: history of %s is %s, see %s".formatted(round.number(), part, report.verdict(), page);
        if (report.verdict() == Verdict.UNKNOWN) {
            tally.incident(finding);
        } else {
            tally.violation(finding);
        }
    }
}
