package io.aidc.training.federated;

import io.aidc.training.federated.ClientOutcome.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Folds the updates of one attempt of a round into one. Taking in is one thread at a time, checking is not. */
final class PlainRound implements Gathering.Intake<Update> {
    private final Plan plan;
    private final int length;
    private final double clipNorm;
    private final @Nullable ExactSum sum;
    private final Map<String, float[]> kept = new TreeMap<>();
    private final Map<String, Long> weights = new TreeMap<>();
    private final Map<String, Map<String, Double>> metrics = new TreeMap<>();
    private int within;

    PlainRound(Plan plan, int length, double clipNorm) {
        this.plan = plan;
        this.length = length;
        this.clipNorm = clipNorm;
        sum = plan.combination().aggregation() == null ? new ExactSum(length) : null;
    }

    @Override
    public Gathering.Taking check(String client, Update update) {
        float[] values = Checks.vector("update", update.values(), length, Checks.LARGEST);
        if (plan.privacy() == null) {
            return () -> take(client, update, values);
        }
        boolean inside = Clip.norm(values) <= clipNorm;
        float[] clipped = Clip.to(clipNorm, values);
        return () -> {
            within += inside ? 1 : 0;
            return take(client, update, clipped);
        };
    }

    private @Nullable String take(String client, Update update, float[] values) {
        long weight = plan.combination().weighting() == Weighting.EXAMPLES ? update.examples() : 1;
        weights.put(client, weight);
        if (sum == null) {
            kept.put(client, values);
        } else {
            sum.add(values, weight);
        }
        if (plan.privacy() == null && !update.metrics().isEmpty()) {
            metrics.put(client, update.metrics());
        }
        return null;
    }

    /** Gives the combined update, after the last answer was taken in. */
    Combined combine(Map<String, ClientOutcome> outcomes) {
        long survivors = outcomes.values().stream()
                .filter(outcome -> outcome.status() == Status.ANSWERED)
                .count();
        int minimum = plan.cohort().minimum();
        if (survivors < minimum) {
            String failure = "%d of %d clients answered, %d are needed".formatted(survivors, outcomes.size(), minimum);
            return Combined.failed(outcomes, failure, clipNorm);
        }
        ClientPrivacy privacy = plan.privacy();
        if (privacy != null) {
            var noised = new NoisedSum(privacy, clipNorm);
            float[] total = Objects.requireNonNull(sum).dividedBy(1);
            float[] update = noised.mean(total);
            return new Combined(outcomes, "", update, noised.nextClipNorm(within, (int) survivors), Map.of());
        }
        if (sum != null) {
            return new Combined(outcomes, "", mean(sum), clipNorm, averagedMetrics());
        }
        float[] update;
        try {
            update = byCaller();
        } catch (IllegalArgumentException e) {
            return Combined.failed(outcomes, "the aggregation: " + e.getMessage(), clipNorm);
        }
        Checks.vector("the aggregation's result", update, length, Float.MAX_VALUE);
        return new Combined(outcomes, "", update, clipNorm, averagedMetrics());
    }

    private float[] mean(ExactSum total) {
        long weight = weights.values().stream().mapToLong(Long::longValue).sum();
        return weight == 0 ? new float[length] : total.dividedBy((double) weight);
    }

    private float[] byCaller() {
        double[] numbers =
                weights.values().stream().mapToDouble(Long::doubleValue).toArray();
        return Objects.requireNonNull(plan.combination().aggregation()).combine(List.copyOf(kept.values()), numbers);
    }

    private Map<String, Double> averagedMetrics() {
        Map<String, double[]> sums = new TreeMap<>();
        metrics.forEach((client, figures) -> {
            long weight = Objects.requireNonNull(weights.get(client));
            figures.forEach((name, value) -> {
                double[] pair = sums.computeIfAbsent(name, any -> new double[2]);
                pair[0] += weight * value;
                pair[1] += weight;
            });
        });
        Map<String, Double> means = new TreeMap<>();
        sums.forEach((name, pair) -> means.put(name, pair[0] / pair[1]));
        return means;
    }
}
