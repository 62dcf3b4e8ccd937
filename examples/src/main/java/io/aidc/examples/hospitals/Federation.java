package io.aidc.examples.hospitals;

import io.aidc.privacy.aggregation.SecureSum;

/**
 * What the hospitals and the coordinator agree on beforehand.
 *
 * @param sum the parameters of one secure sum
 * @param patientNorm by how much one patient can move what a hospital adds up
 * @param noise the standard deviation of the noise that each hospital adds to each number
 */
record Federation(SecureSum sum, double patientNorm, double noise) {
    static final double CLIP_NORM = 1;
    static final int STEPS = 30;
    static final long SEED = 17;
    private static final double SCALE = 1 << 20;
    /** Roundings of float32 within a gradient, before it is added. */
    private static final int WITHIN = 8;

    /**
     * Agrees on sums of one gradient.
     *
     * @param hospitals how many take part; none may drop out
     * @param parameters of the network
     * @param mostPatients of any hospital; each adds a gradient no longer than the clip norm
     * @param noise of each hospital
     */
    static Federation of(int hospitals, int parameters, int mostPatients, double noise) {
        SecureSum sum = SecureSum.clients(hospitals)
                .curiousServer(0)
                .vector(parameters)
                .clip(mostPatients * CLIP_NORM, SCALE)
                .noise(noise)
                .build();
        return new Federation(sum, patientNorm(mostPatients), noise);
    }

    /**
     * Clipped gradients are added in float32, which is off by at most (n + roundings within one)·2^−24 times the sum of
     * their lengths, whatever the order; and with one patient more by something else.
     */
    private static double patientNorm(int patients) {
        return CLIP_NORM * (1 + 2.0 * (patients + WITHIN) * patients * 0x1p-24);
    }
}
