package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SourceTest {
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void place_ofEachOffset_agreesWithCounting(long seed) {
        Random random = new Random(seed);
        String[] parts = {"a", "\u00e9", "\uD83D\uDE00", "\n", "\r\n", "\r", "a".repeat(300), "\uD83D\uDE00".repeat(300)
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        Source source = new Source(text.toString());
        int line = 1;
        int column = 1;
        for (int at = 0; at <= text.length(); ) {
            assertThat(source.line(at)).isEqualTo(line);
            assertThat(source.column(at)).isEqualTo(column);
            if (at == text.length()) {
                return;
            }
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            boolean ends = c == '\n' || (c == '\r' && (at == text.length() || text.charAt(at) != '\n'));
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
    }

    /** Counting from the start of the line, this would take minutes. */
    @Test
    void decide_manyErrorsOnOneLine_isBounded() {
        String text = "permit(principal, action, resource) when { resource.x };".repeat(20_000);
        Authorizer authorizer = Authorizer.builder().policies(text).build();
        Request request = Request.of("User::\"a\"", "Action::\"b\"", "Doc::\"c\"");
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 20; i++) {
                assertThat(authorizer.decide(request).errors())
                        .hasSize(20_000)
                        .containsEntry("policy19999", "line 1, column 1119996: Doc::\"c\" is not known");
            }
        });
    }
}
