package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Trains learners, and one more that learns how to join their answers. The last one is trained with answers for rows that were held
 * aside, so that it does not trust whoever remembers best.
 *
 * <p>Confined: one thread at a time while options are set; {@link #fit} may be called from several.
 *
 * @see <a href="https://doi.org/10.1016/S0893-6080(05)80023-1">Wolpert 1992</a>
 */
public final class Stacking implements Learner {
    private final List<Learner> learners;
    private final Learner joiner;
    private @Nullable Integer folds;

    private Stacking(List<Learner> learners, Learner joiner) {
        this.learners = learners;
        this.joiner = joiner;
    }

    /**
     * Begins the description of a stack.
     *
     * @param learners those that see the features, at least one
     * @param joiner the one that sees their answers, side by side in that order, as features
     * @return a stack with default options
     * @throws IllegalArgumentException if there is no learner
     */
    public static Stacking of(List<? extends Learner> learners, Learner joiner) {
        if (learners.isEmpty()) {
            throw new IllegalArgumentException("a stack needs at least 1 learner, got 0");
        }
        return new Stacking(List.copyOf(learners), Objects.requireNonNull(joiner, "joiner"));
    }

    /**
     * Sets into how many parts the rows are divided to be held aside; {@value CrossValidation#DEFAULT_FOLDS} if not set.
     *
     * @param count ≥ 2, and at most the number of rows
     * @return this
     * @throws IllegalArgumentException if it is below 2
     * @throws IllegalStateException if it was set before
     */
    public Stacking folds(int count) {
        if (folds != null) {
            throw new IllegalStateException("folds is already set to " + folds);
        }
        if (count < 2) {
            throw new IllegalArgumentException("folds must be >= 2, got " + count);
        }
        folds = count;
        return this;
    }

    /**
     * Trains each learner once for each fold and once with all rows, then the joiner.
     *
     * @param data the rows
     * @param seed what folds and seeds are drawn from
     * @return the stack; the caller closes it. If one fails, those already trained are closed
     */
    @Override
    public Predictor fit(Dataset data, long seed) {
        Dataset answers = joined(data, answers(data, seed));
        List<Predictor> trained = new ArrayList<>();
        try {
            for (int l = 0; l < learners.size(); l++) {
                trained.add(learners.get(l).fit(data, Seeds.derived(seed, l + 1L)));
            }
            Predictor top = joiner.fit(answers, Seeds.derived(seed, 0));
            return new Stack(List.copyOf(trained), top);
        } catch (RuntimeException | Error e) {
            Closing.after(e, trained);
            throw e;
        }
    }

    private List<float[][]> answers(Dataset data, long seed) {
        List<float[][]> answers = new ArrayList<>();
        for (Learner learner : learners) {
            CrossValidation validation = CrossValidation.of(learner)
                    .folds(folds == null ? CrossValidation.DEFAULT_FOLDS : folds)
                    .seed(seed); // the same folds for all learners
            answers.add((data.classes() > 0 ? validation.stratified() : validation)
                    .run(data)
                    .outOfFold());
        }
        return answers;
    }

    private static Dataset joined(Dataset data, List<float[][]> answers) {
        float[][] features = sideBySide(answers);
        if (data.classes() == 0) {
            float[][] targets = new float[data.rows()][];
            Arrays.setAll(targets, data::target);
            return Dataset.regression(features, targets);
        }
        int[] labels = new int[data.rows()];
        Arrays.setAll(labels, data::label);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < features[0].length; i++) {
            names.add("answer" + i);
        }
        return Dataset.classification(features, labels, names, data.classNames());
    }

    private static float[][] sideBySide(List<float[][]> answers) {
        float[][] rows = new float[answers.get(0).length][];
        for (int i = 0; i < rows.length; i++) {
            int width = 0;
            for (float[][] some : answers) {
                width += some[i].length;
            }
            rows[i] = new float[width];
            int at = 0;
            for (float[][] some : answers) {
                System.arraycopy(some[i], 0, rows[i], at, some[i].length);
                at += some[i].length;
            }
        }
        return rows;
    }

    private record Stack(List<Predictor> learners, Predictor joiner) implements Predictor {
        @Override
        public float[][] predict(float[][] rows) {
            List<float[][]> answers = new ArrayList<>();
            for (Predictor learner : learners) {
                answers.add(learner.predict(rows));
            }
            return joiner.predict(sideBySide(answers));
        }

        @Override
        public void close() {
            List<Predictor> all = new ArrayList<>(learners);
            all.add(joiner);
            Closing.all(all);
        }
    }
}
