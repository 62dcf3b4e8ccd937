package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BaggingTest extends LearnerContract {
    @Override
    Learner learner() {
        return Bagging.of(Learners.NEAREST_CENTROID).members(4).sample(0.5);
    }

    @Test
    void members_getOtherRowsAndSeeds() {
        Set<String> rows = new HashSet<>();
        Set<Long> seeds = new HashSet<>();
        List<Integer> sizes = new ArrayList<>();
        Bagging.of((data, seed) -> {
                    rows.add(data.fingerprint());
                    seeds.add(seed);
                    sizes.add(data.rows());
                    return Learners.CONSTANT.fit(data, seed);
                })
                .members(5)
                .sample(0.25)
                .fit(DATA, 1)
                .close();
        assertThat(rows).hasSize(5);
        assertThat(seeds).hasSize(5);
        assertThat(sizes).containsOnly(15);
    }

    @Test
    void allRows_differBySeedOnly() {
        Set<String> rows = new HashSet<>();
        Set<Long> seeds = new HashSet<>();
        Bagging.of((data, seed) -> {
                    rows.add(data.fingerprint());
                    seeds.add(seed);
                    return Learners.CONSTANT.fit(data, seed);
                })
                .allRows()
                .fit(DATA, 1)
                .close();
        assertThat(rows).containsExactly(DATA.fingerprint());
        assertThat(seeds).hasSize(Bagging.DEFAULT_MEMBERS);
    }

    @Test
    void failureOfAMember_closesThoseBefore() {
        Learners.Counting counting = new Learners.Counting(Learners.CONSTANT);
        Learner failing = (data, seed) -> {
            if (counting.made.get() == 3) {
                throw new IllegalStateException("no memory");
            }
            return counting.fit(data, seed);
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> Bagging.of(failing).fit(DATA, 1))
                .withMessage("no memory");
        assertThat(counting.made).hasValue(3);
        assertThat(counting.open).hasValue(0);
    }

    @Test
    void close_closesAllMembers() {
        Learners.Counting counting = new Learners.Counting(Learners.CONSTANT);
        Predictor bag = Bagging.of(counting).members(3).fit(DATA, 1);
        assertThat(counting.open).hasValue(3);
        bag.close();
        bag.close();
        assertThat(counting.open).hasValue(0);
    }

    @Test
    void misuse_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bagging.of(Learners.CONSTANT).members(0))
                .withMessage("members must be in [1, 10000], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bagging.of(Learners.CONSTANT).sample(1.5))
                .withMessage("sample must be in (0, 1], got 1.5");
        assertThatIllegalStateException()
                .isThrownBy(() -> Bagging.of(Learners.CONSTANT).allRows().sample(0.5))
                .withMessage("sample is already set to all rows");
        assertThatIllegalStateException()
                .isThrownBy(() -> Bagging.of(Learners.CONSTANT).members(1).members(2));
    }
}
