package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelativeNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "models/fraud", "weights.bin", ".hidden", "a b", "ümlaut/ß", "x.y-z_1", "…"})
    void check_plainName_isReturned(String name) {
        assertThat(RelativeName.check("name", name)).isSameAs(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "../a",
                "a/../b",
                "a/./b",
                "a\\b",
                "C:a",
                "a\u0000b",
                "a\nb",
                " a",
                "a ",
                "a.",
                "a/b.",
                "a*",
                "a?",
                "a\"",
                "<a",
                "a>",
                "a|b",
                "a\uD800",
                "a\u202Eb",
                "a\u200Bb"
            })
    void check_pathTrick_isRefusedWithTheName(String name) {
        assertThatThrownBy(() -> RelativeName.check("file name", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("file name must not ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "``;must not be empty, got ''",
                ".;must not be or contain '.', got '.'",
                "a:b;must not contain ':', got 'a:b'",
                "a\u202Eb;must not contain U+202E, got 'a\uFFFDb'",
                "a//b;must not begin or end with '/' or contain '//', got 'a//b'",
                "a.;must not begin or end with a blank or end with '.', here in 'a.', got 'a.'"
            },
            quoteCharacter = '`')
    void check_pathTrick_saysWhatIsWrong(String name, String reason) {
        assertThatThrownBy(() -> RelativeName.check("version", name)).hasMessage("version " + reason);
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void check_null_namesTheParameter() {
        assertThatThrownBy(() -> RelativeName.check("name", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
    }

    @Test
    void check_length_isBounded() {
        String part = "a".repeat(200);
        assertThat(RelativeName.check("name", part + "/" + part)).hasSize(401);
        assertThatThrownBy(() -> RelativeName.check("name", part + "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RelativeName.check("name", part + "/" + part + "/" + part))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 512 bytes");
    }

    @Test
    void checkTogether_sameButForCase_isRefused() {
        assertThatThrownBy(() -> RelativeName.checkTogether(List.of("I.bin", "i.bin")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("i.bin");
    }

    @Test
    void checkTogether_fileThatIsADirectory_isRefused() {
        assertThatThrownBy(() -> RelativeName.checkTogether(List.of("a/b/c", "A/b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both a file and a directory");
    }

    @Test
    void checkTogether_siblings_areFine() {
        assertThatCode(() -> RelativeName.checkTogether(List.of("a/b", "a/c", "ab")))
                .doesNotThrowAnyException();
    }
}
