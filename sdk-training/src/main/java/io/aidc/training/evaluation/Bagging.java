package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains a learner several times, each time on rows drawn with replacement, and answers with the mean; which steadies learners that
 * change much with their rows.
 *
 * {@snippet class="io.aidc.training.evaluation.EvaluationSnippetsTest" region="bagging"}
 *
 * <p>Confined: one thread at a time while options are set; {@link #fit} may be called from several.
 *
 * @see <a href="https://doi.org/10.1007/BF00058655">Breiman 1996</a>
 */
public final class Bagging implements Learner {
    /** How often the learner is trained unless {@link #members} is set. */
    public static final int DEFAULT_MEMBERS = 10;

    private static final int MAX_MEMBERS = 10_000;

    private final Learner learner;
    private @Nullable Integer members;
    private @Nullable Double sample;
    private boolean allRows;

    private Bagging(Learner learner) {
        this.learner = learner;
    }

    /**
     * Begins the description of a bag.
     *
     * @param learner what is trained
     * @return a bag with default options
     */
    public static Bagging of(Learner learner) {
        return new Bagging(Objects.requireNonNull(learner, "learner"));
    }

    /**
     * Sets how often the learner is trained; {@value #DEFAULT_MEMBERS} times if not set.
     *
     * @param count in [1, 10000]
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it was set before
     */
    public Bagging members(int count) {
        if (members != null) {
            throw new IllegalStateException("members is already set to " + members);
        }
        if (count < 1 || count > MAX_MEMBERS) {
            throw new IllegalArgumentException("members must be in [1, %d], got %d".formatted(MAX_MEMBERS, count));
        }
        members = count;
        return this;
    }

    /**
     * Sets how many rows each member gets, drawn with replacement; as many as there are if not set.
     *
     * @param fraction of the rows, in (0, 1]; at least one row is drawn
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it or {@link #allRows} was set before
     */
    public Bagging sample(double fraction) {
        requireNoSample();
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("sample must be in (0, 1], got " + fraction);
        }
        sample = fraction;
        return this;
    }

    /**
     * Gives each member all rows, so that members differ by their seed only: a deep ensemble, if the learner is a network.
     *
     * @return this
     * @throws IllegalStateException if it or {@link #sample} was set before
     * @see <a href="https://arxiv.org/abs/1612.01474">Lakshminarayanan et al. 2017</a>
     */
    public Bagging allRows() {
        requireNoSample();
        allRows = true;
        return this;
    }

    private void requireNoSample() {
        if (sample != null || allRows) {
            throw new IllegalStateException("sample is already set to " + (allRows ? "all rows" : sample));
        }
    }

    /**
     * Trains the members, one after the other.
     *
     * @param data the rows to draw from
     * @param seed what the rows and the members' seeds are drawn from
     * @return an {@link Ensemble} by mean; the caller closes it. If a member fails, those already trained are closed
     */
    @Override
    public Predictor fit(Dataset data, long seed) {
        int count = members == null ? DEFAULT_MEMBERS : members;
        List<Predictor> trained = new ArrayList<>();
        try {
            for (int m = 0; m < count; m++) {
                var random = new SplittableRandom(Seeds.derived(seed, m));
                trained.add(learner.fit(allRows ? data : drawn(data, random), random.nextLong()));
            }
            return Ensemble.mean(trained);
        } catch (RuntimeException | Error e) {
            Closing.after(e, trained);
            throw e;
        }
    }

    private Dataset drawn(Dataset data, SplittableRandom random) {
        int[] rows = new int[(int) Math.max(Math.round((sample == null ? 1 : sample) * data.rows()), 1)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextInt(data.rows());
        }
        return data.subset(rows);
    }
}
