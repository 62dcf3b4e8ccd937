package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityUidTest {
    @Test
    void parse_name_readsTypeAndId() {
        assertThat(EntityUid.parse("Bank::User::\"a\\n\\\"\"")).isEqualTo(new EntityUid("Bank::User", "a\n\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "\\", "\"", "a\nb\tc\r\0", "\u001b[31m", "\u202e", "\uD83D\uDE00", "*"})
    void toString_anyId_isReadAgain(String id) {
        EntityUid uid = new EntityUid("A::B", id);
        assertThat(EntityUid.parse(uid.toString())).isEqualTo(uid);
    }

    @Test
    void toString_hiddenCharacters_areEscaped() {
        assertThat(new EntityUid("A", "\n\u202e")).hasToString("A::\"\\n\\u{202e}\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "User",
                "\"a\"",
                "User::a",
                "User::\"a\" x",
                "User:\"a\"",
                "if::\"a\"",
                "?principal",
                "User::\"a"
            })
    void parse_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> EntityUid.parse(text)).isInstanceOf(PolicyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "1a", "a::", "::a", "a:::b", "true", "a::like", "__cedar::Long", "é"})
    void new_noType_isRefused(String type) {
        assertThatThrownBy(() -> new EntityUid(type, "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("identifiers");
    }

    @Test
    void compareTo_sortsByTypeThenId() {
        EntityUid a2 = new EntityUid("A", "2");
        EntityUid b1 = new EntityUid("B", "1");
        EntityUid b2 = new EntityUid("B", "2");
        assertThat(List.of(b2, a2, b1).stream().sorted()).containsExactly(a2, b1, b2);
    }
}
