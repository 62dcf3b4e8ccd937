package io.aidc.training.search;

import java.util.Map;
import java.util.SortedMap;

/**
 * What samplers and pruners see of a trial.
 *
 * @param number from 0
 * @param settings what was drawn; of a running trial also what was proposed and not yet asked for
 * @param state what became of it
 * @param loss of a completed trial, less is better
 * @param reports intermediate losses by step, less is better
 */
record Past(int number, Map<String, Setting> settings, State state, double loss, SortedMap<Integer, Double> reports) {
    enum State {
        RUNNING,
        COMPLETED,
        PRUNED,
        FAILED,
        INTERRUPTED
    }

    boolean isEnded() {
        return state == State.COMPLETED || state == State.PRUNED;
    }

    /** The best intermediate loss up to a step. */
    double bestUpTo(int step) {
        double best = Double.POSITIVE_INFINITY;
        for (double loss : reports.headMap(step + 1).values()) {
            best = Math.min(best, loss);
        }
        return best;
    }
}
