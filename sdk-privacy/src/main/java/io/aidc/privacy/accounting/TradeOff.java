package io.aidc.privacy.accounting;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well anybody can tell from what was released whether one unit's data were used: a bound on every attack.
 *
 * {@snippet class="io.aidc.privacy.accounting.AccountingSnippetsTest" region="tradeoff"}
 *
 * <p>An attack accuses: it says that the unit's data were used. Of units whose data were not used it accuses a share,
 * the false positive rate; of the others it misses a share, the false negative rate. This curve is a lower bound on the
 * second for each value of the first, for whoever knows everything but this unit's data. All numbers are on the safe
 * side: real attacks do worse. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1905.02383">Dong, Roth, Su 2019, Proposition 2.12</a> for the curve
 */
public final class TradeOff {
    private static final double LEAST_DELTA = 1e-12;

    private final double step;
    private final double[] deltas;

    private TradeOff(double step, double[] deltas) {
        this.step = step;
        this.deltas = deltas;
    }

    /**
     * Finds the curve of an event with {@link PldAccountant}.
     *
     * @param event what was done
     * @return the curve
     * @throws IllegalArgumentException as {@link PldAccountant#of(PrivacyEvent)} does
     */
    public static TradeOff of(PrivacyEvent event) {
        return of(PldAccountant.of(event));
    }

    /**
     * Finds the curve of everything accounted for. Cost: two Fourier transforms.
     *
     * @param accountant who accounted for it
     * @return the curve
     */
    public static TradeOff of(PldAccountant accountant) {
        List<double[]> curves = new ArrayList<>(List.of(new double[1]));
        accountant.losses().forEach(losses -> curves.add(losses.deltas()));
        double[] deltas =
                new double[curves.stream().mapToInt(curve -> curve.length).max().orElseThrow()];
        for (int i = 0; i < deltas.length; i++) {
            for (double[] curve : curves) {
                deltas[i] = Math.max(deltas[i], curve[Math.min(i, curve.length - 1)]);
            }
            deltas[i] = Math.min(1, deltas[i] + accountant.truncation());
        }
        return new TradeOff(accountant.step(), deltas);
    }

    /**
     * Bounds how many of the units whose data were used are missed.
     *
     * @param falsePositiveRate the share of other units that are accused, in [0, 1]
     * @return the least false negative rate of any attack, in [0, 1]
     * @throws IllegalArgumentException if the rate is outside [0, 1]
     */
    public double falseNegativeRate(double falsePositiveRate) {
        double alpha = Check.probability(falsePositiveRate, "falsePositiveRate");
        double least = 0;
        for (int i = 0; i < deltas.length; i++) {
            double epsilon = i * step;
            double rest = 1 - deltas[i];
            least = Math.max(least, rest - alpha * Math.exp(epsilon));
            least = Math.max(least, (rest - alpha) * Math.exp(-epsilon));
        }
        return least;
    }

    /**
     * Bounds how many of the units whose data were used are accused.
     *
     * @param falsePositiveRate the share of other units that are accused, in [0, 1]
     * @return the largest true positive rate of any attack, in [0, 1]
     * @throws IllegalArgumentException if the rate is outside [0, 1]
     */
    public double truePositiveRate(double falsePositiveRate) {
        return 1 - falseNegativeRate(falsePositiveRate);
    }

    /**
     * Bounds how often an attack on a unit is right if the data were used every second time.
     *
     * @return the largest share of right answers, from 0.5 (blind guessing) to 1
     */
    public double balancedAccuracy() {
        return accuracy(0.5);
    }

    /**
     * Bounds how often an attack is right that knows how likely it is that the data were used.
     *
     * @param prior that probability, in [0, 1]
     * @return the largest share of right answers, from max(prior, 1 − prior) to 1
     * @throws IllegalArgumentException if the prior is outside [0, 1]
     */
    public double accuracy(double prior) {
        double rarer = Math.min(Check.probability(prior, "prior"), 1 - prior);
        if (rarer == 0) {
            return 1;
        }
        // rounded down to the grid, where δ is no less
        double index = Math.floor(Math.log((1 - rarer) / rarer) / step);
        return Math.min(1, 1 - rarer + rarer * deltas[(int) Math.min(index, deltas.length - 1)]);
    }

    /**
     * Bounds how sure anybody can be of an accusation.
     *
     * @param prior the probability that the data were used, before seeing anything, in [0, 1]
     * @param falsePositiveRate the share of other units that are accused too, in (0, 1]
     * @return the largest probability that the data of an accused unit were used
     * @throws IllegalArgumentException if a number is outside its range
     */
    public double posterior(double prior, double falsePositiveRate) {
        Check.probability(prior, "prior");
        if (!(falsePositiveRate > 0 && falsePositiveRate <= 1)) {
            throw new IllegalArgumentException("falsePositiveRate must be in (0, 1], got " + falsePositiveRate);
        }
        double right = prior * truePositiveRate(falsePositiveRate);
        return prior == 0 ? 0 : right / (right + (1 - prior) * falsePositiveRate);
    }

    /**
     * Finds the Gaussian release that is no less distinguishable.
     *
     * @return μ, the least sensitivity over σ of a Gaussian whose δ is no less at every ε where ours is above 1e-12;
     *     infinite if ours stays above that
     * @see <a href="https://arxiv.org/abs/1905.02383">Dong, Roth, Su 2019, section 2.3</a>
     */
    public double gaussianMu() {
        if (deltas[deltas.length - 1] > LEAST_DELTA) {
            return Double.POSITIVE_INFINITY;
        }
        int end = 0;
        while (end < deltas.length && deltas[end] > LEAST_DELTA) {
            end++;
        }
        double mu = 0;
        // from coarse to fine, so that nearly all of the last round is comparison
        for (int stride = 1 << 16; stride >= 1; stride /= 16) {
            for (int i = 0; i < end; i += stride) {
                double epsilon = i * step;
                if (mu == 0 || AnalyticGaussian.delta(1 / mu, epsilon) < deltas[i]) {
                    mu = 1 / AnalyticGaussian.standardDeviation(epsilon, Math.min(deltas[i], 1 - 1e-15), 1);
                }
            }
        }
        return mu;
    }

    /**
     * Says it to somebody who has never heard of ε.
     *
     * @return two English sentences, numbers rounded up to tenths
     */
    public String inWords() {
        return String.format(
                Locale.ROOT,
                "Somebody who knows all other records, and sees everything that was released, guesses right whether one "
                        + "person's data were used in at most %.1f of 100 cases; blind guessing is right in 50. Whoever "
                        + "wants to accuse only 1 in 100 of the people whose data were not used finds at most %.1f of "
                        + "100 whose data were; blind guessing finds 1.",
                tenths(balancedAccuracy()),
                tenths(truePositiveRate(0.01)));
    }

    private static double tenths(double share) {
        return Math.min(100, Math.ceil(share * 1000 - 1e-9) / 10);
    }
}
