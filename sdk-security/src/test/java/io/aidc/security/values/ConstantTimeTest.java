package io.aidc.security.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class ConstantTimeTest {
    private static final String[] TEXTS = {"", "a", "b", "ab", "ba", "aab", "aba", "\0", "\0\0", "aa", "\u0161", "a"};

    @Test
    void equal_allPairs_agreesWithEquals() {
        for (String secret : TEXTS) {
            for (String offered : TEXTS) {
                assertThat(ConstantTime.equal(secret, offered)).isEqualTo(secret.equals(offered));
                assertThat(ConstantTime.equal(secret.getBytes(UTF_8), offered.getBytes(UTF_8)))
                        .isEqualTo(secret.equals(offered));
            }
        }
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void equal_null_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> ConstantTime.equal(null, "a"));
        assertThatNullPointerException().isThrownBy(() -> ConstantTime.equal("a", null));
        assertThatNullPointerException().isThrownBy(() -> ConstantTime.equal(null, new byte[1]));
        assertThatNullPointerException().isThrownBy(() -> ConstantTime.equal(new byte[1], null));
    }
}
