package io.aidc.privacy.accounting;

/**
 * The distribution of a composition's loss, right from the losses asked about upwards.
 *
 * @param lowest the grid index of the first mass
 * @param masses the probability of each loss; not copied
 * @param infinite the probability of an infinite loss
 * @param cut a bound on the probability of finite losses beyond the grid
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record LossTail(double step, long lowest, double[] masses, double infinite, double cut) {

    /** δ at ε: what infinite losses, and those above ε by as much as they are, contribute. */
    double delta(double epsilon) {
        double sum = 0;
        for (int i = masses.length - 1; i >= 0; i--) {
            double loss = (lowest + i) * step;
            if (loss <= epsilon) {
                break;
            }
            sum += -Math.expm1(epsilon - loss) * masses[i];
        }
        return Math.min(1, Math.max(0, sum) + infinite);
    }

    /** δ at ε = 0, step, 2·step and so on, to where only infinite losses are left. */
    double[] deltas() {
        double[] deltas = new double[(int) Math.max(1, lowest + masses.length)];
        double above = infinite;
        double scaled = 0;
        double decay = Math.exp(-step);
        for (int j = deltas.length - 1; j >= 0; j--) {
            deltas[j] = Math.min(1, Math.max(infinite, above - scaled));
            int i = (int) (j - lowest);
            double mass = i >= 0 && i < masses.length ? masses[i] : 0;
            above += mass;
            scaled = (scaled + mass) * decay;
        }
        return deltas;
    }

    /** The least ε ≥ 0 at δ; infinite if there is none. */
    double epsilon(double delta) {
        double above = infinite;
        if (above > delta) {
            return Double.POSITIVE_INFINITY;
        }
        double scaled = 0;
        double decay = Math.exp(-step);
        for (int i = masses.length - 1; i >= -1; i--) {
            double loss = (lowest + i) * step;
            // over the losses above this one: Σ m, and Σ e^{loss−ε_k}·m
            if (above - scaled > delta) {
                return Math.max(0, loss + Math.log((above - delta) / scaled));
            }
            if (loss < 0 || i < 0) {
                break;
            }
            above += masses[i];
            scaled = (scaled + masses[i]) * decay;
        }
        return above > delta && lowest > 0 ? Math.max(0, (lowest - 1) * step + Math.log((above - delta) / scaled)) : 0;
    }

    /** Counts what lies beyond the grid as an infinite loss. */
    LossTail withCut() {
        return new LossTail(step, lowest, masses, Math.min(1, infinite + cut), 0);
    }
}
