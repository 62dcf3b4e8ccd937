package io.aidc.training.quality;

/**
 * Holds how far annotators agree beyond chance.
 *
 * @param value κ, at most 1; 0 is what chance gives, and NaN says that chance alone would make all agree
 * @param standardError the large-sample standard error of κ, see the method that made it; NaN where κ is
 * @param observed the agreement that was observed, in [0, 1]
 * @param expected the agreement expected by chance, in [0, 1]
 */
public record Kappa(double value, double standardError, double observed, double expected) {
    /** Says how far apart two different labels are, for {@link LabelChecks#cohenKappa}. */
    public enum Weights {
        /** Two labels agree or they do not: classes without order. */
        UNWEIGHTED,
        /** Disagreement grows with the distance of the classes. */
        LINEAR,
        /** Disagreement grows with the square of the distance of the classes. */
        QUADRATIC;

        /** 1 for equal labels, down to 0 for the two ends of the scale. */
        double agreement(int a, int b, int classes) {
            double distance = Math.abs(a - b) / (double) (classes - 1);
            return switch (this) {
                case UNWEIGHTED -> a == b ? 1 : 0;
                case LINEAR -> 1 - distance;
                case QUADRATIC -> 1 - distance * distance;
            };
        }
    }
}
