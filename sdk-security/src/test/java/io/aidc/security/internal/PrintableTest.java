package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void of_ordinaryText_isKept() {
        assertThat(Printable.of("")).isEmpty();
        assertThat(Printable.of("models/für \ud83d\ude00 1.onnx")).isEqualTo("models/für \ud83d\ude00 1.onnx");
        assertThat(Printable.of("x".repeat(200))).isEqualTo("x".repeat(200));
    }

    @Test
    void of_longerText_isCutBetweenCharacters() {
        assertThat(Printable.of("\ud83d\ude00".repeat(201))).isEqualTo("\ud83d\ude00".repeat(200) + "...");
    }

    @Test
    void of_charactersThatHideOrMoveLines_areEscaped() {
        assertThat(Printable.of("a\nb\0\u007f\u0085\u2028\u202e\ud800"))
                .isEqualTo("a\\u000ab\\u0000\\u007f\\u0085\\u2028\\u202e\\ud800");
    }
}
