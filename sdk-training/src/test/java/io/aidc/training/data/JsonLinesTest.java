package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.Dataset;
import io.aidc.training.MalformedFileException;
import io.aidc.training.MalformedTableException;
import io.aidc.training.Table;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    private static Table table(String text) {
        return JsonLines.read(new StringReader(text));
    }

    @Test
    void read_givesTheKeysOfTheFirstLineAsColumns() {
        Table table = table("""
                {"age": 61, "share": 2.5, "smokes": true, "outcome": "ill"}
                {"share": -1e-1, "outcome": "well", "age": 35, "smokes": false}
                """);
        assertThat(table.columns()).containsExactly("age", "share", "smokes", "outcome");
        assertThat(table.numbers("age")).containsExactly(61, 35);
        assertThat(table.numbers("share")).containsExactly(2.5f, -0.1f);
        assertThat(table.numbers("smokes")).containsExactly(1, 0);
        assertThat(table.texts("smokes")).containsExactly("true", "false");
        assertThat(table.texts("age")).containsExactly("61", "35");
        Dataset data = table.classification("outcome");
        assertThat(data.classNames()).containsExactly("ill", "well");
        assertThat(data.row(1)).containsExactly(35, -0.1f, 0);
    }

    @Test
    void read_ofAFile_takesAByteOrderMarkAndOtherLineEnds(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rows.jsonl");
        Files.writeString(file, "\uFEFF{\"ä\": 1}\r\n{\"ä\": 2}");
        assertThat(JsonLines.read(file).numbers("ä")).containsExactly(1, 2);
        Files.write(file, new byte[] {'{', '"', (byte) 0xE4});
        assertThatThrownBy(() -> JsonLines.read(file)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void nulls_areMissingCells() {
        Table table = table("{\"a\": null, \"b\": null, \"c\": null}\n{\"a\": 1, \"b\": \"x\", \"c\": true}\n");
        assertThat(table.texts("a")).containsExactly("", "1");
        assertThat(table.texts("b")).containsExactly("", "x");
        assertThat(table.texts("c")).containsExactly("", "true");
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table.numbers("a"))
                .withMessage("JSON lines, row 1, column 'a': the cell is empty, a number is needed");
    }

    @Test
    void integers_thatNoDoubleHolds_areKept() {
        Table table = table("{\"id\": 9007199254740993}\n{\"id\": 123456789012345678901234567890}\n{\"id\": 1.50}\n");
        assertThat(table.texts("id")).containsExactly("9007199254740993", "123456789012345678901234567890", "1.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1} ; {\"b\":1} | line 2, key 'a' | the key is missing, the first line has it",
                "{\"a\":1} ; {\"a\":1,\"b\":2} | line 2, key 'b' | the first line has no such key",
                "{\"a\":1} ; {\"a\":null} ; {\"a\":\"x\"} | line 3, key 'a' | a text, but lines before have a number",
                "{\"a\":true} ; {\"a\":1} | line 2, key 'a' | a number, but lines before have true or false",
                "{\"a\":[1]} | line 1, key 'a' | a number, a text, true, false or null is needed, no nested value",
                "{\"a\":{}} | line 1, key 'a' | a number, a text, true, false or null is needed, no nested value",
                "{\"a\":1e999} | line 1, key 'a' | the number is too large",
                "[1] | line 1 | an object is needed",
                "{\"a\":1} ; 5 | line 2 | an object is needed",
                "{\"a\":1,\"a\":2} | line 1 | it is no JSON object whose keys differ",
                "{\"a\":1 | line 1 | it is no JSON object whose keys differ",
                "{\"a\":NaN} | line 1 | it is no JSON object whose keys differ",
                "{\"a\":1} ; {\"a\":1}{\"a\":1} | line 2 | it is no JSON object whose keys differ",
                "{\"a\":1} ;; {\"a\":1} | line 2 | the line is blank, an object is needed",
                "{\" \":1} | line 1 | a key is blank",
                "{} | '' | an object with at least 1 key is needed on the first line"
            })
    void lines_thatAreNotAsTheyMustBe_areNamed(String lines, String place, String problem) {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> table(lines.replaceAll(" ?; ?", "\n")))
                .withMessage("JSON lines" + (place.isEmpty() ? "" : ", " + place) + ": " + problem)
                .satisfies(e -> assertThat(e.place()).isEqualTo(place));
    }

    @Test
    void read_ofNothing_isRefused() {
        assertThatExceptionOfType(MalformedFileException.class).isThrownBy(() -> table(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "{\"a\": \"secret\", }"})
    void errors_tellNothingOfTheLine(String line) {
        assertThatThrownBy(() -> table(line)).hasMessageNotContaining("secret").hasNoCause();
    }

    @Test
    void depth_isBounded() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatExceptionOfType(MalformedFileException.class).isThrownBy(() -> table(deep));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void read_ofGarbage_isATableOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        int read = 0;
        for (int i = 0; i < 2000; i++) {
            var text = new StringBuilder("{\"a\":1}\n{\"a\":2}\n");
            for (int j = random.nextInt(4); j > 0; j--) {
                text.setCharAt(random.nextInt(text.length()), "{}[]\",:123.eE-+ntf \n\\u".charAt(random.nextInt(22)));
            }
            try {
                assertThat(table(text.toString()).columns()).isNotEmpty();
                read++;
            } catch (MalformedFileException e) {
                assertThat(e.source()).isEqualTo("JSON lines");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void theLeastIntegerOf64Bits_isKeptAsText() {
        assertThat(table("{\"id\": -9223372036854775808}\n").texts("id")).containsExactly("-9223372036854775808");
    }
}
