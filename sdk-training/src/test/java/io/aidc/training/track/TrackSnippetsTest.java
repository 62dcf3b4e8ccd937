package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingReport;
import io.aidc.training.metrics.ClassificationScores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class TrackSnippetsTest {
    @TempDir
    Path logs;

    private static void train(TrainingListener listener) {
        listener.onStep(Runs.step(1, 1, 1));
        listener.onEpoch(Runs.epoch(1, 1), Map::of);
        listener.onEnd(Runs.report());
    }

    @Test
    void tensorboard() {
        // @start region="tensorboard"
        try (TensorBoard log = TensorBoard.in(logs.resolve("run-1")).everySteps(10)) {
            train(log); // TrainingRun.of(…).listener(log).fit(data)
        }
        // tensorboard --logdir logs
        // @end
        assertThat(logs.resolve("run-1")).isNotEmptyDirectory();
    }

    @Test
    void progress() {
        StringBuilder err = new StringBuilder();
        // @start region="progress"
        try (ProgressBar bar = ProgressBar.on(err)) { // System.err
            train(bar);
        }
        // @end
        assertThat(err.toString()).contains("100%");
    }

    @Test
    void json() {
        // @start region="json"
        try (JsonLog log = JsonLog.appendingTo(logs.resolve("runs.jsonl"))) {
            train(log);
        }
        // @end
        assertThat(logs.resolve("runs.jsonl")).isNotEmptyFile();
    }

    @Test
    void listeners() {
        StringBuilder err = new StringBuilder();
        // @start region="listeners"
        try (Listeners all =
                Listeners.all(ProgressBar.on(err), Listeners.bestEffort(TensorBoard.in(logs.resolve("run-2"))))) {
            train(all);
        }
        // @end
        assertThat(logs.resolve("run-2")).isNotEmptyDirectory();
    }

    @Test
    void report() {
        TrainingReport report = Runs.report();
        // @start region="report"
        ReportJson.write(report, logs.resolve("report.json"));
        TrainingReport again = ReportJson.read(logs.resolve("report.json"));
        // @end
        assertThat(again).isEqualTo(report);
    }

    @Test
    void page() {
        TrainingReport report = Runs.report();
        ClassificationScores scores = ClassificationScores.of(new float[][] {{1, 0}, {0, 1}}, new int[] {0, 1});
        // @start region="page"
        ReportPage.of(report)
                .title("Outcome of treatment")
                .scores(scores, List.of("well", "ill"))
                .write(logs.resolve("report.html"));
        // @end
        assertThat(Files.exists(logs.resolve("report.html"))).isTrue();
    }
}
