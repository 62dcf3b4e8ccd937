package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.PolicyException;
import io.aidc.security.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds garbage to whatever reads text. */
class PolicyFuzzTest {
    private static final List<String> WORDS = List.of(
            "permit",
            "forbid",
            "(",
            ")",
            "principal",
            "action",
            "resource",
            "context",
            ",",
            ";",
            "when",
            "unless",
            "{",
            "}",
            "==",
            "!=",
            "in",
            "has",
            "like",
            "is",
            "if",
            "then",
            "else",
            "true",
            "1",
            "-",
            "!",
            "+",
            "*",
            "[",
            "]",
            ".",
            "::",
            ":",
            "\"a\"",
            "User",
            "User::\"a\"",
            "Action::\"b\"",
            "@",
            "?principal",
            "decimal",
            "ip",
            "contains",
            "&&",
            "||",
            "<",
            "\\",
            "\"",
            "//",
            "\n",
            "é",
            "\uD83D\uDE00",
            "9999999999999999999999",
            "\u0000",
            "permit(principal, action, resource)",
            "when { true }");

    private static final List<String> JSON = List.of(
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "\"uid\"",
            "\"attrs\"",
            "\"parents\"",
            "\"type\"",
            "\"id\"",
            "\"A\"",
            "1",
            "true",
            "null",
            "\"__extn\"",
            "\"__entity\"",
            "\"fn\"",
            "\"arg\"",
            "{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"parents\": [], \"attrs\": {",
            "}}");

    static Stream<Long> seeds() {
        return Vectors.seeds();
    }

    private static String garbage(Random random, List<String> words, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            text.append(
                    random.nextInt(20) == 0
                            ? String.valueOf((char) random.nextInt(256))
                            : words.get(random.nextInt(words.size())));
            text.append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }

    private static void feed(Consumer<String> reader, String text) {
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> {
            try {
                reader.accept(text);
            } catch (PolicyException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        });
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void parse_garbage_failsAsDocumented(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            feed(PolicySet::parse, garbage(random, WORDS, 60));
            feed(
                    text -> PolicySet.parse("permit(principal, action, resource) when { " + text + " };"),
                    garbage(random, WORDS, 8));
            feed(EntityUid::parse, garbage(random, WORDS, 5));
            feed(Entities::parse, garbage(random, JSON, 40));
        }
    }

    /** A valid text with a few characters changed comes closer to what a parser trusts. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void parse_mutatedPolicy_failsAsDocumentedOrDecides(long seed) {
        Random random = new Random(seed);
        String valid =
                "@id(\"a\\n\") permit(principal is User in Group::\"g\", action in [Action::\"a\"], resource == Doc::\"d\")"
                        + " when { context.n + -3 * 2 < 4 || [1, {a: \"b\"}].contains(principal[\"x\"]) && !(resource has a.b) }"
                        + " unless { if ip(\"10.0.0.0/8\").isIpv4() then \"a\\u{42}\" like \"*\\*\" else principal is User };";
        for (int i = 0; i < 100; i++) {
            StringBuilder text = new StringBuilder(valid);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) random.nextInt(128));
                    default -> text.setCharAt(at, valid.charAt(random.nextInt(valid.length())));
                }
            }
            feed(
                    changed -> Authorizer.builder()
                            .policies(changed)
                            .build()
                            .decide(Request.of("User::\"a\"", "Action::\"a\"", "Doc::\"d\"")),
                    text.toString());
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void values_garbage_areReadOrRefused(long seed) {
        Random random = new Random(seed);
        String characters = "0123456789.:/-+TZdhms abcf\u0661";
        for (int i = 0; i < 1_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            for (Consumer<String> reader :
                    List.<Consumer<String>>of(Value::decimal, Value::ip, Value::datetime, Value::duration)) {
                try {
                    reader.accept(text.toString());
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageStartingWith("no ");
                }
            }
        }
    }
}
