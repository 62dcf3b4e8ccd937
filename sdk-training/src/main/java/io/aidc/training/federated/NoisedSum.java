package io.aidc.training.federated;

import java.util.Arrays;

/** Noises the sum of one private round. Confined: one thread at a time. */
final class NoisedSum {
    private final ClientPrivacy privacy;
    private final double clipNorm;

    NoisedSum(ClientPrivacy privacy, double clipNorm) {
        this.privacy = privacy;
        this.clipNorm = clipNorm;
    }

    /** Noises the sum in place and divides it by the public number. */
    float[] mean(float[] sum) {
        privacy.noise().addTo(sum, privacy.updateMultiplier() * clipNorm);
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (sum[i] / privacy.expectedClients());
        }
        return Checks.vector("the noised update", sum, sum.length, Float.MAX_VALUE);
    }

    /** Gives the next clip norm from how many of the updates were within this one. */
    double nextClipNorm(int within, int answered) {
        ClientPrivacy.Adaptive adaptive = privacy.adaptive();
        if (adaptive == null) {
            return clipNorm;
        }
        // each client counts as +1/2 or -1/2, so that one more or less moves the count by 1/2
        float[] halves = {within - answered / 2f};
        privacy.noise().addTo(halves, adaptive.countDeviation());
        if (!Float.isFinite(halves[0])) {
            throw new IllegalStateException("the noise source made the count " + Arrays.toString(halves));
        }
        return adaptive.next(clipNorm, halves[0], privacy.expectedClients());
    }
}
