package io.aidc.training.federated;

/** Shortens vectors to an L2 norm. */
final class Clip {
    /** Makes up for rounding each shortened number to float32, which lengthens by at most 2⁻²⁴. */
    private static final double MARGIN = 1 - 0x1p-20;

    private Clip() {}

    static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /** Gives a vector whose norm is at most the bound: the same one, or a shorter copy. */
    static float[] to(double bound, float[] values) {
        double norm = norm(values);
        if (norm <= bound * MARGIN) {
            return values;
        }
        double factor = bound / norm * MARGIN;
        float[] shorter = new float[values.length];
        for (int i = 0; i < shorter.length; i++) {
            shorter[i] = (float) (values[i] * factor);
        }
        return shorter;
    }
}
