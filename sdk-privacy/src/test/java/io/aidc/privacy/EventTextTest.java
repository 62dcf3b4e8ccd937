package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.FixedSizeWithoutReplacementGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.MixtureOfGaussians;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.PrivacyEvent.TruncatedPoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.ZeroConcentrated;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTextTest {
    static LongStream seeds() {
        return Seeds.all();
    }

    @Test
    void write_everyKind_isReadable() {
        PrivacyEvent event = new Gaussian(8)
                .and(new PoissonSubsampledGaussian(0.2, 3.1).times(100))
                .and(new PureDp(0.25))
                .and(new Laplace(1e-7));
        String text = "gaussian(8.0)+sampled-gaussian(0.2,3.1)*100+pure(0.25)+laplace(1.0E-7)";
        assertReadable(event, text);
    }

    @Test
    void write_everySampledOrDiscreteKind_isReadable() {
        PrivacyEvent event = new TruncatedPoissonSubsampledGaussian(0.01, 120, 10_000, 1.5)
                .times(7)
                .and(new FixedSizeWithoutReplacementGaussian(64, 60_000, 2.5))
                .and(new MixtureOfGaussians(List.of(0.0, 1.0, 2.0), List.of(0.5, 0.25, 0.25), 3))
                .and(new DiscreteGaussian(4.5, 2))
                .and(new PoissonSubsampledLaplace(0.1, 0.5))
                .and(new DiscreteLaplace(6.25, 3))
                .and(new ApproximateDp(0.5, 1e-9))
                .and(new ZeroConcentrated(0.125));
        assertReadable(
                event,
                "capped-gaussian(0.01,120,10000,1.5)*7+fixed-size-gaussian(64,60000,2.5)"
                        + "+gaussian-mixture(3.0,0.0,0.5,1.0,0.25,2.0,0.25)+discrete-gaussian(4.5,2)"
                        + "+sampled-laplace(0.1,0.5)+discrete-laplace(6.25,3)+approximate(0.5,1.0E-9)"
                        + "+concentrated(0.125)");
    }

    @Test
    void write_nothing_isEmpty() {
        assertReadable(new PrivacyEvent.Composed(List.of()), "");
    }

    private static void assertReadable(PrivacyEvent event, String text) {
        assertThat(EventText.write(event)).isEqualTo(text);
        assertThat(EventText.write(EventText.read(text))).isEqualTo(text);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void read_anyNumber_givesBackTheSameBits(long seed) {
        var random = new SplittableRandom(seed);
        var event = new PoissonSubsampledGaussian(random.nextDouble(), Math.exp(random.nextDouble(-300, 300)));
        assertThat(EventText.read(EventText.write(event))).isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gaussian",
                "gaussian()",
                "gaussian(-1.0)",
                "gaussian(8)",
                "gaussian(8.0)*1",
                "gaussian(8.0)*0",
                "laplace(NaN)",
                "pure(0.1)+",
                "pure(0.1)x2",
                "sampled-gaussian(0.1)",
                "sampled-gaussian(2.0,1.0)",
                "poisson(1.0)",
                ")(",
                "pure(0.1,0.2)",
                "discrete-laplace(1.0,2.0)",
                "discrete-laplace(1.0,0)",
                "discrete-gaussian(1.0)",
                "capped-gaussian(0.1,1,2)",
                "capped-gaussian(0.1,1,2,1.0,1.0)",
                "fixed-size-gaussian(3,2,1.0)",
                "gaussian-mixture(1.0)",
                "gaussian-mixture(1.0,1.0)",
                "gaussian-mixture(1.0,1.0,0.5)",
                "gaussian-mixture(1.0,1.0,1.0,2.0)",
                "approximate(1.0)",
                "approximate(1.0,0.0)",
                "concentrated(0.0)",
                "pure(0.1)+pure(0.1)",
                "pure(0.1)*9223372036854775808"
            })
    void read_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> EventText.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
