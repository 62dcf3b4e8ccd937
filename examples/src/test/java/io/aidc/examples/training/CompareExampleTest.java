package io.aidc.examples.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.examples.training.CompareExample.Effort;
import io.aidc.training.evaluation.ComparisonResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareExampleTest {
    @TempDir
    Path directory;

    @Test
    void run_judgesAllFourInOneTableAndPage() throws IOException {
        ComparisonResult result = CompareExample.run(directory, new Effort(3, 1, 10, 20));

        assertThat(result.text())
                .contains("logistic regression (baseline)", "random forest", "boosted trees", "network");
        assertThat(result.results().keySet())
                .allSatisfy(learner -> assertThat(
                                result.result(learner).estimate("accuracy").mean())
                        .isGreaterThan(0.9));
        assertThat(Files.readString(directory.resolve("comparison.html"))).contains("boosted trees", "<svg");
    }
}
