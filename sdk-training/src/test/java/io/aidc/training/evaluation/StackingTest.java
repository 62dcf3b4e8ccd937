package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackingTest extends LearnerContract {
    @Override
    Learner learner() {
        return Stacking.of(List.of(Learners.NEAREST_CENTROID, Learners.CONSTANT), Learners.NEAREST_CENTROID)
                .folds(3);
    }

    @Test
    void joiner_seesTheAnswersSideBySide() {
        List<Dataset> seen = new ArrayList<>();
        Learner joiner = (data, seed) -> {
            seen.add(data);
            return Learners.CONSTANT.fit(data, seed);
        };
        Stacking.of(List.of(Learners.NEAREST_CENTROID, Learners.CONSTANT), joiner)
                .fit(DATA, 1)
                .close();
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).features()).isEqualTo(6);
        assertThat(seen.get(0).classNames()).isEqualTo(DATA.classNames());
        assertThat(seen.get(0).label(7)).isEqualTo(DATA.label(7));
    }

    @Test
    void numbers_canBeStackedToo() {
        Dataset line = Learners.line(10);
        try (Predictor stack = Stacking.of(List.of(Learners.CONSTANT), Learners.CONSTANT)
                .folds(5)
                .fit(line, 1)) {
            assertThat(stack.predict(new float[][] {{3}})).isDeepEqualTo(new float[][] {{4.5f, 9}});
        }
    }

    @Test
    void everyPredictor_isClosedAlsoOnFailure() {
        Learners.Counting counting = new Learners.Counting(Learners.CONSTANT);
        Stacking.of(List.of(counting, counting), counting).fit(DATA, 1).close();
        assertThat(counting.made).hasValue(2 * 5 + 2 + 1);
        assertThat(counting.open).hasValue(0);
        Learner broken = (data, seed) -> {
            throw new IllegalStateException("broken");
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> Stacking.of(List.of(counting), broken).fit(DATA, 1));
        assertThat(counting.open).hasValue(0);
    }

    @Test
    void misuse_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stacking.of(List.of(), Learners.CONSTANT))
                .withMessage("a stack needs at least 1 learner, got 0");
        Stacking stack = Stacking.of(List.of(Learners.CONSTANT), Learners.CONSTANT);
        assertThatIllegalArgumentException().isThrownBy(() -> stack.folds(1));
        assertThatIllegalStateException().isThrownBy(() -> stack.folds(3).folds(4));
    }
}
