package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AggregationTest {
    @Nested
    class MedianTest extends AggregationContract {
        @Override
        Aggregation aggregation() {
            return Aggregation.median();
        }
    }

    @Nested
    class TrimmedMeanTest extends AggregationContract {
        @Override
        Aggregation aggregation() {
            return Aggregation.trimmedMean(0.2);
        }
    }

    @Nested
    class KrumTest extends AggregationContract {
        @Override
        Aggregation aggregation() {
            return Aggregation.krum(2, 1);
        }
    }

    @Nested
    class MultiKrumTest extends AggregationContract {
        @Override
        Aggregation aggregation() {
            return Aggregation.krum(2, 6);
        }
    }

    @Test
    void median_ofAnEvenNumber_isTheMeanOfTheMiddleTwo() {
        List<float[]> updates = List.of(new float[] {9}, new float[] {1}, new float[] {4}, new float[] {2});
        assertThat(Aggregation.median().combine(updates, new double[4])).containsExactly(3);
        assertThat(Aggregation.median().combine(updates.subList(0, 3), new double[3]))
                .containsExactly(4);
        assertThat(Aggregation.median().combine(updates.subList(0, 1), new double[1]))
                .containsExactly(9);
    }

    @Test
    void trimmedMean_leavesOutTheShareAtEachEnd() {
        List<float[]> updates =
                List.of(new float[] {9}, new float[] {1}, new float[] {4}, new float[] {3}, new float[] {-70});
        assertThat(Aggregation.trimmedMean(0.2).combine(updates, new double[5])).containsExactly((float) (8 / 3.0));
        assertThat(Aggregation.trimmedMean(0).combine(updates, new double[5])).containsExactly(-10.6f);
    }

    @Test
    void krum_choosesTheUpdateWithTheNearestNeighbours() {
        List<float[]> updates = List.of(
                new float[] {0, 0}, new float[] {1, 0}, new float[] {1.1f, 0}, new float[] {1.3f, 0}, new float[] {
                    50, 50
                });
        // nearest two each: 0 -> 1 + 1.21, 1 -> 0.01 + 0.09, 1.1 -> 0.01 + 0.04, 1.3 -> 0.04 + 0.09
        assertThat(Aggregation.krum(1, 1).combine(updates, new double[5])).containsExactly(1.1f, 0);
        assertThat(Aggregation.krum(1, 2).combine(updates, new double[5])[0]).isEqualTo((float) ((1.1f + 1) / 2.0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aggregation.krum(2, 1).combine(updates, new double[5]))
                .withMessage("Krum with 2 byzantine clients needs 7 updates, got 5");
    }

    @Test
    void numbers_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Aggregation.trimmedMean(0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> Aggregation.trimmedMean(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Aggregation.krum(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Aggregation.krum(1, 0));
    }
}
