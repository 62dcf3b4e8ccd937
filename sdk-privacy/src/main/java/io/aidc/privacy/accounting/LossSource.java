package io.aidc.privacy.accounting;

/** Something whose privacy losses can be put on a grid: a {@link LossPair} or {@link LossAtoms}. */
sealed interface LossSource permits LossPair, LossAtoms {

    /** At least as distinguishable as this; what is rarer than the tail may be an infinite loss. */
    LossGrid larger(double step, double tail);

    /** At most as distinguishable as this. */
    LossGrid smaller(double step, double tail);

    /** About how many grid points either takes; infinite if there are losses above 100000. */
    double points(double step, double tail);

    /** The same with the two distributions exchanged; equal to this if that makes no difference. */
    LossSource reversed();

    /** What a simple event does, for the side with one unit more. */
    static LossSource of(PrivacyEvent event) {
        if (event instanceof PrivacyEvent.Gaussian e) {
            return new LossPair.OfGaussian(e.noiseMultiplier());
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledGaussian e) {
            return new LossPair.Sampled(e.samplingRate(), new LossPair.OfGaussian(e.noiseMultiplier()));
        }
        if (event instanceof PrivacyEvent.FixedSizeWithoutReplacementGaussian e) {
            return new LossPair.WithoutReplacement(
                    new LossPair.Sampled(e.samplingRate(), new LossPair.OfGaussian(e.noiseMultiplier())));
        }
        if (event instanceof PrivacyEvent.MixtureOfGaussians e) {
            return new LossPair.OfMixture(e.sensitivities(), e.probabilities(), e.sigma());
        }
        return withoutGaussian(event);
    }

    private static LossSource withoutGaussian(PrivacyEvent event) {
        if (event instanceof PrivacyEvent.Laplace e) {
            return new LossPair.OfLaplace(e.epsilon());
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledLaplace e) {
            return new LossPair.Sampled(e.samplingRate(), new LossPair.OfLaplace(e.epsilon()));
        }
        if (event instanceof PrivacyEvent.DiscreteLaplace e) {
            return LossAtoms.discreteLaplace(e.scale(), e.sensitivity());
        }
        if (event instanceof PrivacyEvent.DiscreteGaussian e) {
            return LossAtoms.discreteGaussian(e.sigma(), e.sensitivity());
        }
        if (event instanceof PrivacyEvent.PureDp e) {
            return LossAtoms.randomisedResponse(e.epsilon(), 0);
        }
        if (event instanceof PrivacyEvent.ApproximateDp e) {
            return LossAtoms.randomisedResponse(e.epsilon(), e.delta());
        }
        if (event instanceof PrivacyEvent.ZeroConcentrated e) {
            return new LossPair.OfConcentrated(e.rho());
        }
        throw new IllegalArgumentException("not a simple event: " + event);
    }
}
