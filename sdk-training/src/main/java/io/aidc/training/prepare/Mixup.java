package io.aidc.training.prepare;

import io.aidc.training.Dataset;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Blends pairs of rows, features and targets alike, so that a model behaves linearly between them.
 *
 * <p>Not for private training: a blended row is about two persons.
 *
 * <p>Thread-safe: holds no state.
 *
 * @see <a href="https://arxiv.org/abs/1710.09412">Zhang et al. 2018, equation 1</a>
 */
public final class Mixup {
    private Mixup() {}

    /**
     * Blends every row with one drawn at random: λ of the one and 1 − λ of the other, λ drawn from Beta(α, α) anew for each
     * pair.
     *
     * <p>Classes become numbers to predict, one a class: the shares of the two rows' classes. A loss for them must take
     * shares in [0, 1], as binary cross-entropy does.
     *
     * @param data the rows
     * @param alpha how strongly rows are blended, &gt; 0 and finite; from 0.1 to 0.4 in the paper
     * @param seed selects the partners and λ
     * @return as many rows, shape {@code [rows, features]}, with targets of shape {@code [rows, classes]} or, where the data
     *     has none, {@code [rows, targets]}; feature names are numbered
     * @throws IllegalArgumentException if alpha is not positive and finite
     */
    public static Dataset blend(Dataset data, double alpha, long seed) {
        Numbers.positive("alpha", alpha);
        var random = new SplittableRandom(seed);
        float[][] features = new float[data.rows()][];
        float[][] targets = new float[data.rows()][];
        for (int i = 0; i < data.rows(); i++) {
            int partner = random.nextInt(data.rows());
            double share = beta(alpha, random);
            features[i] = mixed(data.row(i), data.row(partner), share);
            targets[i] = mixed(target(data, i), target(data, partner), share);
        }
        return Dataset.regression(features, targets);
    }

    private static float[] target(Dataset data, int row) {
        if (data.classes() == 0) {
            return data.target(row);
        }
        float[] shares = new float[data.classes()];
        shares[data.label(row)] = 1;
        return shares;
    }

    private static float[] mixed(float[] a, float[] b, double share) {
        float[] mix = new float[a.length];
        for (int j = 0; j < mix.length; j++) {
            mix[j] = (float) (share * a[j] + (1 - share) * b[j]);
        }
        return mix;
    }

    /** Beta(α, α) as the share of one of two gamma variables; by logarithms, since for small α both may round to 0. */
    static double beta(double alpha, RandomGenerator random) {
        double first = logGammaVariable(alpha, random);
        double second = logGammaVariable(alpha, random);
        return 1 / (1 + Math.exp(second - first));
    }

    /** Marsaglia and Tsang 2000, with their boost for shapes below 1: Γ(α) = Γ(α + 1) · U^(1/α). */
    private static double logGammaVariable(double shape, RandomGenerator random) {
        double boost = shape < 1 ? Math.log(1 - random.nextDouble()) / shape : 0;
        double d = (shape < 1 ? shape + 1 : shape) - 1 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double root = 1 + c * normal;
            double cube = root * root * root;
            if (root > 0
                    && Math.log(1 - random.nextDouble()) < normal * normal / 2 + d - d * cube + d * Math.log(cube)) {
                return Math.log(d * cube) + boost;
            }
        }
    }
}
