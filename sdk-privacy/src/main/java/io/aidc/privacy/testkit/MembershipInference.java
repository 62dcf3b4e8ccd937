package io.aidc.privacy.testkit;

import io.aidc.privacy.noise.RandomBits;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Attacks models of one kind, to see how well they give away who was in their training data.
 *
 * <p>Several models are trained, each row in a random half of them. Then each model is attacked in turn: for each row, the
 * other models tell how large its loss is when it was in and when it was not, a normal curve is fitted to either, and the
 * attacked model's loss is judged by the two. Rows that are hard anyway are so told from rows that were memorised. This
 * attacks data as they are, where {@link OneRunAudit} plants canaries; it gives no bound on ε.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="membership"}
 *
 * <p>An attack that fails is no proof: a better one may succeed. Cost: as many trainings as models, O(rows · models)
 * memory. Confined: one thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/2112.03570">Carlini et al. 2022, Algorithm 1 (online)</a>, with every model
 *     attacked in turn by the others
 */
public final class MembershipInference {
    private static final int DEFAULT_MODELS = 64;
    private static final int LEAST_MODELS = 4;
    private static final double LARGEST_LOSS = 50;
    private static final double SMALLEST_LOSS = 1e-15;

    private final int rows;
    private @Nullable Integer models;
    private @Nullable IntConsumer trained;

    private MembershipInference(int rows) {
        this.rows = rows;
    }

    /**
     * Starts an attack.
     *
     * @param rows how many rows there are to train on, &ge; 2; to read a false-positive rate of 0.001 it takes thousands
     * @return the attack
     * @throws IllegalArgumentException if there are fewer than two rows
     */
    public static MembershipInference of(int rows) {
        Checks.atLeast(2, rows, "rows");
        return new MembershipInference(rows);
    }

    /**
     * Sets how many models are trained; 64 unless set. With fewer than 64, one variance is fitted for all rows together.
     *
     * @param count an even number, &ge; 4
     * @return this
     * @throws IllegalArgumentException if the number is odd or too small
     * @throws IllegalStateException on the second call
     */
    public MembershipInference models(int count) {
        if (count < LEAST_MODELS || count % 2 != 0) {
            throw new IllegalArgumentException("models must be even and >= %d, got %d".formatted(LEAST_MODELS, count));
        }
        Checks.once(models, "models");
        models = count;
        return this;
    }

    /**
     * Watches the progress.
     *
     * @param done told after each training how many models there are so far, on the thread that called {@link #run}
     * @return this
     * @throws IllegalStateException on the second call
     */
    public MembershipInference onTrained(IntConsumer done) {
        Objects.requireNonNull(done, "done");
        if (trained != null) {
            throw new IllegalStateException("onTrained is already set");
        }
        trained = done;
        return this;
    }

    /**
     * Trains the models and attacks each of them.
     *
     * @param training given the ascending 0-based indices of the rows to train on, returns a function from <em>any</em> row's
     *     index to its loss, &ge; 0; for a classifier −ln of the probability it gives to the right label. Called once for
     *     each model, on this thread
     * @return how well the attack did
     * @throws IllegalArgumentException if a loss is negative or NaN
     */
    public MembershipReport run(Function<? super int[], ? extends IntToDoubleFunction> training) {
        try (RandomBits bits = RandomBits.open()) {
            return run(training, bits);
        }
    }

    MembershipReport run(Function<? super int[], ? extends IntToDoubleFunction> training, RandomBits bits) {
        Objects.requireNonNull(training, "training");
        int count = models != null ? models : DEFAULT_MODELS;
        boolean[][] member = drawHalves(count, bits);
        double[][] evidence = new double[count][rows];
        for (int j = 0; j < count; j++) {
            boolean[] in = member[j];
            IntToDoubleFunction loss = training.apply(
                    IntStream.range(0, rows).filter(row -> in[row]).toArray());
            for (int row = 0; row < rows; row++) {
                evidence[j][row] = confidence(loss.applyAsDouble(row), row);
            }
            if (trained != null) {
                trained.accept(j + 1);
            }
        }
        return AttackScores.of(member, evidence).report();
    }

    /** Each row into exactly half of the models. */
    private boolean[][] drawHalves(int count, RandomBits bits) {
        boolean[][] member = new boolean[count][rows];
        int[] order = IntStream.range(0, count).toArray();
        for (int row = 0; row < rows; row++) {
            for (int chosen = 0; chosen < count / 2; chosen++) {
                int other = chosen + (int) bits.nextBelow(count - chosen);
                int model = order[other];
                order[other] = order[chosen];
                order[chosen] = model;
                member[model][row] = true;
            }
        }
        return member;
    }

    /** ln(p/(1 − p)) of the probability p = e^−loss, which is nearly normal over trainings where p itself is not. */
    private static double confidence(double loss, int row) {
        if (!(loss >= 0)) {
            throw new IllegalArgumentException("the loss of row " + row + " must be >= 0, got " + loss);
        }
        return -Math.log(Math.expm1(Math.min(LARGEST_LOSS, Math.max(SMALLEST_LOSS, loss))));
    }
}
