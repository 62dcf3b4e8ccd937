package io.aidc.training.search;

import io.aidc.training.internal.WholeFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a search found, and what it tells about the parameters.
 *
 * @param direction which values are good
 * @param sampler what chose the parameters, with its options
 * @param pruner what ended trials early, with its options
 * @param trials all trials that ended, in the order of their numbers, those of the journal too
 */
public record SearchResult(Direction direction, String sampler, String pruner, List<TrialRecord> trials) {
    /** Copies the list. */
    public SearchResult {
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(sampler, "sampler");
        Objects.requireNonNull(pruner, "pruner");
        trials = List.copyOf(trials);
    }

    static List<TrialRecord> ranking(Direction direction, List<TrialRecord> trials) {
        record Ranked(TrialRecord trial, double loss) {}
        List<Ranked> ranked = new ArrayList<>();
        for (TrialRecord trial : trials) {
            trial.value().ifPresent(value -> ranked.add(new Ranked(trial, direction.loss(value))));
        }
        ranked.sort(Comparator.comparingDouble(Ranked::loss));
        return ranked.stream().map(Ranked::trial).toList();
    }

    /**
     * Finds the best trial.
     *
     * @return the completed trial with the best value, of equals the first; empty if none completed
     */
    public Optional<TrialRecord> best() {
        return ranking().stream().findFirst();
    }

    /**
     * Orders the completed trials.
     *
     * @return the best first, equals by number
     */
    public List<TrialRecord> ranking() {
        return ranking(direction, trials);
    }

    /**
     * Estimates how much each parameter matters, by functional analysis of variance: a forest of regression trees is
     * grown on the completed trials, and the variance of its marginal over one parameter is divided by its whole
     * variance, both over the whole space and not only where trials are. What was not tried the forest must guess, so a
     * few dozen trials give a rough idea. A parameter of a branch is judged on the trials that took the branch.
     *
     * <p>The same trials give the same estimate. Costs seconds for thousands of trials.
     *
     * @return the parameters that have more than one value, the most important first; empty if fewer than 4 trials
     *     completed
     * @see <a href="https://proceedings.mlr.press/v32/hutter14.html">Hutter et al. 2014, section 4</a>
     */
    public List<Importance> importances() {
        return Fanova.importances(ranking());
    }

    /**
     * Writes the best trials as a table in plain text.
     *
     * @param most how many trials at most, &gt; 0
     * @return lines of equal columns, each ended by a line feed
     * @throws IllegalArgumentException if {@code most} is not positive
     */
    public String table(int most) {
        return SearchText.table(this, Ranges.atLeast("most", 1, most));
    }

    /**
     * Writes all trials as comma-separated values with a header (RFC 4180):
     * {@code trial, state, value, steps, seconds, started, attempts, error} and a column for each parameter, empty
     *     where a trial has none.
     *
     * @return lines ended by CR LF
     */
    public String csv() {
        return SearchText.csv(this);
    }

    /**
     * Draws the search as one HTML page without scripts or links to elsewhere: values over time, intermediate values,
     * importances, the value over each parameter, parallel coordinates and the best trials.
     *
     * @return the page
     */
    public String html() {
        return SearchPage.of(this);
    }

    /**
     * Writes {@link #html} to a file, in UTF-8; an existing one is replaced.
     *
     * @param file where to
     * @throws UncheckedIOException if it cannot be written
     */
    public void writeHtml(Path file) {
        WholeFile.replace(file, html().getBytes(StandardCharsets.UTF_8));
    }
}
