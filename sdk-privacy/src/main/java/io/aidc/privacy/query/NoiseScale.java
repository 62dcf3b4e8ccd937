package io.aidc.privacy.query;

import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.DiscreteLaplace;

/** Integer noise for integer sensitivities, every rounding towards more noise. */
final class NoiseScale {
    // two roundings of at most half an ulp each, and the one of this product
    private static final double ROUND_UP = 1 + 0x1p-50;

    private NoiseScale() {}

    static DiscreteLaplace laplace(double sensitivity, double epsilon) {
        return DiscreteLaplace.ofScale(sensitivity / epsilon * ROUND_UP);
    }

    static DiscreteGaussian gaussian(double sensitivity, double noiseMultiplier) {
        return DiscreteGaussian.ofStandardDeviation(sensitivity * noiseMultiplier * ROUND_UP);
    }
}
