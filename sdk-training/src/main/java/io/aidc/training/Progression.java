package io.aidc.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows the loss from interval to interval: whether it still shrinks, and when it was least. */
final class Progression {
    private final double minimumGain;
    private final List<EpochScores> epochs = new ArrayList<>();
    private double best = Double.POSITIVE_INFINITY;
    private int withoutGain;
    private double lossSum;
    private long rows;

    Progression(double minimumGain) {
        this.minimumGain = minimumGain;
    }

    /** Adds a step to the interval; {@code loss} is the mean of its rows. */
    void add(double loss, int total) {
        lossSum += loss * total;
        rows += total;
    }

    /** Ends an interval; true if its loss, on validation rows if there are some, is the least so far by the gain. */
    boolean end(int epoch, int step, double rate, boolean isPrivate, @Nullable Map<String, Double> validation) {
        double mean = isPrivate ? Double.NaN : lossSum / rows;
        lossSum = 0;
        rows = 0;
        epochs.add(new EpochScores(epoch, step, mean, rate, validation == null ? Map.of() : validation));
        double judged = validation == null ? mean : validation.getOrDefault("loss", Double.NaN);
        if (judged < best - minimumGain) {
            best = judged;
            withoutGain = 0;
            return true;
        }
        withoutGain++;
        return false;
    }

    void keepIn(RunState state) {
        state.number("leastLoss", () -> best, value -> best = value);
        state.number("withoutGain", () -> withoutGain, value -> withoutGain = (int) value);
        state.number("lossSum", () -> lossSum, value -> lossSum = value);
        state.number("lossRows", () -> rows, value -> rows = (long) value);
    }

    EpochScores last() {
        return epochs.get(epochs.size() - 1);
    }

    List<EpochScores> epochs() {
        return List.copyOf(epochs);
    }

    double best() {
        return best;
    }

    int withoutGain() {
        return withoutGain;
    }
}
