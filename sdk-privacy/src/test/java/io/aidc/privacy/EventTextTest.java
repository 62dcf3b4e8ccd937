package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
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
        assertThat(EventText.write(event)).isEqualTo(text);
        assertThat(EventText.write(EventText.read(text))).isEqualTo(text);
        assertThat(EventText.write(new PrivacyEvent.Composed(List.of()))).isEmpty();
        assertThat(EventText.read("")).isEqualTo(new PrivacyEvent.Composed(List.of()));
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
                "gaussian", "gaussian()", "gaussian(-1.0)", "gaussian(8)", "gaussian(8.0)*1", "gaussian(8.0)*0",
                        "laplace(NaN)",
                "pure(0.1)+", "pure(0.1)x2", "sampled-gaussian(0.1)", "sampled-gaussian(2.0,1.0)", "poisson(1.0)", ")(",
                        "pure(0.1,0.2)",
                "pure(0.1)+pure(0.1)", "pure(0.1)*9223372036854775808"
            })
    void read_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> EventText.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
