package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class SearchSnippetsTest {
    private static double lossAfterEpoch(int epoch, double rate) {
        return Math.abs(Math.log10(rate) + 3) + 1.0 / epoch;
    }

    private static double train(double rate, int width, String activation) {
        return Math.abs(Math.log10(rate) + 3) + Math.abs(width - 64) / 64.0 + (activation.equals("gelu") ? 0 : 0.1);
    }

    @Test
    void simple(@TempDir Path directory) {
        // @start region="simple"
        SearchResult result = Search.minimise(trial -> {
                    double rate = trial.logUniform("rate", 1e-5, 1e-1);
                    int width = trial.logInteger("width", 16, 512);
                    String activation = trial.choice("activation", "relu", "gelu");
                    return train(rate, width, activation); // a loss on data held aside
                })
                .sampler(Tpe.seeded(7))
                .trials(60)
                .parallel(4)
                .timeout(Duration.ofHours(2))
                .journal(directory.resolve("search.jsonl"))
                .run();
        TrialRecord best = result.best().orElseThrow();
        result.writeHtml(directory.resolve("search.html"));
        // @end
        assertThat(best.value().orElseThrow()).isLessThan(1.0);
        assertThat(result.importances()).hasSize(3);
    }

    @Test
    void prune() {
        // @start region="prune"
        SearchResult result = Search.minimise(trial -> {
                    double rate = trial.logUniform("rate", 1e-5, 1e-1);
                    double loss = Double.NaN;
                    for (int epoch = 1; epoch <= 27; epoch++) {
                        loss = lossAfterEpoch(epoch, rate);
                        trial.report(epoch, loss);
                        if (trial.shouldPrune()) {
                            break;
                        }
                    }
                    return loss;
                })
                .sampler(Tpe.seeded(7))
                .pruner(Asha.reduction(3))
                .trials(60)
                .run();
        // @end
        assertThat(result.ranking()).isNotEmpty().hasSizeLessThan(30);
    }

    @Test
    void grid() {
        // @start region="grid"
        SearchResult result = Search.maximise(trial ->
                        -train(trial.logUniform("rate", 1e-5, 1e-1), 64, trial.choice("activation", "relu", "gelu")))
                .sampler(Grid.over("rate", 1e-4, 1e-3, 1e-2).and("activation", "relu", "gelu"))
                .run(); // 6 trials
        // @end
        assertThat(result.trials()).hasSize(6);
    }
}
