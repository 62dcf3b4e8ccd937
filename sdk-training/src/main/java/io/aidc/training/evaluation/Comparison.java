package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Judges several learners on the same folds, each against the first.
 *
 * {@snippet class="io.aidc.training.evaluation.EvaluationSnippetsTest" region="comparison"}
 *
 * <p>Confined: one thread at a time.
 */
public final class Comparison {
    private final Map<String, Learner> learners;
    private UnaryOperator<CrossValidation> folds = validation -> validation;
    private @Nullable String baseline;
    private boolean validationSet;

    private Comparison(Map<String, Learner> learners) {
        this.learners = learners;
    }

    /**
     * Begins the description of a comparison.
     *
     * @param learners what is compared by name, at least two, in the order they are shown; the first is what the others are
     *     compared with, unless {@link #baseline} is set
     * @return a comparison by {@value CrossValidation#DEFAULT_FOLDS} folds
     * @throws IllegalArgumentException if there are fewer than two learners
     */
    public static Comparison of(Map<String, ? extends Learner> learners) {
        if (learners.size() < 2) {
            throw new IllegalArgumentException("a comparison needs at least 2 learners, got " + learners.size());
        }
        return new Comparison(Collections.unmodifiableMap(new LinkedHashMap<>(learners)));
    }

    /**
     * Names what the others are compared with; the first if not set.
     *
     * @param name one of the learners
     * @return this
     * @throws IllegalArgumentException if there is no such learner
     * @throws IllegalStateException if it was set before
     */
    public Comparison baseline(String name) {
        if (baseline != null) {
            throw new IllegalStateException("baseline is already set to " + baseline);
        }
        if (!learners.containsKey(name)) {
            throw new IllegalArgumentException("no learner '%s'; there are %s".formatted(name, learners.keySet()));
        }
        baseline = name;
        return this;
    }

    /**
     * Sets how each learner is judged: folds, repeats, seed and so on; the default options if not set.
     *
     * @param options sets options of a cross-validation and returns it; called once for each learner, so that all have the same
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Comparison validatedBy(UnaryOperator<CrossValidation> options) {
        if (validationSet) {
            throw new IllegalStateException("validatedBy is already set");
        }
        folds = Objects.requireNonNull(options, "options");
        validationSet = true;
        return this;
    }

    /**
     * Judges the learners, one after the other. What one of them throws is thrown on.
     *
     * @param data the rows
     * @return how they did
     * @throws IllegalArgumentException if the options do not fit the data
     */
    public ComparisonResult run(Dataset data) {
        Map<String, CrossValidationResult> results = new LinkedHashMap<>();
        learners.forEach((name, learner) ->
                results.put(name, folds.apply(CrossValidation.of(learner)).run(data)));
        return new ComparisonResult(
                results, baseline == null ? learners.keySet().iterator().next() : baseline);
    }
}
