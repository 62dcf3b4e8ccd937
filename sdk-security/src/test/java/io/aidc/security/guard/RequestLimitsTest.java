package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void rate_withoutBurst_holdsItsPermits() {
        assertThat(RequestLimits.none().rate(7, SECOND).burst()).isEqualTo(7);
    }

    @Test
    void rate_ofZero_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestLimits.none().rate(0, SECOND))
                .withMessage("permits must be >= 1, got 0");
    }

    @Test
    void rate_perNothing_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestLimits.none().rate(1, Duration.ZERO))
                .withMessageContaining("per must be from PT0.000001S to PT8760H, got PT0S");
    }

    @Test
    void rate_perMoreThanAYear_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestLimits.none().rate(1, Duration.ofDays(366)));
    }

    @Test
    void burst_withoutRate_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestLimits.none().burst(3))
                .withMessageContaining("burst belongs to a rate");
    }

    @Test
    void burst_tooLargeToCount_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RequestLimits.none().rate(7, Duration.ofDays(1)).burst(1_000_000))
                .withMessageContaining("burst must be below 26687 at 7 permits in PT24H");
    }

    @Test
    void burst_ofTheLargestCount_isTaken() {
        assertThat(RequestLimits.none()
                        .rate(7, Duration.ofDays(1))
                        .burst(26_686)
                        .burst())
                .isEqualTo(26_686);
    }

    @Test
    void quota_ofZero_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestLimits.none().quota(0, SECOND))
                .withMessage("quota must be >= 1, got 0");
    }

    @Test
    void quota_inNoTime_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestLimits.none().quota(1, Duration.ofNanos(999)))
                .withMessageContaining("quotaWindow");
    }

    @Test
    void constructor_withNegativePermits_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimits(-1, SECOND, 0, 0, SECOND));
    }

    @Test
    void memory_isThatOfTheSlowerLimit() {
        RequestLimits limits = RequestLimits.none().rate(2, SECOND).burst(10).quota(5, Duration.ofMinutes(1));

        assertThat(Duration.ofNanos(limits.memoryNanos())).isEqualTo(Duration.ofMinutes(1));
        assertThat(Duration.ofNanos(
                        RequestLimits.none().rate(2, SECOND).burst(10).memoryNanos()))
                .isEqualTo(Duration.ofSeconds(5));
    }
}
