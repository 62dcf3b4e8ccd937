package io.aidc.training.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCompressionTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
    void topK_ofAShareOutOfRange_isRefused(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCompression.topK(share))
                .withMessage("share must be in (0, 1], got " + share);
    }

    @Test
    void kept_isTheShareRoundedAndAtLeastOne() {
        var sparse = new GradientCompression.TopK(0.07);
        assertThat(sparse.kept(100)).isEqualTo(7);
        assertThat(sparse.kept(3)).isEqualTo(1);
        assertThat(sparse.kept(0)).isZero();
        assertThat(new GradientCompression.TopK(1).kept(5)).isEqualTo(5);
        assertThat(new GradientCompression.TopK(Double.MIN_VALUE).kept(Integer.MAX_VALUE))
                .isEqualTo(1);
    }

    /** By hand, for a gradient of 100 MB: a ring sends each number (n - 1) / n times to be added and as often to be told. */
    @Test
    void bytesSent_areThoseOfARing() {
        long numbers = 25_000_000;
        assertThat(GradientCompression.none().bytesSent(numbers, 2)).isEqualTo(100_000_000);
        assertThat(GradientCompression.none().bytesSent(numbers, 8)).isEqualTo(175_000_000);
        assertThat(GradientCompression.bfloat16().bytesSent(numbers, 2)).isEqualTo(50_000_000);
        assertThat(GradientCompression.bfloat16().bytesSent(numbers, 8)).isEqualTo(87_500_000);
        assertThat(GradientCompression.topK(0.01).bytesSent(numbers, 2)).isEqualTo(2_000_000);
        assertThat(GradientCompression.topK(0.01).bytesSent(numbers, 8)).isEqualTo(14_000_000);
        assertThat(GradientCompression.topK(0.125).bytesSent(numbers, 8))
                .isEqualTo(GradientCompression.none().bytesSent(numbers, 8));
    }

    @Test
    void bytesSent_byOneWorkerOrOfNothing_areNone() {
        for (GradientCompression form : new GradientCompression[] {
            GradientCompression.none(), GradientCompression.bfloat16(), GradientCompression.topK(0.5)
        }) {
            assertThat(form.bytesSent(1000, 1)).isZero();
            assertThat(form.bytesSent(0, 4)).isZero();
        }
    }

    @Test
    void bytesSent_outOfRange_areRefused() {
        for (GradientCompression form : new GradientCompression[] {
            GradientCompression.none(), GradientCompression.bfloat16(), GradientCompression.topK(0.5)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> form.bytesSent(-1, 2))
                    .withMessage("numbers must be >= 0, got -1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> form.bytesSent(1, 0))
                    .withMessage("workers must be >= 1, got 0");
            assertThatThrownBy(() -> form.bytesSent(Long.MAX_VALUE - 8, 8)).isInstanceOf(ArithmeticException.class);
        }
    }
}
