package io.aidc.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows the loss from interval to interval: for how long it has not shrunk, and when it was least. */
final class Progression {
    private final Patience ending;
    private final Patience rate;
    private final List<EpochScores> epochs = new ArrayList<>();
    private double least = Double.POSITIVE_INFINITY;
    private double lossSum;
    private long rows;

    /**
     * Follows a run.
     *
     * @param minimumGain by how much the loss must shrink for the run not to end
     * @param minimumPart the part by which it must shrink for the rate to stay
     */
    Progression(double minimumGain, double minimumPart) {
        this.ending = new Patience(minimumGain, 0);
        this.rate = new Patience(0, minimumPart);
    }

    /** Counts the intervals since the loss last shrank by enough. */
    static final class Patience {
        private final double gain;
        private final double part;
        private double best = Double.POSITIVE_INFINITY;
        private int withoutGain;

        Patience(double gain, double part) {
            this.gain = gain;
            this.part = part;
        }

        private void see(double loss) {
            if (loss < best * (1 - part) - gain) {
                best = loss;
                withoutGain = 0;
            } else {
                withoutGain++;
            }
        }

        private void keepIn(RunState state, String name) {
            state.number(name + ".best", () -> best, value -> best = value);
            state.number(name + ".withoutGain", () -> withoutGain, value -> withoutGain = (int) value);
        }

        double best() {
            return best;
        }

        int withoutGain() {
            return withoutGain;
        }
    }

    /** Adds a step to the interval; {@code loss} is the mean of its rows. */
    void add(double loss, int total) {
        lossSum += loss * total;
        rows += total;
    }

    /** Ends an interval; true if its loss, on validation rows if there are some, is the least so far. */
    boolean end(int epoch, int step, double learningRate, boolean isPrivate, @Nullable Map<String, Double> validation) {
        double mean = isPrivate ? Double.NaN : lossSum / rows;
        lossSum = 0;
        rows = 0;
        epochs.add(new EpochScores(epoch, step, mean, learningRate, validation == null ? Map.of() : validation));
        double judged = validation == null ? mean : validation.getOrDefault("loss", Double.NaN);
        ending.see(judged);
        rate.see(judged);
        if (judged < least) {
            least = judged;
            return true;
        }
        return false;
    }

    void keepIn(RunState state) {
        ending.keepIn(state, "ending");
        rate.keepIn(state, "rate");
        state.number("leastLoss", () -> least, value -> least = value);
        state.number("lossSum", () -> lossSum, value -> lossSum = value);
        state.number("lossRows", () -> rows, value -> rows = (long) value);
    }

    /** The latest scores on validation rows; none before the first. */
    Map<String, Double> scores() {
        return epochs.isEmpty() ? Map.of() : last().validation();
    }

    EpochScores last() {
        return epochs.get(epochs.size() - 1);
    }

    List<EpochScores> epochs() {
        return List.copyOf(epochs);
    }

    /** What the end of the run goes by. */
    Patience ending() {
        return ending;
    }

    /** What a schedule that waits for a plateau goes by. */
    Patience rate() {
        return rate;
    }
}
