package io.aidc.privacy.accounting;

/**
 * A pair of discrete distributions by its privacy losses. It looks the same from both sides.
 *
 * @param losses ln(P(x)/Q(x)) of each outcome x; not copied
 * @param masses P(x), in the same order; not copied
 * @param infinite the probability of outcomes that Q never has
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record LossAtoms(double[] losses, double[] masses, double infinite) implements LossSource {
    /** Beyond this many steps of a lattice the continuous or the pure event is to be charged. */
    static final int MOST_STEPS = 1 << 18;

    private static final double GAUSSIAN_TAIL = 13;

    /** Randomised response with odds e^ε, to which any (ε, δ)-private mechanism reduces: Kairouz, Oh, Viswanath 2015. */
    static LossAtoms randomisedResponse(double epsilon, double delta) {
        double likely = 1 / (1 + Math.exp(-epsilon));
        return new LossAtoms(
                new double[] {epsilon, -epsilon},
                new double[] {(1 - delta) * likely, (1 - delta) * (1 - likely)},
                delta);
    }

    /** Outcomes up to 0 share one loss, those from the sensitivity on another. */
    static LossAtoms discreteLaplace(double scale, long sensitivity) {
        int steps = bounded(sensitivity, "sensitivity", "PureDp");
        double decay = Math.exp(-1 / scale);
        double[] losses = new double[steps + 1];
        double[] masses = new double[steps + 1];
        for (int x = 0; x <= steps; x++) {
            losses[x] = (steps - 2.0 * x) / scale;
            masses[x] = Math.exp(-x / scale) / (1 + decay) * (x == 0 || x == steps ? 1 : -Math.expm1(-1 / scale));
        }
        return new LossAtoms(losses, masses, 0);
    }

    /** Outcomes further than 13σ from both centres, with probability below 1e-37, are an infinite loss. */
    static LossAtoms discreteGaussian(double sigma, long sensitivity) {
        int steps = bounded(sensitivity, "sensitivity", "Gaussian");
        int reach = (int) Math.ceil(GAUSSIAN_TAIL * bounded((long) Math.ceil(sigma), "sigma", "Gaussian")) + 1;
        double[] losses = new double[2 * reach + 1];
        double[] masses = new double[losses.length];
        double total = 0;
        for (int i = losses.length - 1; i >= 0; i--) {
            double x = (i - reach) / sigma;
            masses[i] = Math.exp(-x * x / 2);
            total += masses[i];
            losses[i] = (steps / 2.0 - (i - reach)) * steps / sigma / sigma;
        }
        for (int i = 0; i < masses.length; i++) {
            masses[i] /= total;
        }
        return new LossAtoms(losses, masses, 1e-37);
    }

    @Override
    public LossGrid larger(double step, double tail) {
        return LossGrid.larger(this, step);
    }

    @Override
    public LossGrid smaller(double step, double tail) {
        return LossGrid.smaller(this, step);
    }

    @Override
    public double points(double step, double tail) {
        return most() > LossGrid.LARGEST ? Double.POSITIVE_INFINITY : (most() - least()) / step;
    }

    @Override
    public LossAtoms reversed() {
        return this;
    }

    double least() {
        double least = 0;
        for (double loss : losses) {
            least = Math.min(least, loss);
        }
        return least;
    }

    double most() {
        double most = 0;
        for (double loss : losses) {
            most = Math.max(most, loss);
        }
        return most;
    }

    private static int bounded(long value, String name, String instead) {
        if (value > MOST_STEPS) {
            throw new IllegalArgumentException(
                    name + " must be at most 2^18 steps of the lattice, use " + instead + " for it, got " + value);
        }
        return (int) value;
    }
}
