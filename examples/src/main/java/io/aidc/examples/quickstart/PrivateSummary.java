package io.aidc.examples.quickstart;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.accounting.PldAccountant;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.query.BoundsRelease;
import io.aidc.privacy.query.GroupedRelease;
import io.aidc.privacy.query.Groups;
import io.aidc.privacy.query.HistogramRelease;
import io.aidc.privacy.query.PrivateRecords;
import io.aidc.privacy.query.Release;
import io.aidc.privacy.query.VectorRelease;
import io.aidc.training.network.Layer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the training rows tell before training, all of it paid from one budget: how many people, how many of each class,
 * which sizes occur at all, the range and the mean of every column. The network's input scaling is made of nothing else.
 *
 * @param people noisy number of training rows
 * @param classes noisy number of rows of each class
 * @param sizes noisy number of rows by the first column to one significant digit, where enough rows share it
 * @param lower private lower bound of each column
 * @param upper private upper bound of each column
 * @param means noisy mean of each column, within its bounds
 * @param spent ε after each release, in order
 */
@SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
record PrivateSummary(
        double people,
        Map<String, Long> classes,
        Map<Double, Long> sizes,
        double[] lower,
        double[] upper,
        double[] means,
        Map<String, Double> spent) {
    private static final String COUNT = "people";
    private static final double COUNT_NOISE = 20;
    private static final double BOUNDS_NOISE = 4;
    private static final double MEANS_NOISE = 8;
    private static final double SPREAD = 3;
    private static final double SELECTION_EPSILON = 0.2;

    /** The part of δ that the choice of groups may use up. */
    static final double SELECTION_DELTA = 1e-5;

    static PrivateSummary of(List<Patients.Row> rows, List<String> classNames, PrivacyBudget budget) {
        PrivateRecords<Patients.Row> records = budget.from(rows);
        int columns = rows.get(0).features().length;
        Map<String, Double> spent = new LinkedHashMap<>();
        if (!(records.count().gaussian(COUNT_NOISE) instanceof Release.Granted people)) {
            throw overspent();
        }
        spent.put("number of people", soFar(budget));
        if (!(records.histogram(Patients.Row::label, classNames).gaussian(COUNT_NOISE)
                instanceof HistogramRelease.Granted<String> classes)) {
            throw overspent();
        }
        spent.put("people of each class", soFar(budget));
        if (!(records.groupBy(row -> significant(row.features()[0]), Groups.selectedPrivately())
                        .count(COUNT)
                        .spending(SELECTION_EPSILON, SELECTION_DELTA)
                instanceof GroupedRelease.Granted<Double> sizes)) {
            throw overspent();
        }
        spent.put("sizes that enough people share", soFar(budget));
        if (!(records.bounds(columns, Patients.Row::features).gaussian(BOUNDS_NOISE)
                instanceof BoundsRelease.Granted bounds)) {
            throw overspent();
        }
        spent.put("range of each column", soFar(budget));
        if (!(records.means(Patients.Row::features)
                        .clampedTo(bounds.lower(), bounds.upper())
                        .gaussian(MEANS_NOISE)
                instanceof VectorRelease.Granted means)) {
            throw overspent();
        }
        spent.put("mean of each column", soFar(budget));
        double[] inside = means.values();
        for (int j = 0; j < columns; j++) {
            inside[j] = Math.min(Math.max(inside[j], bounds.lower()[j]), bounds.upper()[j]);
        }
        return new PrivateSummary(
                Math.max(1, people.value()),
                classes.counts(),
                counts(sizes),
                bounds.lower(),
                bounds.upper(),
                inside,
                spent);
    }

    private static Map<Double, Long> counts(GroupedRelease.Granted<Double> sizes) {
        Map<Double, Long> counts = new TreeMap<>();
        sizes.groups()
                .forEach((size, values) ->
                        counts.put(size, Math.round(values.get(COUNT).value())));
        return counts;
    }

    private static double significant(double value) {
        return new BigDecimal(value).round(new MathContext(1)).doubleValue();
    }

    /** Clamps each column to its private bounds, then centres it on its private mean and scales it by its range. */
    List<Layer> inputScaling() {
        float[] low = new float[lower.length];
        float[] high = new float[lower.length];
        float[] shift = new float[lower.length];
        float[] factor = new float[lower.length];
        for (int j = 0; j < lower.length; j++) {
            low[j] = (float) lower[j];
            high[j] = (float) upper[j];
            shift[j] = (float) means[j];
            factor[j] = (float) (upper[j] > lower[j] ? SPREAD / (upper[j] - lower[j]) : 0);
        }
        return List.of(Layer.clamp(low, high), Layer.scale(shift, factor));
    }

    private static double soFar(PrivacyBudget budget) {
        return epsilon(budget.charged(), budget.delta());
    }

    /** ε of something charged, as an upper bound by its distribution of privacy losses. */
    static double epsilon(PrivacyEvent charged, double delta) {
        return PldAccountant.of(charged).epsilon(delta).pessimistic();
    }

    private static IllegalStateException overspent() {
        return new IllegalStateException("the privacy budget does not cover the summary");
    }
}
