package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.PrivacyEvent.Composed;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.PrivacyEvent.Repeated;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyEventTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void construction_badNumber_isNamed(double bad) {
        String rest = " must be > 0 and finite, got " + bad;
        assertThatThrownBy(() -> new Gaussian(bad)).hasMessage("noiseMultiplier" + rest);
        assertThatThrownBy(() -> new PoissonSubsampledGaussian(0.1, bad)).hasMessage("noiseMultiplier" + rest);
        assertThatThrownBy(() -> new Laplace(bad)).hasMessage("epsilon" + rest);
        assertThatThrownBy(() -> new PureDp(bad)).hasMessage("epsilon" + rest);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void construction_badRate_isNamed(double bad) {
        assertThatThrownBy(() -> new PoissonSubsampledGaussian(bad, 1))
                .hasMessage("samplingRate must be in [0, 1], got " + bad);
    }

    @Test
    void times_lessThanOne_isNamed() {
        assertThatThrownBy(() -> new Gaussian(1).times(0)).hasMessage("times must be >= 1, got 0");
        assertThatThrownBy(() -> new Repeated(new Gaussian(1), -3)).hasMessage("times must be >= 1, got -3");
        assertThat(new Gaussian(1).times(1)).isEqualTo(new Gaussian(1));
    }

    @Test
    void composed_listChangedLater_staysTheSame() {
        List<PrivacyEvent> events = new ArrayList<>(List.of(new Gaussian(1)));
        var composed = new Composed(events);
        events.clear();
        assertThat(composed.events()).hasSize(1);
    }

    @Test
    void eventCounts_nestedEvent_isFlattened() {
        PrivacyEvent inner = new Gaussian(2).and(new PureDp(0.1)).times(3);
        EventCounts counts = EventCounts.of(inner.and(new Gaussian(2)).times(10));
        assertThat(counts.asMap())
                .containsEntry(new Gaussian(2), 40L)
                .containsEntry(new PureDp(0.1), 30L)
                .hasSize(2);
        assertThat(EventCounts.of(counts.asEvent()).asMap()).isEqualTo(counts.asMap());
    }
}
