package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfidentLearningTest {
    static List<GoldenJson> cases() {
        return GoldenJson.read("quality.json").objects("confident");
    }

    private static float[][] floats(double[][] rows) {
        float[][] floats = new float[rows.length][rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                floats[i][j] = (float) rows[i][j];
            }
        }
        return floats;
    }

    private static int[] rows(List<SuspectedLabel> suspects) {
        return suspects.stream().mapToInt(SuspectedLabel::row).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everything_agreesWithASecondImplementation(GoldenJson golden) {
        int[] labels = golden.integers("labels");
        ConfidentLearning learned = LabelChecks.confidentLearning(floats(golden.rows("probabilities")), labels);
        assertThat(learned.thresholds()).containsExactly(golden.numbers("thresholds"), within(1e-12));
        double[][] counts = golden.rows("confidentJoint");
        double[][] joint = golden.rows("joint");
        double right = 0;
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < counts.length; j++) {
                assertThat((double) learned.confidentJoint()[i][j]).isEqualTo(counts[i][j]);
                assertThat(learned.joint()[i][j]).isCloseTo(joint[i][j], within(1e-12));
            }
            right += joint[i][i];
        }
        assertThat(learned.noiseRate()).isCloseTo(1 - right, within(1e-12));
        for (ConfidentLearning.Pruning pruning : ConfidentLearning.Pruning.values()) {
            List<SuspectedLabel> suspects = learned.suspects(pruning, ConfidentLearning.Ranking.SELF_CONFIDENCE);
            assertThat(rows(suspects)).as("%s", pruning).containsExactlyInAnyOrder(golden.integers(pruning.name()));
        }
        for (ConfidentLearning.Ranking ranking : ConfidentLearning.Ranking.values()) {
            List<SuspectedLabel> suspects = learned.suspects(ConfidentLearning.Pruning.BY_NOISE_RATE, ranking);
            assertThat(rows(suspects)).as("%s", ranking).containsExactly(golden.integers(ranking.name()));
        }
    }

    @Test
    void suspects_ofOneSwappedLabel_nameItWithTheClassItShouldHave() {
        float[][] probabilities = new float[20][];
        int[] labels = new int[20];
        for (int i = 0; i < 20; i++) {
            labels[i] = i % 2;
            probabilities[i] = labels[i] == 0 ? new float[] {0.9f, 0.1f} : new float[] {0.1f, 0.9f};
        }
        labels[6] = 1;
        ConfidentLearning learned = LabelChecks.confidentLearning(probabilities, labels);
        assertThat(learned.suspects()).hasSize(1);
        SuspectedLabel suspect = learned.suspects().get(0);
        assertThat(suspect.row()).isEqualTo(6);
        assertThat(suspect.given()).isEqualTo(1);
        assertThat(suspect.suggested()).isZero();
        assertThat(suspect.selfConfidence()).isCloseTo(0.1, within(1e-7));
        assertThat(suspect.normalizedMargin()).isCloseTo(-0.8, within(1e-6));
        assertThat(learned.noiseRate()).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void cleanLabels_haveNoSuspects() {
        float[][] probabilities = {{0.9f, 0.1f, 0}, {0.2f, 0.8f, 0}, {0.7f, 0.3f, 0}};
        ConfidentLearning learned = LabelChecks.confidentLearning(probabilities, new int[] {0, 1, 0});
        for (ConfidentLearning.Pruning pruning : ConfidentLearning.Pruning.values()) {
            assertThat(learned.suspects(pruning, ConfidentLearning.Ranking.NORMALIZED_MARGIN))
                    .isEmpty();
        }
        assertThat(learned.noiseRate()).isZero();
        assertThat(learned.thresholds()[2]).isInfinite();
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.confidentLearning(new float[][] {{0.5f, 0.4f}}, new int[] {0}))
                .withMessageContaining("row 0 must sum to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.confidentLearning(new float[][] {{Float.NaN, 1}}, new int[] {0}))
                .withMessage("probabilities: row 0, class 0 must be in [0, 1], got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.confidentLearning(new float[][] {{0, 1}, {1}}, new int[] {0, 0}))
                .withMessageContaining("row 1 has 1 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.confidentLearning(new float[][] {{0, 1}}, new int[] {2}))
                .withMessage("label of row 0 must be in [0, 2)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.confidentLearning(new float[][] {{1}}, new int[] {0}))
                .withMessage("classes must be at least 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.confidentLearning(new float[0][], new int[0]));
    }
}
