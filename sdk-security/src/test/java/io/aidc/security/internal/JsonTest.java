package io.aidc.security.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final int MANY = 1000;

    @Test
    void read_everyKindOfValue_isUnderstood() throws JsonException {
        Json json = read(" {\"a\" : [1, -2.5e3, true, false, null, \"x\\n\\u00e9\\ud83d\\ude00é\"], \"b\":{}} \n");
        assertThat(json.get("a").asItems())
                .isEqualTo(List.of(
                        new Json.Numeral(BigDecimal.ONE),
                        new Json.Numeral(new BigDecimal("-2.5e3")),
                        Json.Literal.TRUE,
                        Json.Literal.FALSE,
                        Json.Literal.NULL,
                        new Json.Text("x\né😀é")));
        assertThat(json.get("b")).isEqualTo(Json.object());
    }

    @Test
    void numbers_equalValues_areEqualHoweverWritten() throws JsonException {
        assertThat(read("8.0")).isEqualTo(read("8")).hasSameHashCodeAs(read("8"));
        assertThat(read("8e2")).isEqualTo(Json.of(800));
        assertThat(read("8.1")).isNotEqualTo(read("8"));
        assertThat(Json.of(1_000_000_000L).text()).isEqualTo("1000000000");
    }

    @Test
    void asLong_wholeNumber_isGivenAndAnythingElseRefused() throws JsonException {
        assertThat(read("1000000000.0").asLong()).isEqualTo(1_000_000_000L);
        assertThat(read("-9223372036854775808").asLong()).isEqualTo(Long.MIN_VALUE);
        for (String other : List.of("1.5", "9223372036854775808", "1e999999999", "1e-999999999", "\"1\"", "null")) {
            Json json = read(other);
            assertThatExceptionOfType(JsonException.class).isThrownBy(json::asLong);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,]",
                "[,1]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "NaN",
                "tru",
                "nulll",
                "\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"a\nb\"",
                "1 2",
                "[1]x",
                "'a'",
                "1e99999999999"
            })
    void read_malformedText_isRefused(String text) {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> read(text));
    }

    @Test
    void read_limits_areKept() throws JsonException {
        assertThat(read("[".repeat(64) + "]".repeat(64))).isInstanceOf(Json.Items.class);
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> read("[".repeat(100_000)))
                .withMessageContaining("64");
        assertThat(read("1".repeat(64))).isInstanceOf(Json.Numeral.class);
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> read("1".repeat(65)))
                .withMessageContaining("64");
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xc3, '"'}, MANY))
                .withMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{},{},{}]", "[[[1]]]", "{\"a\":1,\"b\":\"2\",\"c\":null}", "[true,{\"a\":[]}]"})
    void read_moreValuesThanAllowed_isRefused(String fourValues) throws JsonException {
        assertThat(JsonReader.read(fourValues.getBytes(UTF_8), 4)).isNotNull();
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> JsonReader.read(fourValues.getBytes(UTF_8), 3))
                .withMessageContaining("more than 3 values");
    }

    @Test
    void read_duplicateNameOfAnyText_isShownEscapedAndCut() {
        String name = "\\n" + "x".repeat(300);
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> read("{\"%s\":1,\"%s\":2}".formatted(name, name)))
                .withMessageMatching("duplicate name \\\\u000ax{194}\\.\\.\\. at character \\d+");
    }

    @Test
    void accessors_otherKind_sayWhatWasExpected() throws JsonException {
        Json json = read("{\"text\":\"x\",\"none\":null}");
        assertThat(json.find("none")).isEmpty();
        assertThat(json.find("absent")).isEmpty();
        for (String member : List.of("absent", "none")) {
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> json.get(member))
                    .withMessageContaining(member);
        }
        Json text = json.get("text");
        assertThatExceptionOfType(JsonException.class).isThrownBy(text::asItems);
        assertThatExceptionOfType(JsonException.class).isThrownBy(text::asBoolean);
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> text.get("x"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(json::asText);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void text_randomValues_readBackEqual(long seed) throws JsonException {
        Json value = random(new Random(seed), 4);
        assertThat(read(value.text())).isEqualTo(value);
        assertThat(value.text()).matches("[ -~]*");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_garbage_isRefusedOrRead(long seed) {
        Random random = new Random(seed);
        String alphabet = "{}[]\",:\\u0dD8tfn-1eE. ";
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(read(read(text.toString()).text())).isNotNull();
            } catch (JsonException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    private static Json read(String text) throws JsonException {
        return JsonReader.read(text.getBytes(UTF_8), MANY);
    }

    private static Json random(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> Json.of(random.nextBoolean());
            case 1 -> new Json.Numeral(new BigDecimal(random.nextInt()).movePointLeft(random.nextInt(5)));
            case 2 -> text(random);
            case 3 -> new Json.Items(List.of(random(random, depth - 1), random(random, depth - 1)));
            default -> Json.object("a\"", random(random, depth - 1), "b\\", random(random, depth - 1));
        };
    }

    private static Json text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            text.appendCodePoint(random.nextInt(0xd800));
            text.appendCodePoint(0x10000 + random.nextInt(0xfffff));
        }
        return new Json.Text(text.toString());
    }
}
