package io.aidc.training;

import org.jspecify.annotations.Nullable;

/** Watches the mean loss of each epoch for a plateau. */
final class Patience {
    private final Plan.@Nullable Plateau limit;
    private final int epochSteps;
    private double best = Double.POSITIVE_INFINITY;
    private int epochsWithoutGain;
    private double lossSum;
    private long rows;

    Patience(Plan plan) {
        this.limit = plan.plateau();
        this.epochSteps = plan.epochSteps();
    }

    boolean isExhaustedBy(double loss, int total, int step) {
        if (limit == null) {
            return false;
        }
        lossSum += loss * total;
        rows += total;
        if (step % epochSteps != 0) {
            return false;
        }
        double mean = lossSum / rows;
        lossSum = 0;
        rows = 0;
        if (mean < best - limit.minimumGain()) {
            best = mean;
            epochsWithoutGain = 0;
        } else {
            epochsWithoutGain++;
        }
        return epochsWithoutGain >= limit.epochs();
    }

    @Override
    public String toString() {
        return "no gain over a mean loss of %s for %d epochs".formatted(best, epochsWithoutGain);
    }
}
