package io.aidc.privacy.accounting;

/**
 * Rényi differential privacy of a Gaussian release over a batch of fixed size, replacing one unit: the bound of Wang,
 * Balle, Kasiviswanathan 2019, Theorem 9, at whole orders, where the Gaussian has no finite divergence at order ∞.
 *
 * <p>The theorem is for whole orders; at others the next whole one bounds, since the divergence never falls with the
 * order. The release without sampling is a bound as well, and better at high rates.
 */
final class FixedSizeGaussianRdp {
    private static final int MOST_TERMS = 4096;

    private FixedSizeGaussianRdp() {}

    static double of(double rate, double sigma, double order) {
        double unsampled = Rdp.gaussian(sigma, order);
        double whole = Math.ceil(order);
        if (rate == 1 || whole > MOST_TERMS) {
            return unsampled;
        }
        double logRate = Math.log(rate);
        double logBinomial = Math.log(whole * (whole - 1) / 2);
        double second = 1 / sigma / sigma;
        // min{4(e^{R(2)} − 1), 2e^{R(2)}}
        double least = second < Math.log(2) ? Math.log(4 * Math.expm1(second)) : Math.log(2) + second;
        var sum = new LogSum();
        sum.add(logBinomial + 2 * logRate + least);
        for (double j = 3; j <= whole; j++) {
            logBinomial += Math.log((whole - j + 1) / j);
            sum.add(logBinomial + j * logRate + Math.log(2) + (j - 1) * Rdp.gaussian(sigma, j));
        }
        double logSum = sum.value();
        double bound = logSum > 0 ? logSum + Math.log1p(Math.exp(-logSum)) : Math.log1p(Math.exp(logSum));
        return Math.min(unsampled, bound / (whole - 1));
    }
}
