package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortestDecimalTest {
    /** JDK 17 itself writes 1.9999999999999998E23 and 9.8958289131392666E17 for two of these. */
    @ParameterizedTest
    @CsvSource({
        "2e23, 2.0E23",
        "9.895828913139266e17, 9.895828913139267E17",
        "-2e23, -2.0E23",
        "4.9e-324, 4.9E-324",
        "1.7976931348623157e308, 1.7976931348623157E308",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "1234567.8901234567, 1234567.8901234567",
        "12345678.901234567, 1.2345678901234567E7",
        "0.0012345678901234567, 0.0012345678901234567",
        "0, 0.0",
        "-0.0, -0.0"
    })
    void of_number_isWrittenAlikeOnEveryJdk(double value, String text) {
        assertThat(ShortestDecimal.of(value)).isEqualTo(text);
    }

    @Test
    void of_anyNumber_readsBackAndIsNoLongerThanTheJdks() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            String text = ShortestDecimal.of(value);
            assertThat(Double.doubleToLongBits(Double.parseDouble(text))).isEqualTo(Double.doubleToLongBits(value));
            assertThat(text.length()).isLessThanOrEqualTo(Double.toString(value).length());
            if (Runtime.version().feature() >= 19) {
                assertThat(text).isEqualTo(Double.toString(value));
            }
        }
    }

    @Test
    void of_noNumber_isTheJdksWord() {
        assertThat(ShortestDecimal.of(Double.NaN)).isEqualTo("NaN");
        assertThat(ShortestDecimal.of(Double.POSITIVE_INFINITY)).isEqualTo("Infinity");
    }
}
