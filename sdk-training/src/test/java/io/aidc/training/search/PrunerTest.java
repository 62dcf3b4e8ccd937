package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PrunerTest {
    /** Trial n reports {@code values[n]} plus nothing at each of so many steps. */
    private static SearchResult run(Pruner pruner, int steps, double... values) {
        return Search.minimise(trial -> {
                    for (int step = 1; step <= steps; step++) {
                        trial.report(step, values[trial.number()]);
                        if (trial.shouldPrune()) {
                            return Double.NaN;
                        }
                    }
                    return values[trial.number()];
                })
                .pruner(pruner)
                .trials(values.length)
                .run();
    }

    private static List<String> ends(SearchResult result) {
        return result.trials().stream()
                .map(trial -> trial.outcome() instanceof Outcome.Pruned pruned ? "at " + pruned.step() : "whole")
                .toList();
    }

    @Test
    void median_prunesWhatIsWorseThanHalfOfTheCompleted() {
        assertThat(ends(run(Median.create().startupTrials(3), 4, 1, 2, 9, 3, 2, 1.5, 2.1)))
                .containsExactly("whole", "whole", "whole", "at 1", "whole", "whole", "at 1");
    }

    @Test
    void median_waitsForWarmUp() {
        assertThat(ends(run(Median.create().startupTrials(1).warmUp(3), 4, 1, 2)))
                .containsExactly("whole", "at 3");
    }

    @Test
    void median_comparesTheBestSoFar() {
        SearchResult result = Search.minimise(trial -> {
                    double[] values = trial.number() == 0 ? new double[] {5, 5, 5} : new double[] {4, 9, 9};
                    for (int step = 0; step < 3; step++) {
                        trial.report(step, values[step]);
                        if (trial.shouldPrune()) {
                            return 0;
                        }
                    }
                    return 1;
                })
                .pruner(Median.create().startupTrials(1))
                .trials(2)
                .run();
        assertThat(ends(result)).containsExactly("whole", "whole");
    }

    @Test
    void maximise_prunesSmallValues() {
        SearchResult result = Search.maximise(trial -> {
                    trial.report(1, trial.number() == 1 ? 0.1 : 0.9);
                    return trial.shouldPrune() ? 0 : 1;
                })
                .pruner(Median.create().startupTrials(1))
                .trials(2)
                .run();
        assertThat(ends(result)).containsExactly("whole", "at 1");
    }

    @Test
    void asha_letsTheBestThirdOfEachRungGoOn() {
        // Rungs at 1, 3 and 9. Of 1 to 5 trials at a rung one goes on, of 6 to 8 two.
        assertThat(ends(run(Asha.reduction(3), 9, 5, 6, 4, 7, 8, 4.5, 9, 3)))
                .containsExactly("whole", "at 1", "whole", "at 1", "at 1", "at 3", "at 1", "whole");
    }

    @Test
    void asha_judgesATrialThatJumpsOverARungByItsNextReport() {
        List<String> ends = ends(Search.minimise(trial -> {
                    for (int step : new int[] {2, 5, 20}) {
                        trial.report(step, step == 20 ? trial.number() : 10 - trial.number());
                        if (trial.shouldPrune()) {
                            return 0;
                        }
                    }
                    return 1;
                })
                .pruner(Asha.reduction(4).firstRung(4))
                .trials(3)
                .run());
        // rung 4 is judged at step 5, where later trials are better, and rung 16 at step 20, where they are worse
        assertThat(ends).containsExactly("whole", "at 20", "at 20");
    }

    @Test
    void hyperband_comparesWithinABracket() {
        Hyperband pruner = Hyperband.between(1, 27, 3);
        List<Integer> brackets = new ArrayList<>();
        for (int trial = 0; trial < 4000; trial++) {
            brackets.add(pruner.bracket(trial));
        }
        // Brackets of 27, 9, 3 and 1 trials, each times 4 over the number of its rungs: 27, 12, 6, 4 of 49.
        assertThat(brackets.stream().filter(b -> b == 0).count()).isBetween(2000L, 2400L);
        assertThat(brackets.stream().filter(b -> b == 3).count()).isBetween(240L, 420L);
        int last = brackets.indexOf(3);
        Past bad = new Past(last, Map.of(), Past.State.RUNNING, Double.NaN, new TreeMap<>(Map.of(9, 5.0)));
        Past good = new Past(
                brackets.indexOf(0), Map.of(), Past.State.COMPLETED, 0, new TreeMap<>(Map.of(9, 1.0, 27, 1.0)));
        assertThat(pruner.prunes(bad, 8, List.of(good))).isFalse();
        Past later = new Past(last, Map.of(), Past.State.RUNNING, Double.NaN, new TreeMap<>(Map.of(27, 5.0)));
        int like = last + 1 + brackets.subList(last + 1, 4000).indexOf(3);
        Past same = new Past(like, Map.of(), Past.State.COMPLETED, 0, new TreeMap<>(Map.of(27, 1.0)));
        assertThat(pruner.prunes(later, 8, List.of(good))).isFalse();
        assertThat(pruner.prunes(later, 8, List.of(good, same))).isTrue();
    }

    @Test
    void trials_thatDoNotAsk_areNotPruned() {
        SearchResult result = Search.minimise(trial -> {
                    trial.report(1, trial.number());
                    return trial.number();
                })
                .pruner(Median.create().startupTrials(1))
                .trials(3)
                .run();
        assertThat(ends(result)).containsExactly("whole", "whole", "whole");
    }

    @Test
    void trials_toldToStop_arePrunedWhateverTheyThrow() {
        SearchResult result = Search.minimise(trial -> {
                    trial.report(1, trial.number());
                    if (trial.shouldPrune()) {
                        throw new IllegalStateException("listener stopped the run");
                    }
                    return trial.number();
                })
                .pruner(Median.create().startupTrials(1))
                .trials(2)
                .failFast()
                .run();
        assertThat(result.trials().get(1).outcome()).isEqualTo(new Outcome.Pruned(1, 1));
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Asha.reduction(1)).withMessage("eta must be >= 2, got 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Asha.reduction(2000));
        assertThatIllegalArgumentException().isThrownBy(() -> Asha.reduction(2).firstRung(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Median.create().startupTrials(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Median.create().warmUp(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Hyperband.between(9, 3, 3));
    }
}
