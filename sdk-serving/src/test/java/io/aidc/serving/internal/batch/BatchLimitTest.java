package io.aidc.serving.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchLimitTest {
    private static final long TARGET = 1000;
    private final BatchLimit limit = new BatchLimit(32, TARGET);

    @Test
    void ran_slowAndFarFromFull_changesNothing() {
        limit.ran(1, TARGET + 1);
        limit.ran(15, TARGET + 1);

        assertThat(limit.rows()).isEqualTo(32);
    }

    @Test
    void ran_slowAndHalfFull_halves() {
        limit.ran(16, TARGET + 1);
        assertThat(limit.rows()).isEqualTo(16);
        limit.ran(16, TARGET + 1);
        assertThat(limit.rows()).isEqualTo(8);
    }

    @Test
    void ran_slowAtTheSmallest_staysAtOne() {
        for (int i = 0; i < 10; i++) {
            limit.ran(limit.rows(), TARGET + 1);
        }
        assertThat(limit.rows()).isEqualTo(1);
    }

    @Test
    void ran_fullWithinTheTarget_growsByOneUpToTheMost() {
        limit.ran(32, TARGET + 1);
        limit.ran(15, TARGET);
        assertThat(limit.rows()).isEqualTo(16);
        for (int i = 1; i <= 20; i++) {
            limit.ran(limit.rows(), TARGET);
            assertThat(limit.rows()).isEqualTo(Math.min(32, 16 + i));
        }
    }
}
