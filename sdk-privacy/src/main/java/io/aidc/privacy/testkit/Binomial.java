package io.aidc.privacy.testkit;

/**
 * Binomial probabilities to about 1e-12, relative in the far tails too.
 *
 * <p>One probability comes from Loader's saddle-point form, in which nothing large cancels; a tail is summed outwards
 * from its largest term, about √trials terms. Success and failure probability are passed side by side, so that either
 * may be tiny.
 *
 * @see "Loader 2000, Fast and accurate computation of binomial probabilities"
 */
final class Binomial {
    private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
    private static final double NEGLIGIBLE = 1e-17;

    private final double trials;
    private final double success;
    private final double failure;

    Binomial(long trials, double success, double failure) {
        this.trials = (double) trials;
        this.success = success;
        this.failure = failure;
    }

    /** The chance of at least {@code count} successes. */
    double atLeast(long count) {
        if (count <= 0) {
            return 1;
        }
        if (count > trials) {
            return 0;
        }
        return count > trials * success ? sumUpwards(count) : Math.max(0, 1 - sumDownwards(count - 1));
    }

    /** The logarithm of the chance of exactly {@code count} successes. */
    double logProbability(double count) {
        if (count == 0) {
            return trials * logOf(failure, success);
        }
        if (count == trials) {
            return trials * logOf(success, failure);
        }
        double rest = trials - count;
        return stirlingRest(trials)
                - stirlingRest(count)
                - stirlingRest(rest)
                - deviance(count, trials * success)
                - deviance(rest, trials * failure)
                + 0.5 * Math.log(trials / count / rest)
                - HALF_LOG_2PI;
    }

    private double sumUpwards(long from) {
        double term = Math.exp(logProbability((double) from));
        double sum = term;
        for (double k = (double) from; k < trials && term > NEGLIGIBLE * sum; k++) {
            term *= (trials - k) / (k + 1) * success / failure;
            sum += term;
        }
        return Math.min(1, sum);
    }

    private double sumDownwards(long from) {
        double term = Math.exp(logProbability((double) from));
        double sum = term;
        for (double k = (double) from; k > 0 && term > NEGLIGIBLE * sum; k--) {
            term *= k / (trials - k + 1) * failure / success;
            sum += term;
        }
        return sum;
    }

    /** ln p, given 1 − p. */
    private static double logOf(double p, double complement) {
        return p < 0.5 ? Math.log(p) : Math.log1p(-complement);
    }

    /** ln n! − ((n + ½) ln n − n + ½ ln 2π). */
    private static double stirlingRest(double n) {
        if (n < 16) {
            double logFactorial = 0;
            for (int k = 2; k <= n; k++) {
                logFactorial += Math.log(k);
            }
            return logFactorial - (n + 0.5) * Math.log(n) + n - HALF_LOG_2PI;
        }
        double square = n * n;
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square)
                / n;
    }

    /** x·ln(x/mean) + mean − x, by a series where that would cancel. */
    private static double deviance(double x, double mean) {
        double difference = x - mean;
        if (Math.abs(difference) > 0.1 * (x + mean)) {
            return x * Math.log(x / mean) - difference;
        }
        double ratio = difference / (x + mean);
        double sum = difference * ratio;
        double power = 2 * x * ratio;
        for (int k = 3; ; k += 2) {
            power *= ratio * ratio;
            double next = sum + power / k;
            if (next == sum) {
                return sum;
            }
            sum = next;
        }
    }
}
