package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnsembleTest {
    private static final float[][] ROW = {{0}};

    private static Predictor saying(float... answer) {
        return rows -> Arrays.stream(rows).map(row -> answer.clone()).toArray(float[][]::new);
    }

    @Test
    void mean_isOverTheMembers() {
        try (Ensemble ensemble = Ensemble.mean(List.of(saying(1, 0), saying(0.5f, 0.5f)))) {
            assertThat(ensemble.predict(new float[2][1])).isDeepEqualTo(new float[][] {{0.75f, 0.25f}, {0.75f, 0.25f}});
            assertThat(ensemble.size()).isEqualTo(2);
        }
    }

    @Test
    void weights_needNotSumToOne() {
        try (Ensemble ensemble = Ensemble.weighted(List.of(saying(1, 0), saying(0, 1), saying(1, 0)), 6, 2, 0)) {
            assertThat(ensemble.predict(ROW)).isDeepEqualTo(new float[][] {{0.75f, 0.25f}});
        }
    }

    @Test
    void votes_countDecisionsNotConfidence() {
        try (Ensemble ensemble =
                Ensemble.voting(List.of(saying(0.51f, 0.49f), saying(0.5f, 0.5f), saying(0, 1), saying(0.6f, 0.4f)))) {
            assertThat(ensemble.predict(ROW)).isDeepEqualTo(new float[][] {{0.75f, 0.25f}});
        }
    }

    @Test
    void close_reachesAllMembersInReverse() {
        List<String> closed = new ArrayList<>();
        List<Predictor> members = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            members.add(new Predictor() {
                @Override
                public float[][] predict(float[][] rows) {
                    return rows;
                }

                @Override
                public void close() {
                    closed.add(name);
                    if (!name.equals("a")) {
                        throw new IllegalStateException(name);
                    }
                }
            });
        }
        Ensemble ensemble = Ensemble.mean(members);
        assertThatThrownBy(ensemble::close)
                .hasMessage("c")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        ensemble.close();
        assertThat(closed).containsExactly("c", "b", "a");
        assertThatIllegalStateException()
                .isThrownBy(() -> ensemble.predict(ROW))
                .withMessage("the ensemble is closed");
    }

    @Test
    void misuse_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ensemble.mean(List.of()))
                .withMessage("an ensemble needs at least 1 member, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ensemble.weighted(List.of(saying(1)), 1, 2))
                .withMessage("weights must be one for each of 1 members, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ensemble.weighted(List.of(saying(1)), Double.NaN))
                .withMessage("weight of member 0 must be >= 0 and finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ensemble.weighted(List.of(saying(1)), 0))
                .withMessage("weights must sum to a finite number > 0, got 0.0");
        try (Ensemble uneven = Ensemble.mean(List.of(saying(1, 0), saying(1)));
                Ensemble few = Ensemble.mean(List.of(rows -> new float[0][]))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> uneven.predict(ROW))
                    .withMessage("member 1 must answer 2 numbers as member 0 does, got 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> few.predict(ROW))
                    .withMessage("member 0 must answer each of 1 rows, got 0 answers");
        }
    }
}
