package io.aidc.training.federated;

import io.aidc.training.federated.FederatedReport.StopReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs rounds until they are done or something ends them. Confined: one thread at a time. */
final class Rounds {
    /** Why the rounds ended, or that they go on. */
    record End(StopReason reason, String detail) {}

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final Plan plan;
    private final Population population;
    private final Deadlines deadlines;
    private final LongSupplier nanoTime;
    private final long seed;
    private final Server server;
    private final List<RoundReport> reports = new ArrayList<>();
    private int completed;
    private double clipNorm;

    Rounds(Plan plan, SavedState from, Population population, Deadlines deadlines, LongSupplier nanoTime) {
        this.plan = plan;
        this.population = population;
        this.deadlines = deadlines;
        this.nanoTime = nanoTime;
        seed = from.seed();
        server = from.server();
        completed = from.round();
        clipNorm = from.clipNorm();
    }

    int completed() {
        return completed;
    }

    List<RoundReport> reports() {
        return reports;
    }

    float[] parameters() {
        return server.parameters();
    }

    End run() {
        while (completed < plan.rounds()) {
            @Nullable End end;
            try {
                end = round(completed + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new End(StopReason.INTERRUPTED, "interrupted in round " + (completed + 1));
            }
            if (end != null) {
                return end;
            }
        }
        return new End(StopReason.FINISHED, "");
    }

    /** Completes a round in one attempt or several; gives null, or why the run ends. */
    private @Nullable End round(int round) throws InterruptedException {
        Set<String> failedBefore = new HashSet<>();
        String failure = "";
        for (int attempt = 1; attempt - 1 <= plan.cohort().retries(); attempt++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String refusal = refusal(round);
            if (refusal != null) {
                return new End(StopReason.REFUSED, refusal);
            }
            long began = nanoTime.getAsLong();
            Combined combined = attempt(round, attempt, failedBefore);
            double usedClipNorm = clipNorm;
            failure = combined.failure();
            if (failure.isEmpty() && !server.apply(combined.update())) {
                report(round, attempt, combined, "a parameter would not be finite", usedClipNorm, began);
                return new End(StopReason.DIVERGED, "round %d would make a parameter infinite or NaN".formatted(round));
            } else if (failure.isEmpty()) {
                completed = round;
                clipNorm = combined.clipNorm();
                save();
                RoundReport report = report(round, attempt, combined, "", usedClipNorm, began);
                return plan.hooks().stop().test(report)
                        ? new End(StopReason.STOPPED, "the caller's condition held after round " + round)
                        : null;
            }
            report(round, attempt, combined, failure, usedClipNorm, began);
            if (combined.isFinal()) {
                return new End(
                        StopReason.TOO_FEW_CLIENTS,
                        "round %d: %s; its sum was opened, so that it cannot be tried again".formatted(round, failure));
            }
            combined.outcomes().values().stream()
                    .filter(outcome -> outcome.status() != ClientOutcome.Status.ANSWERED)
                    .forEach(outcome -> failedBefore.add(outcome.client()));
            LOG.warn("a round failed: round={} attempt={} reason={}", round, attempt, failure);
        }
        return new End(
                StopReason.TOO_FEW_CLIENTS,
                "round %d failed in %d attempts; the last: %s"
                        .formatted(round, 1L + plan.cohort().retries(), failure));
    }

    private @Nullable String refusal(int round) {
        if (plan.privacy() == null) {
            return null;
        }
        try {
            return plan.privacy().gate().admit(round) ? null : "the gate did not admit round " + round;
        } catch (RuntimeException e) {
            return "the gate failed at round %d: %s".formatted(round, e);
        }
    }

    private Combined attempt(int round, int attempt, Set<String> failedBefore) throws InterruptedException {
        List<String> names = new ArrayList<>(new TreeSet<>(population.available()));
        List<String> asked = draw(names, round, attempt, failedBefore);
        float[] parameters = server.parameters();
        RoundTask shared = RoundTask.sharing(round, plan.proximal(), clipNorm, parameters);
        SecureRound.Seeding seeding = client -> shared.seeded(Seeds.client(seed, round, client));
        try {
            SecureAggregation secure = plan.combination().secure();
            if (secure == null) {
                return plain(asked, wanted(names.size(), asked.size()), round, seeding, parameters.length);
            } else if (asked.size() < plan.cohort().minimum()) {
                String failure = "%d clients were drawn, %d are needed"
                        .formatted(asked.size(), plan.cohort().minimum());
                return Combined.failed(Map.of(), failure, clipNorm);
            }
            var exchange = new SecureRound(
                    plan,
                    population,
                    deadlines,
                    outcome -> plan.hooks().listener().onClient(round, outcome));
            return exchange.run(secure.begin(round, asked, parameters.length), asked, shared, seeding);
        } finally {
            population.roundOver(round);
        }
    }

    private Combined plain(List<String> asked, int enough, int round, SecureRound.Seeding seeding, int length)
            throws InterruptedException {
        var intake = new PlainRound(plan, length, clipNorm);
        var gathering = new Gathering<>(
                asked, enough, intake, outcome -> plan.hooks().listener().onClient(round, outcome));
        Map<String, ClientOutcome> outcomes = gathering.run(
                client -> population.train(client, seeding.taskOf(client)),
                plan.cohort().limit(),
                deadlines);
        return intake.combine(outcomes);
    }

    /** With how many answers a round is over. */
    private int wanted(int available, int asked) {
        boolean all = plan.privacy() != null || plan.cohort().sampling() instanceof Sampling.Poisson;
        return Math.max(
                1, all ? asked : Math.min(asked, plan.cohort().sampling().wanted(available)));
    }

    private List<String> draw(List<String> names, int round, int attempt, Set<String> failedBefore) {
        if (plan.privacy() != null) {
            return drawnByCaller(names, plan.privacy());
        }
        Plan.Cohort cohort = plan.cohort();
        List<String> fresh =
                names.stream().filter(name -> !failedBefore.contains(name)).toList();
        int wanted = cohort.sampling().wanted(names.size());
        boolean choose = fresh.size() >= wanted && !(cohort.sampling() instanceof Sampling.Poisson);
        return cohort.sampling()
                .draw(choose ? fresh : names, wanted, cohort.overSelection(), Seeds.draw(seed, round, attempt));
    }

    private static List<String> drawnByCaller(List<String> names, ClientPrivacy privacy) {
        if (names.isEmpty()) {
            return List.of();
        }
        Set<Integer> indices = new TreeSet<>();
        for (int index : privacy.sampler().draw(names.size())) {
            if (index < 0 || index >= names.size() || !indices.add(index)) {
                throw new IllegalArgumentException(
                        "the sampler must draw distinct indices in [0, %d), got %d".formatted(names.size(), index));
            }
        }
        return indices.stream().map(names::get).toList();
    }

    private void save() {
        var sink = plan.hooks().sink();
        if (sink != null) {
            sink.accept(new SavedState(completed, seed, clipNorm, server).toBytes(plan.optimizer()));
        }
    }

    private RoundReport report(
            int round, int attempt, Combined combined, String reason, double usedClipNorm, long began) {
        boolean moved = reason.isEmpty();
        var evaluation = plan.hooks().evaluation();
        Map<String, Double> figures = moved && evaluation != null
                ? Objects.requireNonNull(evaluation.apply(server.parameters().clone()), "evaluation")
                : new HashMap<>();
        var report = new RoundReport(
                round,
                attempt,
                moved,
                reason,
                List.copyOf(combined.outcomes().values()),
                Clip.norm(combined.update()),
                usedClipNorm,
                combined.metrics(),
                figures,
                Duration.ofNanos(nanoTime.getAsLong() - began));
        reports.add(report);
        plan.hooks().listener().onRound(report, () -> server.parameters().clone());
        return report;
    }
}
