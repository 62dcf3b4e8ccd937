package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.Composed;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.FixedSizeWithoutReplacementGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.MixtureOfGaussians;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.PrivacyEvent.Repeated;
import io.aidc.privacy.accounting.PrivacyEvent.TruncatedPoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.ZeroConcentrated;
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

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void construction_badNumberOfOtherKinds_isNamed(double bad) {
        String rest = " must be > 0 and finite, got " + bad;
        assertThatThrownBy(() -> new DiscreteLaplace(bad, 1)).hasMessage("scale" + rest);
        assertThatThrownBy(() -> new DiscreteGaussian(bad, 1)).hasMessage("sigma" + rest);
        assertThatThrownBy(() -> new PoissonSubsampledLaplace(0.1, bad)).hasMessage("epsilon" + rest);
        assertThatThrownBy(() -> new TruncatedPoissonSubsampledGaussian(0.1, 1, 1, bad))
                .hasMessage("noiseMultiplier" + rest);
        assertThatThrownBy(() -> new FixedSizeWithoutReplacementGaussian(1, 1, bad))
                .hasMessage("noiseMultiplier" + rest);
        assertThatThrownBy(() -> new MixtureOfGaussians(List.of(1.0), List.of(1.0), bad))
                .hasMessage("sigma" + rest);
        assertThatThrownBy(() -> new ZeroConcentrated(bad)).hasMessage("rho" + rest);
        assertThatThrownBy(() -> new ApproximateDp(bad, 0.1)).hasMessage("epsilon" + rest);
    }

    @Test
    void construction_badCountOrShare_isNamed() {
        assertThatThrownBy(() -> new DiscreteLaplace(1, 0)).hasMessage("sensitivity must be >= 1, got 0");
        assertThatThrownBy(() -> new DiscreteGaussian(1, -1)).hasMessage("sensitivity must be >= 1, got -1");
        assertThatThrownBy(() -> new PoissonSubsampledLaplace(2, 1))
                .hasMessage("samplingRate must be in [0, 1], got 2.0");
        assertThatThrownBy(() -> new TruncatedPoissonSubsampledGaussian(-1, 1, 1, 1))
                .hasMessage("samplingRate must be in [0, 1], got -1.0");
        assertThatThrownBy(() -> new TruncatedPoissonSubsampledGaussian(0.1, 0, 1, 1))
                .hasMessage("cap must be >= 1, got 0");
        assertThatThrownBy(() -> new TruncatedPoissonSubsampledGaussian(0.1, 1, 0, 1))
                .hasMessage("population must be >= 1, got 0");
        assertThatThrownBy(() -> new FixedSizeWithoutReplacementGaussian(0, 1, 1))
                .hasMessage("batch must be >= 1, got 0");
        assertThatThrownBy(() -> new FixedSizeWithoutReplacementGaussian(3, 2, 1))
                .hasMessage("population must be at least the batch, 3, got 2");
        assertThatThrownBy(() -> new ApproximateDp(1, 1)).hasMessage("delta must be in (0, 1), got 1.0");
    }

    @Test
    void mixture_badParts_areNamed() {
        assertThatThrownBy(() -> new MixtureOfGaussians(List.of(), List.of(), 1))
                .hasMessage("sensitivities and probabilities must be equally many and at least one, got 0 and 0");
        assertThatThrownBy(() -> new MixtureOfGaussians(List.of(1.0), List.of(0.5, 0.5), 1))
                .hasMessageEndingWith("got 1 and 2");
        assertThatThrownBy(() -> new MixtureOfGaussians(List.of(-1.0), List.of(1.0), 1))
                .hasMessage("sensitivity must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> new MixtureOfGaussians(List.of(1.0, 2.0), List.of(1.0, 0.0), 1))
                .hasMessage("probability must be > 0, got 0.0");
        assertThatThrownBy(() -> new MixtureOfGaussians(List.of(1.0, 2.0), List.of(0.5, 0.4), 1))
                .hasMessage("probabilities must add up to 1, got 0.9");
    }

    @Test
    void holdsFor_sampledEvents_isTheRelationOfTheProof() {
        PrivacyEvent fixed = new FixedSizeWithoutReplacementGaussian(1, 2, 1);
        for (PrivacyEvent poisson : List.of(
                new PoissonSubsampledGaussian(0.1, 1),
                new PoissonSubsampledLaplace(0.1, 1),
                new TruncatedPoissonSubsampledGaussian(0.1, 1, 2, 1),
                new MixtureOfGaussians(List.of(1.0), List.of(1.0), 1))) {
            assertThat(poisson.holdsFor(Neighbours.ADD_OR_REMOVE)).isTrue();
            assertThat(poisson.times(3).and(new Gaussian(1)).holdsFor(Neighbours.REPLACE_ONE))
                    .isFalse();
            assertThat(poisson.and(fixed).holdsFor(Neighbours.ADD_OR_REMOVE)).isFalse();
        }
        assertThat(fixed.times(2).holdsFor(Neighbours.REPLACE_ONE)).isTrue();
        assertThat(new Gaussian(1).and(new DiscreteLaplace(1, 1)).holdsFor(Neighbours.REPLACE_ONE))
                .isTrue();
        assertThat(new Gaussian(1).holdsFor(Neighbours.ADD_OR_REMOVE)).isTrue();
    }

    @Test
    void and_againAndAgain_staysFlat() {
        PrivacyEvent all = new PureDp(1e-6);
        for (int i = 0; i < 5000; i++) {
            all = all.and(new PureDp(1e-6));
        }
        assertThat(((Composed) all).events()).hasSize(5001);
        assertThat(all.holdsFor(Neighbours.ADD_OR_REMOVE)).isTrue();
    }

    @Test
    void sampledEvents_derivedNumbers_areWhatTheySay() {
        assertThat(new FixedSizeWithoutReplacementGaussian(1, 4, 1).samplingRate())
                .isEqualTo(0.25);
        var capped = new TruncatedPoissonSubsampledGaussian(0.5, 1, 2, 3);
        assertThat(capped.untruncated()).isEqualTo(new PoissonSubsampledGaussian(0.5, 3));
        assertThat(capped.truncation()).isBetween(0.5, 0.5 * (1 + 1e-8));
        assertThat(new TruncatedPoissonSubsampledGaussian(0.5, 2, 2, 3).truncation())
                .isZero();
    }
}
