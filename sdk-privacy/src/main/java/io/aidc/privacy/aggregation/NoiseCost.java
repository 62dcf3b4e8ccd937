package io.aidc.privacy.aggregation;

/**
 * What a sum of independent discrete Gaussians costs.
 *
 * <p>A sum of discrete Gaussians is none; τ bounds how far it is off.
 *
 * @see <a href="https://arxiv.org/abs/2102.06387">Kairouz, Liu, Steinke 2021</a>, Theorem 1; its first branch is taken
 *     with 2τd under the root, which follows for every order ≥ 1 from their bound α‖Δ‖²/2nσ² + τd
 */
final class NoiseCost {
    private static final double ROUNDING = 1 + 1e-12;

    private NoiseCost() {}

    /**
     * The ρ of releasing a sum of integer vectors.
     *
     * @param squaredNorm the largest squared L2 norm of one vector
     * @param length coordinates
     * @param sigma the parameter of each client's noise, at least 1/2
     * @param clients those whose noise counts
     */
    static double rho(double squaredNorm, int length, double sigma, int clients) {
        double tau = tau(sigma, clients);
        double share = squaredNorm / (clients * sigma * sigma);
        double first = share + 2 * tau * length;
        double second = Math.sqrt(share) + tau * Math.sqrt(length);
        return ROUNDING * Math.min(first, second * second) / 2;
    }

    private static double tau(double sigma, int clients) {
        double sum = 0;
        for (int k = 1; k < clients; k++) {
            sum += Math.exp(-2 * Math.PI * Math.PI * sigma * sigma * k / (k + 1));
        }
        return 10 * sum;
    }
}
