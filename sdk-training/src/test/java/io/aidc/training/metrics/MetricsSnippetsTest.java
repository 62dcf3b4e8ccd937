package io.aidc.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class MetricsSnippetsTest {
    private static final float[][] PROBABILITIES = {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.6f, 0.4f}, {0.3f, 0.7f}};
    private static final int[] LABELS = {0, 1, 1, 0};

    @Test
    void scores() {
        float[][] probabilities = PROBABILITIES;
        int[] labels = LABELS;
        // @start region="scores"
        ClassificationScores scores = ClassificationScores.of(probabilities, labels);
        double auc = scores.rocAuc();
        double recallOfIll = scores.perClass().get(1).recall();
        long overlooked = scores.confusion().count(1, 0);
        // @end
        assertThat(auc).isEqualTo(0.75);
        assertThat(recallOfIll).isEqualTo(0.5);
        assertThat(overlooked).isEqualTo(1);
    }

    @Test
    void sums() {
        // @start region="sums"
        ClassificationSums mine = ClassificationSums.of(2);
        mine.add(new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}}, new int[] {0, 1});
        double[] sent = mine.numbers(); // on the way to worker 0

        ClassificationSums all = ClassificationSums.of(2); // in worker 0
        all.add(ClassificationSums.ofNumbers(2, sent));
        double accuracy = all.scores().accuracy();
        // @end
        assertThat(accuracy).isEqualTo(1);
    }

    @Test
    void bootstrap() {
        float[][] probabilities = PROBABILITIES;
        int[] labels = LABELS;
        // @start region="bootstrap"
        Map<String, Interval> intervals =
                Bootstrap.seed(7).resamples(2000).level(0.95).classification(probabilities, labels);
        Interval accuracy = intervals.get("accuracy");
        // @end
        assertThat(accuracy).isNotNull();
    }
}
