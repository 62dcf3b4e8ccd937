package io.aidc.training;

/** Says which class a row of outputs stands for. */
final class Decision {
    private Decision() {}

    /** The greatest output, or with a single output its sign. */
    static int of(float[] outputs, int from, int width) {
        if (width == 1) {
            return outputs[from] > 0 ? 1 : 0;
        }
        int best = 0;
        for (int i = 1; i < width; i++) {
            if (outputs[from + i] > outputs[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
