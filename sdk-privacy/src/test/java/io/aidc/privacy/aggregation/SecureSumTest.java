package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecureSumTest {
    private static SecureSum.Builder builder() {
        return SecureSum.clients(10);
    }

    @Test
    void build_somethingMissing_isNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().vector(1).valuesUpTo(1).build())
                .withMessage("curiousServer(...) or semiMaliciousServer(...) is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().curiousServer(0).valuesUpTo(1).build())
                .withMessage("vector(...) is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().curiousServer(0).vector(1).build())
                .withMessage("valuesUpTo(...) or clip(...) is missing");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder()
                        .curiousServer(0)
                        .vector(1)
                        .valuesUpTo(1)
                        .noise(2)
                        .build())
                .withMessage("noise(2.0) needs clip(...)");
    }

    @Test
    void options_setTwiceOrInConflict_nameTheFirst() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().curiousServer(0.1).semiMaliciousServer(0.2))
                .withMessage("the server was set before, to 0.1");
        assertThatIllegalStateException().isThrownBy(() -> builder().dropout(0).dropout(0));
        assertThatIllegalStateException().isThrownBy(() -> builder().vector(1).vector(2));
        assertThatIllegalStateException().isThrownBy(() -> builder().clip(1, 1).clip(1, 1));
        assertThatIllegalStateException().isThrownBy(() -> builder().noise(1).noise(1));
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().valuesUpTo(7).clip(1, 1))
                .withMessage("valuesUpTo was set before, to 7");
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().clip(1, 1).valuesUpTo(7))
                .withMessage("clip was set before, to 1.0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void options_notANumberOrOutOfRange_areRefused(double bad) {
        refused(b -> b.curiousServer(bad));
        refused(b -> b.semiMaliciousServer(bad));
        refused(b -> b.dropout(bad));
        refused(b -> b.clip(bad, 1));
        refused(b -> b.clip(1, bad));
        refused(b -> b.noise(bad));
    }

    @Test
    void options_atAndBeyondTheirLimits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecureSum.clients(1))
                .withMessage("clients must be in 2 to 1000000, got 1");
        assertThatIllegalArgumentException().isThrownBy(() -> SecureSum.clients(1_000_001));
        refused(b -> b.curiousServer(1));
        refused(b -> b.dropout(1));
        refused(b -> b.vector(0));
        refused(b -> b.vector((1 << 27) + 1));
        refused(b -> b.valuesUpTo(0));
        refused(b -> b.valuesUpTo((1L << 61) + 1));
        refused(b -> b.clip(0, 1));
        refused(b -> b.clip(1, 0));
        refused(b -> b.noise(0));
        assertThat(builder()
                        .curiousServer(0)
                        .vector(1 << 27)
                        .valuesUpTo(1)
                        .build()
                        .length())
                .isEqualTo(1 << 27);
    }

    @Test
    void build_noiseBelowHalfAStepOrTooFineSteps_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder()
                        .curiousServer(0)
                        .vector(1)
                        .clip(1, 10)
                        .noise(0.049)
                        .build())
                .withMessage("noise must be at least half a step, got 0.049 times scale 10.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder().curiousServer(0).vector(1).clip(2, 1L << 30).build())
                .withMessageContaining("at most 2^30 steps");
    }

    /** Just enough for n·max on either side: 2^(b−1) > n·max, and half of that is not. */
    @ParameterizedTest
    @CsvSource({"2, 1, 3", "2, 3, 4", "2, 4, 5", "4, 1073741823, 33", "4, 536870911, 32", "2, 1152921504000000000, 62"})
    void bits_areJustEnough(int clients, long largest, int bits) {
        SecureSum sum = SecureSum.clients(clients)
                .curiousServer(0)
                .vector(1)
                .valuesUpTo(largest)
                .build();
        assertThat(sum.bits()).isEqualTo(bits);
    }

    @Test
    void build_sumThatNeedsMoreThan62Bits_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecureSum.clients(2)
                        .curiousServer(0)
                        .vector(1)
                        .valuesUpTo(1L << 60)
                        .build())
                .withMessageStartingWith(
                        "the sum must fit in 62 bits, 2 clients with numbers up to 1152921504606846976");
    }

    @Test
    void bits_withNoise_leaveRoomForItsTail() {
        SecureSum quiet = builder().curiousServer(0).vector(1000).clip(1, 1000).build();
        SecureSum noisy =
                builder().curiousServer(0).vector(1000).clip(1, 1000).noise(10).build();
        // 10 · 1016 against that plus 10000·√10·√(2·ln(2000·2^40)) = 270,000
        assertThat(quiet.bits()).isEqualTo(15);
        assertThat(noisy.bits()).isEqualTo(20);
    }

    @Test
    void builder_changedAfterBuild_changesNothingBuilt() {
        SecureSum.Builder builder = builder().curiousServer(0).vector(3).valuesUpTo(1);
        SecureSum sum = builder.build();
        builder.dropout(0.5);
        assertThat(sum.minimumSurvivors()).isEqualTo(10);
        assertThat(builder.build().minimumSurvivors()).isEqualTo(5);
    }

    @Test
    void decimalRates_countAsMeant() {
        SecureSum sum = SecureSum.clients(100)
                .curiousServer(0)
                .dropout(0.07)
                .vector(1)
                .valuesUpTo(1)
                .build();
        assertThat(sum.minimumSurvivors()).isEqualTo(93);
    }

    private static void refused(Consumer<SecureSum.Builder> option) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> option.accept(builder()))
                .withMessageContaining("got ");
    }
}
