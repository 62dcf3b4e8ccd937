package io.aidc.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LearningTest {
    private static final double MULTIPLIER = 2.5;

    @Test
    void privateRun_chargesEveryStepAndSpendsTheWholeBudget() {
        Dataset train = table();
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(Study.EPSILON)
                .delta(Study.DELTA)
                .approximateDelta(PrivateSummary.SELECTION_DELTA)
                .build();
        PrivateSummary summary = PrivateSummary.of(Patients.rows(train), train.classNames(), budget);
        List<PrivacyEvent> charged = new ArrayList<>();

        Learning.privately(train, summary, budget, charged::add, progress -> {})
                .result()
                .close();

        assertThat(charged)
                .extracting(LearningTest::steps)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, Learning.STEPS).boxed().toList());
        assertThat(budget.spent()).isBetween(2.99, Study.EPSILON);
    }

    @Test
    void privateStep_isNoisedOnceWithTheMultiplierThatIsCharged() {
        Dataset train = table();
        List<Double> deviations = new ArrayList<>();
        Sampling sampling = Sampling.poisson(0.2);
        Network network = Network.of(Layer.linear(2, 2));

        try (TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .steps(5)
                .workers(2)
                .privacy(Learning.privacy(
                        sampling, MULTIPLIER, 100, (sum, deviation) -> deviations.add(deviation), step -> true))
                .fit(train)) {
            assertThat(result.report().steps()).isEqualTo(5);
        }

        assertThat(deviations).hasSize(5).containsOnly(MULTIPLIER * Learning.CLIP_NORM);
    }

    private static long steps(PrivacyEvent charged) {
        return EventCounts.of(charged).asMap().entrySet().stream()
                .filter(entry -> entry.getKey() instanceof PrivacyEvent.PoissonSubsampledGaussian)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Dataset table() {
        float[][] features = new float[300][];
        int[] labels = new int[300];
        for (int i = 0; i < features.length; i++) {
            labels[i] = i % 2;
            features[i] = new float[] {i % 2 * 9 + i % 7, i % 11};
        }
        return Dataset.classification(features, labels, List.of("a", "b"), List.of("x", "y"));
    }
}
