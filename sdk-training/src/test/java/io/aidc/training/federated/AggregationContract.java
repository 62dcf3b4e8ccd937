package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a run expects of every {@link Aggregation}. */
abstract class AggregationContract {
    /** The aggregation under test, which must bear two arbitrary updates of eleven. */
    abstract Aggregation aggregation();

    private static List<float[]> updates(int count, int length) {
        var random = new Random(3);
        List<float[]> updates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] update = new float[length];
            for (int j = 0; j < length; j++) {
                update[j] = (float) (1 + 0.1 * random.nextGaussian());
            }
            updates.add(update);
        }
        return updates;
    }

    @Test
    void combine_leavesItsInputAsItWas() {
        List<float[]> updates = updates(11, 5);
        List<float[]> copies = updates.stream().map(float[]::clone).toList();
        aggregation().combine(updates, new double[11]);
        for (int i = 0; i < copies.size(); i++) {
            assertThat(updates.get(i)).isEqualTo(copies.get(i));
        }
    }

    @Test
    void combine_ofEqualUpdates_isThatUpdate() {
        List<float[]> updates = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            updates.add(new float[] {1, -2, 0});
        }
        assertThat(aggregation().combine(updates, new double[11])).containsExactly(1, -2, 0);
    }

    @Test
    void combine_withTwoArbitraryUpdates_staysNearTheOthers() {
        List<float[]> updates = updates(11, 5);
        updates.set(4, new float[] {1e6f, -1e6f, 1e6f, 0, 1e6f});
        updates.set(9, new float[] {-1e6f, -1e6f, 9, 1e6f, 1e6f});
        for (float value : aggregation().combine(updates, new double[11])) {
            assertThat(value).isBetween(0.7f, 1.3f);
        }
    }
}
