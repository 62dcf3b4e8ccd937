package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.guard.Alert.Kind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractionPolicyTest {
    private static final ExtractionPolicy NOTHING = ExtractionPolicy.per(Duration.ofHours(1));

    @Test
    void per_outOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ExtractionPolicy.per(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtractionPolicy.per(Duration.ofDays(366)));
    }

    @Test
    void volume_ofNothing_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NOTHING.volume(0))
                .withMessage("budget must be >= 1, got 0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.01, Double.NaN})
    void shares_outOfRange_areRefused(double share) {
        assertThatIllegalArgumentException().isThrownBy(() -> NOTHING.distinct(share));
        assertThatIllegalArgumentException().isThrownBy(() -> NOTHING.boundary(0.1, share));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void margin_outOfRange_isRefused(double margin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NOTHING.boundary(margin, 0.5))
                .withMessage("margin must be > 0 and finite, got " + margin);
    }

    @Test
    void threshold_ofWhatIsNotScored_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NOTHING.volume(1).threshold(Kind.COVERAGE, 2))
                .withMessage("COVERAGE is not scored, only [VOLUME]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void threshold_outOfRange_isRefused(double threshold) {
        assertThatIllegalArgumentException().isThrownBy(() -> NOTHING.volume(1).threshold(Kind.VOLUME, threshold));
    }

    @Test
    void threshold_ofInfinity_neverAlerts() {
        QueryWindow window = new QueryWindow(NOTHING.volume(1).threshold(Kind.VOLUME, Double.POSITIVE_INFINITY), 0, 1);
        window.addCost(Long.MAX_VALUE);

        assertThat(window.judge("a")).isEmpty();
    }

    @Test
    void refuseOnAlert_ofNoTime_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> NOTHING.refuseOnAlert(Duration.ZERO));
    }

    @Test
    void options_leaveTheFirstPolicyAlone() {
        ExtractionPolicy first = NOTHING.volume(5);
        first.distinct(0.5).refuseOnAlert(Duration.ofHours(2));

        assertThat(first.thresholds()).isEqualTo(Map.of(Kind.VOLUME, 1.0));
        assertThat(first.refusal()).isZero();
    }

    @Test
    void memory_lastsAsLongAsTheQuarantine() {
        assertThat(Duration.ofNanos(NOTHING.refuseOnAlert(Duration.ofHours(2)).memoryNanos()))
                .isEqualTo(Duration.ofHours(2));
        assertThat(Duration.ofNanos(NOTHING.memoryNanos())).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void text_showsWindowAndThresholds() {
        assertThat(NOTHING.volume(5)).hasToString("ExtractionPolicy[PT1H, {VOLUME=1.0}]");
    }
}
