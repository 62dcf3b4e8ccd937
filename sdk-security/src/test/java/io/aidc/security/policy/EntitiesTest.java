package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntitiesTest {
    private static final EntityUid ALICE = new EntityUid("User", "alice");

    @Test
    void parse_json_readsEverything() {
        Entities entities = Entities.parse("""
                [{"uid": {"type": "User", "id": "alice"},
                  "attrs": {"on": true, "n": -1, "s": "x", "set": [1, 1, 2], "record": {"a": {}},
                            "boss": {"__entity": {"type": "User", "id": "bob"}},
                            "ip": {"__extn": {"fn": "ip", "arg": "10.0.0.0/8"}},
                            "at": {"__extn": {"fn": "offset", "args": [
                                {"__extn": {"fn": "datetime", "arg": "1970-01-01"}},
                                {"__extn": {"fn": "duration", "arg": "5ms"}}]}}},
                  "tags": {"t": 1},
                  "parents": [{"type": "Group", "id": "a"}, {"__entity": {"type": "Group", "id": "b"}}]}]
                """);
        Entity alice = entities.find(ALICE).orElseThrow();
        assertThat(alice.attributes())
                .containsEntry("on", Value.of(true))
                .containsEntry("n", Value.of(-1))
                .containsEntry("s", Value.of("x"))
                .containsEntry("set", Value.setOf(Value.of(1), Value.of(2)))
                .containsEntry("record", Value.recordOf(Map.of("a", Value.recordOf(Map.of()))))
                .containsEntry("boss", Value.of(new EntityUid("User", "bob")))
                .containsEntry("ip", Value.ip("10.0.0.0/8"))
                .containsEntry("at", new Value.Datetime(5));
        assertThat(alice.tags()).isEqualTo(Map.of("t", Value.of(1)));
        assertThat(alice.parents()).isEqualTo(Set.of(new EntityUid("Group", "a"), new EntityUid("Group", "b")));
    }

    @Test
    void parse_unmarkedObjects_areRecords() {
        Entities entities = Entities.parse("""
                [{"uid": {"type": "User", "id": "alice"}, "parents": [],
                  "attrs": {"a": {"type": "User", "id": "bob"}, "b": {"fn": "ip", "arg": "::1"}, "c": {"__entity": 1}}}]
                """);
        assertThat(entities.find(ALICE).orElseThrow().attributes())
                .containsEntry("a", Value.recordOf(Map.of("type", Value.of("User"), "id", Value.of("bob"))))
                .containsEntry("b", Value.recordOf(Map.of("fn", Value.of("ip"), "arg", Value.of("::1"))))
                .containsEntry("c", Value.recordOf(Map.of("__entity", Value.of(1))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{} ~ expected an array",
                "[ ~ expected a digit",
                "[{}] ~ missing member uid",
                "[{\"uid\": {\"type\": \"1\", \"id\": \"\"}, \"parents\": []}] ~ identifiers",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}}] ~ missing member parents",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [1]}] ~ A::\"\"",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"attrs\": []}] ~ attrs: expected an object",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"attrs\": {\"x\": null}}] ~ attribute x: null",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"attrs\": {\"x\": 1.5}}] ~ whole number",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"attrs\": {\"x\": 9223372036854775808}}] ~ whole",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"attrs\": {\"x\": {\"__expr\": \"1\"}}}] ~ __expr",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"tags\": {\"x\": {\"__extn\": {\"fn\": \"f\", \"arg\": 1}}}}] ~ tag x: unknown function f",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"tags\": {\"x\": {\"__extn\": {\"fn\": \"ip\", \"arg\": \"a\"}}}}] ~ no ip",
                "[{\"uid\": {\"type\": \"A\", \"id\": \"\"}, \"parents\": [], \"attrs\": {\"x\": 1, \"x\": 2}}] ~ duplicate name x",
            })
    void parse_somethingElse_isRefused(String json, String fault) {
        assertThatThrownBy(() -> Entities.parse(json))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void of_sameName_isRefused() {
        assertThatThrownBy(() -> Entities.of(List.of(Entity.of(ALICE), Entity.of(ALICE))))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("User::\"alice\"")
                .hasMessageContaining("twice");
    }

    @Test
    void of_cycle_isRefusedAndNamed() {
        List<Entity> entities = List.of(
                Entity.of("A::\"0\"", "A::\"1\""),
                Entity.of("A::\"1\"", "A::\"2\""),
                Entity.of("A::\"2\"", "A::\"3\"", "A::\"x\""),
                Entity.of("A::\"3\"", "A::\"1\""));
        assertThatThrownBy(() -> Entities.of(entities))
                .isInstanceOf(PolicyException.class)
                .hasMessageMatching(".*it is in itself: (A::\"\\d\") in A::\"\\d\" in A::\"\\d\" in \\1");
    }

    @Test
    void of_oneInItself_isRefused() {
        assertThatThrownBy(() -> Entities.of(List.of(Entity.of(ALICE, ALICE))))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("User::\"alice\" in User::\"alice\"");
    }

    @Test
    void of_diamond_isNoCycle() {
        List<Entity> entities = List.of(
                Entity.of("A::\"0\"", "A::\"1\"", "A::\"2\""),
                Entity.of("A::\"1\"", "A::\"3\""),
                Entity.of("A::\"2\"", "A::\"3\""),
                Entity.of("A::\"3\"", "A::\"4\""));
        assertThat(Entities.of(entities).size()).isEqualTo(4);
    }

    @Test
    void of_longChain_isWalkedWithoutRecursion() {
        List<Entity> chain = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            chain.add(Entity.of(new EntityUid("A", "" + i), new EntityUid("A", "" + (i + 1))));
        }
        Collections.shuffle(chain, new Random(1));
        assertThat(Entities.of(chain).size()).isEqualTo(100_000);
        chain.add(Entity.of(new EntityUid("A", "100000"), new EntityUid("A", "0")));
        assertThatThrownBy(() -> Entities.of(chain))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(" in ...");
    }

    @Test
    void plus_joins() {
        Entities joined = Entities.of(List.of(Entity.of(ALICE))).plus(Entities.of(List.of(Entity.of("A::\"b\""))));
        assertThat(joined.size()).isEqualTo(2);
        assertThatThrownBy(() -> joined.plus(joined))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void none_isEmpty() {
        assertThat(Entities.none().size()).isZero();
        assertThat(Entities.none().find(ALICE)).isEmpty();
    }

    @Test
    void entity_toString_showsNoAttribute() {
        Entity entity = Entity.of(ALICE).attribute("iban", Value.of("DE02")).tag("t", Value.of("DE03"));
        assertThat(entity.toString()).contains("alice").doesNotContain("DE0");
    }
}
