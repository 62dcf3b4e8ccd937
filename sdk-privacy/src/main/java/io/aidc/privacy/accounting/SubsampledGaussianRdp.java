package io.aidc.privacy.accounting;

/**
 * Rényi differential privacy of the Poisson-subsampled Gaussian, adding or removing one unit.
 *
 * <p>With w(x) = e^{(2x−1)/2σ²} − 1 and x from N(0, σ²), the quantity wanted is ln(A)/(α−1), A = E[(1 + q·w)^α]
 * (Mironov, Talwar, Zhang 2019, section 3.3). Since E[w] = 0, A − 1 = E[(1 + q·w)^α − 1 − α·q·w], whose integrand is
 * never negative: no digits cancel however small q is, and everything can stay a logarithm however large A is.
 *
 * <p>Whole orders expand into a finite sum. For other orders the expectation is taken by the trapezoidal rule, which
 * for a function that is analytic within |Im x| &lt; πσ² and falls like a Gaussian converges geometrically in the step:
 * the steps used here leave about 1e-20 of relative error, far below rounding. The series in that paper alternates and
 * falls only like i^{−(α+2)}; adding the magnitudes of its terms instead gives an upper bound, not the value.
 *
 * <p>The integral needs points in proportion to α/σ², the sum terms in proportion to α. Where that is more than 4096,
 * an upper bound stands in: the next whole order, for the divergence never falls with the order, and beyond order 4096
 * the Gaussian without sampling, for sampling never raises the divergence.
 */
final class SubsampledGaussianRdp {
    private static final double TAIL = 12;
    private static final int MOST_TERMS = 4096;

    private SubsampledGaussianRdp() {}

    static double of(double rate, double sigma, double order) {
        if (rate == 0) {
            return 0;
        }
        if (rate == 1) {
            return Rdp.gaussian(sigma, order);
        }
        double whole = Math.ceil(order);
        boolean integrable = points(sigma, order) <= MOST_TERMS;
        if (whole <= MOST_TERMS && (order == whole || !integrable)) {
            return logOnePlusExp(wholeOrder(rate, sigma, whole)) / (whole - 1);
        }
        return integrable ? logOnePlusExp(anyOrder(rate, sigma, order)) / (order - 1) : Rdp.gaussian(sigma, order);
    }

    /** How many points {@link #anyOrder} takes; infinite if σ is next to nothing. */
    private static double points(double sigma, double order) {
        return (order / sigma + 2 * TAIL) / step(sigma);
    }

    private static double step(double sigma) {
        return Math.min(0.25, sigma / 3);
    }

    /** ln(A − 1) as the logarithm of Σ_{k≥2} C(α,k) q^k (1−q)^{α−k} (e^{k(k−1)/2σ²} − 1). */
    static double wholeOrder(double rate, double sigma, double order) {
        double logRate = Math.log(rate);
        double logRest = Math.log1p(-rate);
        double logBinomial = Math.log(order);
        var sum = new LogSum();
        for (double k = 2; k <= order; k++) {
            logBinomial += Math.log((order - k + 1) / k);
            double exponent = k * (k - 1) / 2 / sigma / sigma;
            sum.add(logBinomial + k * logRate + (order - k) * logRest + logExpm1(exponent));
        }
        return sum.value();
    }

    /** ln(A − 1) by the trapezoidal rule in u = x/σ. */
    static double anyOrder(double rate, double sigma, double order) {
        double step = step(sigma);
        double logRest = Math.log1p(-rate);
        var sum = new LogSum();
        long last = (long) Math.ceil((order / sigma + TAIL) / step);
        for (long i = (long) Math.floor(-TAIL / step); i <= last; i++) {
            double u = i * step;
            double lossExponent = (2 * sigma * u - 1) / 2 / sigma / sigma;
            sum.add(-u * u / 2 + logConvexExcess(rate, logRest, lossExponent, order));
        }
        return sum.value() + Math.log(step / Math.sqrt(2 * Math.PI));
    }

    /** ln[(1+t)^α − 1 − αt] for t = q(e^y − 1), which is never negative when α &gt; 1. */
    private static double logConvexExcess(double rate, double logRest, double y, double order) {
        double t = rate * Math.expm1(y);
        if (Math.abs(t) * order < 0.1) {
            return logBinomialTail(t, order);
        }
        double logBase = logBase(rate, logRest, y, t);
        double logPower = order * logBase;
        if (logPower > 1) {
            // here y > 0; the linear part as a logarithm too, for t may be infinite
            double logLinear = y + Math.log(order * rate + (1 - order * rate) * Math.exp(-y));
            return logPower + Math.log1p(-Math.exp(logLinear - logPower));
        }
        return Math.log(Math.expm1(logPower) - order * t);
    }

    /** ln(1 − q + q·e^y), by the form that keeps its digits: a large order multiplies what is lost. */
    private static double logBase(double rate, double logRest, double y, double t) {
        if (Math.abs(t) < 0.5) {
            return Math.log1p(t);
        }
        return y > 0
                ? y + Math.log(rate + (1 - rate) * Math.exp(-y))
                : logRest + Math.log1p(rate / (1 - rate) * Math.exp(y));
    }

    /** ln Σ_{k≥2} C(α,k) t^k, for small αt. */
    private static double logBinomialTail(double t, double order) {
        if (t == 0) {
            return Double.NEGATIVE_INFINITY;
        }
        double ratio = 1;
        double sum = 0;
        for (double k = 3; Math.abs(ratio) > 1e-18 * sum; k++) {
            sum += ratio;
            ratio *= (order - k + 1) / k * t;
        }
        return Math.log(order * (order - 1) / 2) + 2 * Math.log(Math.abs(t)) + Math.log(sum);
    }

    private static double logExpm1(double x) {
        return x > 1 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
    }

    private static double logOnePlusExp(double x) {
        return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    }
}
