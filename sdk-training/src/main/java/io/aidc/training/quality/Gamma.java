package io.aidc.training.quality;

/**
 * Computes the regularised upper incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a): the power series of P below x = a + 1,
 * the continued fraction of Q above, evaluated by the modified Lentz method. Relative error about 1e-13 for a up to 1e4.
 *
 * @see <a href="https://dlmf.nist.gov/8.9">DLMF 8.7.1 and 8.9.2</a>
 */
final class Gamma {
    private static final int MAX_TERMS = 100_000;
    private static final double PRECISION = 1e-16;
    private static final double TINY = 1e-300;

    private Gamma() {}

    /** The chance that a gamma variable of shape {@code a} exceeds {@code x}; a &gt; 0, x ≥ 0. */
    static double upper(double a, double x) {
        if (x == 0) {
            return 1;
        }
        if (Double.isInfinite(x)) {
            return 0;
        }
        double scale = Math.exp(a * Math.log(x) - x - logGamma(a));
        return x < a + 1 ? Math.max(0, 1 - scale * series(a, x)) : scale * fraction(a, x);
    }

    private static double series(double a, double x) {
        double term = 1 / a;
        double sum = term;
        for (int n = 1; n < MAX_TERMS && term > sum * PRECISION; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return sum;
    }

    private static double fraction(double a, double x) {
        double b = x + 1 - a;
        double c = 1 / TINY;
        double d = 1 / b;
        double value = d;
        double change = 0;
        for (int i = 1; i < MAX_TERMS && Math.abs(change - 1) > PRECISION; i++) {
            double numerator = -i * (i - a);
            b += 2;
            d = 1 / away(numerator * d + b);
            c = away(b + numerator / c);
            change = d * c;
            value *= change;
        }
        return value;
    }

    private static double away(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    /** Stirling's series (DLMF 5.11.1), after shifting the argument above 10 by Γ(z+1) = zΓ(z). */
    static double logGamma(double z) {
        double shift = 0;
        double x = z;
        while (x < 10) {
            shift += Math.log(x);
            x++;
        }
        double inverse = 1 / x;
        double square = inverse * inverse;
        double series = inverse
                * (1 / 12.0
                        - square
                                * (1 / 360.0
                                        - square
                                                * (1 / 1260.0
                                                        - square
                                                                * (1 / 1680.0
                                                                        - square
                                                                                * (1 / 1188.0
                                                                                        - square * 691 / 360360.0)))));
        return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
    }
}
