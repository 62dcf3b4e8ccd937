package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;

/** What a query pays, which settles its noise: discrete Laplace for a pure ε, discrete Gaussian for a multiplier. */
sealed interface Price {
    // the rounding of a share, and of the sum of some hundred
    double ROUND_DOWN = 1 - 0x1p-45;

    static Price epsilon(double epsilon) {
        return new Pure(Checks.queryEpsilon(epsilon));
    }

    static Price noiseMultiplier(double noiseMultiplier) {
        return new Multiplier(Checks.noiseMultiplier(noiseMultiplier));
    }

    PrivacyEvent event();

    /** The noise's scale or standard deviation for a real sensitivity. */
    double scale(Sensitivity sensitivity);

    /** The noise for an integer sensitivity. */
    Noise noise(Sensitivity sensitivity);

    /** A share of this price; shares that add up to 1 cost no more than the whole. */
    Price share(double share);

    record Pure(double epsilon) implements Price {
        @Override
        public PrivacyEvent event() {
            return new PrivacyEvent.PureDp(epsilon);
        }

        @Override
        public double scale(Sensitivity sensitivity) {
            return sensitivity.l1() / epsilon;
        }

        @Override
        public Noise noise(Sensitivity sensitivity) {
            return Noise.laplace(sensitivity.l1(), epsilon);
        }

        @Override
        public Price share(double share) {
            return new Pure(epsilon * share * ROUND_DOWN);
        }
    }

    record Multiplier(double noiseMultiplier) implements Price {
        @Override
        public PrivacyEvent event() {
            return new PrivacyEvent.Gaussian(noiseMultiplier);
        }

        @Override
        public double scale(Sensitivity sensitivity) {
            return sensitivity.l2() * noiseMultiplier;
        }

        @Override
        public Noise noise(Sensitivity sensitivity) {
            return Noise.gaussian(sensitivity.l2(), noiseMultiplier);
        }

        @Override
        public Price share(double share) {
            return new Multiplier(noiseMultiplier / Math.sqrt(share * ROUND_DOWN));
        }
    }
}
