package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells how well a learner does on rows it was not trained with: holds aside one part of the rows after the other, trains with the
 * others and scores.
 *
 * {@snippet class="io.aidc.training.evaluation.EvaluationSnippetsTest" region="crossvalidation"}
 *
 * <p>All that learns from rows, scaling included, belongs into the learner, or the folds leak into one another. The same seed gives
 * the same folds and hands the learner the same seeds. Each predictor is closed when its fold is scored, also if that fails.
 *
 * <p>Confined: one thread at a time.
 */
public final class CrossValidation {
    /** Parts of the rows unless {@link #folds} is set. */
    public static final int DEFAULT_FOLDS = 5;

    private static final int MAX_REPEATS = 1000;

    private final Learner learner;
    private final Map<String, ToDoubleBiFunction<Dataset, float[][]>> ownScores = new LinkedHashMap<>();
    private @Nullable Integer folds;
    private @Nullable Integer repeats;
    private @Nullable Long seed;
    private @Nullable ExecutorService executor;
    private int @Nullable [] groups;
    private boolean stratified;

    private CrossValidation(Learner learner) {
        this.learner = learner;
    }

    /**
     * Begins the description of a cross-validation.
     *
     * @param learner what is judged; called from several threads only with {@link #parallel}
     * @return a cross-validation with default options
     */
    public static CrossValidation of(Learner learner) {
        return new CrossValidation(Objects.requireNonNull(learner, "learner"));
    }

    /**
     * Sets into how many parts the rows are divided; {@value #DEFAULT_FOLDS} if not set.
     *
     * @param count ≥ 2, and at most the number of rows
     * @return this
     * @throws IllegalArgumentException if it is below 2
     * @throws IllegalStateException if it was set before
     */
    public CrossValidation folds(int count) {
        once("folds", folds);
        if (count < 2) {
            throw new IllegalArgumentException("folds must be >= 2, got " + count);
        }
        folds = count;
        return this;
    }

    /**
     * Gives each fold its share of each class, see {@link Folds#stratified}; not so if this is not called.
     *
     * @return this
     * @throws IllegalStateException if {@link #grouped} was called
     */
    public CrossValidation stratified() {
        once("grouped", groups == null ? null : "a group for each row");
        stratified = true;
        return this;
    }

    /**
     * Keeps the rows of a group in one fold, see {@link Folds#grouped}; not so if this is not called.
     *
     * @param groupOfRow the group of each row; copied
     * @return this
     * @throws IllegalStateException if it or {@link #stratified} was called before
     */
    public CrossValidation grouped(int... groupOfRow) {
        once("grouped", groups == null ? null : "a group for each row");
        once("stratified", stratified ? true : null);
        groups = groupOfRow.clone();
        return this;
    }

    /**
     * Sets how often the rows are divided anew; once if not set.
     *
     * @param count in [1, 1000]
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it was set before
     */
    public CrossValidation repeats(int count) {
        once("repeats", repeats);
        if (count < 1 || count > MAX_REPEATS) {
            throw new IllegalArgumentException("repeats must be in [1, %d], got %d".formatted(MAX_REPEATS, count));
        }
        repeats = count;
        return this;
    }

    /**
     * Sets what the folds and the learner's seeds are drawn from; 0 if not set.
     *
     * @param value any number
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public CrossValidation seed(long value) {
        once("seed", seed);
        seed = value;
        return this;
    }

    /**
     * Runs folds at the same time; one after the other if not set. The answers are the same, if the learner's do not hang on how
     * many of it run.
     *
     * @param on runs the folds; not shut down. The caller of {@link #run} waits for it, so it must not be one of its only threads
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public CrossValidation parallel(ExecutorService on) {
        once("parallel", executor);
        executor = Objects.requireNonNull(on, "executor");
        return this;
    }

    /**
     * Adds a score of the caller to those of {@link io.aidc.training.metrics.ClassificationScores#byName} or
     * {@link io.aidc.training.metrics.RegressionScores#byName}.
     *
     * @param name what it is called; one of the same name is replaced
     * @param score scores answers, {@code [rows, classes]} or {@code [rows, targets]}, on rows held aside; a comparison takes a
     *     greater one for better, unless the name is of one that is replaced: give a cost with a minus
     * @return this
     */
    public CrossValidation score(String name, ToDoubleBiFunction<Dataset, float[][]> score) {
        ownScores.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(score, "score"));
        return this;
    }

    /**
     * Trains and scores; folds times repeats in all. What the learner, its predictors or a score throws is thrown on.
     *
     * @param data the rows
     * @return how it went
     * @throws IllegalArgumentException if the options do not fit the data, or a predictor answers another shape
     * @throws java.util.concurrent.CancellationException if the thread was interrupted while folds ran on an executor; its flag is
     *     still set
     */
    public CrossValidationResult run(Dataset data) {
        int parts = folds == null ? DEFAULT_FOLDS : folds;
        int rounds = repeats == null ? 1 : repeats;
        long drawnBy = seed == null ? 0 : seed;
        List<Supplier<Tested>> tasks = new ArrayList<>();
        for (int repeat = 0; repeat < rounds; repeat++) {
            List<int[]> divided = divide(data, parts, Seeds.derived(drawnBy, repeat));
            for (int fold = 0; fold < parts; fold++) {
                int round = repeat;
                int part = fold;
                long learnerSeed = Seeds.derived(~drawnBy, (long) repeat * parts + fold);
                tasks.add(() -> test(data, divided.get(part), round, part, learnerSeed));
            }
        }
        List<Tested> tested =
                executor == null ? tasks.stream().map(Supplier::get).toList() : Tasks.all(tasks, executor);
        double[][] sums = new double[data.rows()][Answers.width(data)];
        for (Tested one : tested) {
            for (int i = 0; i < one.rows.length; i++) {
                for (int k = 0; k < sums[0].length; k++) {
                    sums[one.rows[i]][k] += one.answers[i][k];
                }
            }
        }
        return new CrossValidationResult(tested.stream().map(one -> one.scores).toList(), means(sums, rounds));
    }

    private static float[][] means(double[][] sums, int count) {
        float[][] means = new float[sums.length][sums[0].length];
        for (int i = 0; i < sums.length; i++) {
            for (int k = 0; k < means[i].length; k++) {
                means[i][k] = (float) (sums[i][k] / count);
            }
        }
        return means;
    }

    private List<int[]> divide(Dataset data, int parts, long drawnBy) {
        if (groups != null) {
            if (groups.length != data.rows()) {
                throw new IllegalArgumentException(
                        "grouped must be one group for each of %d rows, got %d".formatted(data.rows(), groups.length));
            }
            return Folds.grouped(groups, parts, drawnBy);
        }
        return stratified ? Folds.stratified(data, parts, drawnBy) : Folds.of(data.rows(), parts, drawnBy);
    }

    /** The rows of a fold, what was answered for them, and how good that was. */
    private static final class Tested {
        private final int[] rows;
        private final float[][] answers;
        private final FoldScores scores;

        Tested(int[] rows, float[][] answers, FoldScores scores) {
            this.rows = rows;
            this.answers = answers;
            this.scores = scores;
        }
    }

    private Tested test(Dataset data, int[] heldAside, int repeat, int fold, long learnerSeed) {
        Dataset train = data.subset(Folds.others(data.rows(), heldAside));
        Dataset test = data.subset(heldAside);
        float[][] answers;
        try (Predictor predictor = learner.fit(train, learnerSeed)) {
            answers = Answers.of(predictor, test);
        }
        Map<String, Double> scores = new LinkedHashMap<>(Answers.scores(test, answers));
        ownScores.forEach((name, score) -> scores.put(
                name,
                score.applyAsDouble(
                        test, Arrays.stream(answers).map(float[]::clone).toArray(float[][]::new))));
        return new Tested(heldAside, answers, new FoldScores(repeat, fold, train.rows(), test.rows(), scores));
    }

    private static void once(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalStateException("%s is already set to %s".formatted(option, value));
        }
    }
}
