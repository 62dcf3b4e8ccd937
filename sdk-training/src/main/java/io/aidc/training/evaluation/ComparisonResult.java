package io.aidc.training.evaluation;

import io.aidc.training.internal.WholeFile;
import io.aidc.training.metrics.Better;
import io.aidc.training.track.internal.IntervalChart;
import io.aidc.training.track.internal.Page;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds how several learners did on the same folds, as numbers, as text and as a page.
 *
 * <p>Immutable.
 */
public final class ComparisonResult {
    private static final int DIGITS = 4;

    private final Map<String, CrossValidationResult> results;
    private final String baseline;

    ComparisonResult(Map<String, CrossValidationResult> results, String baseline) {
        this.results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
        this.baseline = baseline;
    }

    /**
     * Tells how a learner differs from the baseline.
     *
     * @param estimate of the learner's score minus the baseline's, fold by fold; its {@code p} is that of the corrected resampled
     *     t-test of no difference
     * @param adjustedP the same, adjusted by Holm's method for the number of learners compared with the baseline on this score; not
     *     for the number of scores looked at
     * @see <a href="https://www.jstor.org/stable/4615733">Holm 1979</a>
     */
    public record Difference(Estimate estimate, double adjustedP) {}

    /**
     * Gives the learners.
     *
     * @return how each did by name, in the order they were given
     */
    public Map<String, CrossValidationResult> results() {
        return results;
    }

    /**
     * Names what the others are compared with.
     *
     * @return one of the learners
     */
    public String baseline() {
        return baseline;
    }

    /**
     * Lists the scores that all learners have.
     *
     * @return their names in a fixed order
     */
    public Set<String> scores() {
        Set<String> names = new LinkedHashSet<>(result(baseline).names());
        results.values().forEach(result -> names.retainAll(result.names()));
        return Collections.unmodifiableSet(names);
    }

    /**
     * Gives how a learner did.
     *
     * @param learner its name
     * @return its folds
     * @throws IllegalArgumentException if there is no such learner
     */
    public CrossValidationResult result(String learner) {
        CrossValidationResult result = results.get(learner);
        if (result == null) {
            throw new IllegalArgumentException("no learner '%s'; there are %s".formatted(learner, results.keySet()));
        }
        return result;
    }

    /**
     * Names the learner with the best mean of a score; the first of equals.
     *
     * @param score its name; by {@link Better#of} a smaller one is better if it is a loss or an error
     * @return the learner
     * @throws IllegalArgumentException if there is no such score
     */
    public String best(String score) {
        String best = baseline;
        double mean = Double.NaN;
        for (var entry : results.entrySet()) {
            double other = entry.getValue().estimate(score).mean();
            if (Better.of(score).isBetter(other, mean)) {
                best = entry.getKey();
                mean = other;
            }
        }
        return best;
    }

    /**
     * Tells how the other learners differ from the baseline.
     *
     * @param score the name of a score
     * @return a difference for each learner but the baseline
     * @throws IllegalArgumentException if there is no such score
     */
    public Map<String, Difference> differences(String score) {
        double[] base = result(baseline).values(score);
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        for (var entry : results.entrySet()) {
            if (!entry.getKey().equals(baseline)) {
                double[] values = entry.getValue().values(score);
                for (int i = 0; i < values.length; i++) {
                    values[i] -= base[i];
                }
                estimates.put(
                        entry.getKey(), Estimate.of(values, entry.getValue().testToTrain(), Estimate.DEFAULT_LEVEL));
            }
        }
        return adjusted(estimates);
    }

    /**
     * Tells how a learner differs from the baseline.
     *
     * @param learner its name, not that of the baseline
     * @param score the name of a score
     * @return the difference
     * @throws IllegalArgumentException if there is no such learner or score, or the learner is the baseline
     */
    public Difference difference(String learner, String score) {
        Difference difference = differences(score).get(learner);
        if (difference == null) {
            throw new IllegalArgumentException("learner must be one of %s but the baseline '%s', got '%s'"
                    .formatted(results.keySet(), baseline, learner));
        }
        return difference;
    }

    private static Map<String, Difference> adjusted(Map<String, Estimate> estimates) {
        List<String> rising = new ArrayList<>(estimates.keySet());
        rising.removeIf(name -> Double.isNaN(p(estimates, name)));
        rising.sort((a, b) -> Double.compare(p(estimates, a), p(estimates, b)));
        Map<String, Double> adjusted = new LinkedHashMap<>();
        double least = 0;
        for (int i = 0; i < rising.size(); i++) {
            least = Math.max(least, Math.min(1, (rising.size() - i) * p(estimates, rising.get(i))));
            adjusted.put(rising.get(i), least);
        }
        Map<String, Difference> differences = new LinkedHashMap<>();
        estimates.forEach((name, estimate) ->
                differences.put(name, new Difference(estimate, adjusted.getOrDefault(name, Double.NaN))));
        return Collections.unmodifiableMap(differences);
    }

    private static double p(Map<String, Estimate> estimates, String name) {
        Estimate estimate = estimates.get(name);
        return estimate == null ? Double.NaN : estimate.p();
    }

    private List<String> head() {
        List<String> head = new ArrayList<>(List.of("score"));
        results.keySet().forEach(name -> head.add(name.equals(baseline) ? name + " (baseline)" : name));
        return head;
    }

    /** For each learner the mean and half its range, a star at the best, and the adjusted p of its difference. */
    private List<String> line(String score) {
        List<String> line = new ArrayList<>(List.of(score));
        Map<String, Difference> differences = differences(score);
        String best = best(score);
        results.forEach((name, result) -> {
            Estimate one = result.estimate(score);
            Difference difference = differences.get(name);
            line.add(Page.number(one.mean(), DIGITS)
                    + " ± " + Page.number((one.high() - one.low()) / 2, 2)
                    + (name.equals(best) ? " *" : "")
                    + (difference == null ? "" : ", p=" + Page.number(difference.adjustedP(), 2)));
        });
        return line;
    }

    /**
     * Shows a table: a line for each score, a column for each learner; in each cell the mean, half the 95 % range, a star at the best
     * learner, and Holm's p of the difference from the baseline.
     *
     * @return text of several lines
     */
    public String text() {
        List<List<String>> lines = new ArrayList<>(List.of(head()));
        scores().forEach(score -> lines.add(line(score)));
        int[] widths = new int[results.size() + 1];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder cells = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                cells.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            text.append(cells.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /**
     * Shows the table and a picture of each score as a page, which loads nothing and holds no script.
     *
     * @return an HTML document
     */
    public String html() {
        Page page = new Page("Comparison of " + String.join(", ", results.keySet()));
        CrossValidationResult first = result(baseline);
        page.note(
                ("Mean over %d folds with half the 95 %% range of the corrected resampled t-test; a star marks the best, "
                                + "p is that of no difference from the baseline, adjusted by Holm's method.")
                        .formatted(first.folds().size()));
        List<List<String>> rows = new ArrayList<>();
        scores().forEach(score -> rows.add(line(score)));
        page.table(head(), rows);
        for (String score : scores()) {
            IntervalChart chart = new IntervalChart(score);
            results.forEach((name, result) -> {
                Estimate one = result.estimate(score);
                chart.line(name, one.mean(), one.low(), one.high());
            });
            page.heading(score).picture(chart.svg());
        }
        return page.html();
    }

    /**
     * Writes the page to a file, which is then the old one or the whole new one.
     *
     * @param file where to; replaced if it is there
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Path file) {
        WholeFile.replace(file, html().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return text();
    }
}
