package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEntitiesTest {
    private static final EntityUid READ = EntityUid.parse("Action::\"read\"");
    private static final Schema SCHEMA = Schema.parse("""
            entity Group, Other;
            entity User in [Group] = {
              boss?: User, address?: ipaddr, price?: decimal, born?: datetime, left?: duration, friends?: Set<User>,
              ips?: Set<ipaddr>, place?: { by: User, type?: String, id?: String, fn?: String, arg?: String },
              color?: Color, act?: Action, count?: Long, name?: String, ok?: Bool
            } tags ipaddr;
            entity Strict = { name: String };
            entity Color enum ["red"];
            action all;
            action read in all appliesTo { principal: User, resource: User, context: { ip: ipaddr, by?: User } };
            """);

    private static Entities user(String attributes) {
        return entities("{'uid': {'type': 'User', 'id': 'a'}, 'attrs': {%s}, 'parents': []}".formatted(attributes));
    }

    private static Entities entities(String json) {
        return Entities.parse("[" + json.replace('\'', '"') + "]", SCHEMA);
    }

    private static Value attribute(String name, String json) {
        Entity entity = user("'%s': %s".formatted(name, json))
                .find(EntityUid.parse("User::\"a\""))
                .orElseThrow();
        return entity.attributes().getOrDefault(name, Value.of(false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "boss    | {'type': 'User', 'id': 'b'}                              | User::\"b\"",
                "boss    | {'__entity': {'type': 'User', 'id': 'b'}}                | User::\"b\"",
                "address | '10.0.0.1'                                               | ip(\"10.0.0.1\")",
                "address | {'fn': 'ip', 'arg': '10.0.0.1'}                          | ip(\"10.0.0.1\")",
                "address | {'__extn': {'fn': 'ip', 'arg': '10.0.0.1'}}              | ip(\"10.0.0.1\")",
                "address | {'fn': 'ip', 'args': ['10.0.0.1']}                       | ip(\"10.0.0.1\")",
                "price   | '1.5'                                                    | decimal(\"1.5000\")",
                "left    | '1s'                                                     | duration(\"1000ms\")",
                "born    | '1970-01-02'                                             | datetime(\"1970-01-01\").offset(duration(\"86400000ms\"))",
                "born    | {'fn': 'offset', 'args': ['1970-01-01', '5ms']}          | datetime(\"1970-01-01\").offset(duration(\"5ms\"))",
                "born    | {'__extn': {'fn': 'offset', 'args': [{'__extn': {'fn': 'datetime', 'arg': '1970-01-01'}}, {'fn': 'duration', 'arg': '5ms'}]}} | datetime(\"1970-01-01\").offset(duration(\"5ms\"))",
                "friends | [{'type': 'User', 'id': 'b'}, {'__entity': {'type': 'User', 'id': 'b'}}] | [User::\"b\"]",
                "ips     | ['10.0.0.1']                                             | [ip(\"10.0.0.1\")]",
                "friends | []                                                       | []",
                "place   | {'by': {'type': 'User', 'id': 'b'}, 'type': 'x', 'id': 'y'} | {\"by\": User::\"b\", \"id\": \"y\", \"type\": \"x\"}",
                "place   | {'by': {'type': 'User', 'id': 'b'}, 'fn': 'ip', 'arg': 'y'} | {\"arg\": \"y\", \"by\": User::\"b\", \"fn\": \"ip\"}",
                "color   | {'type': 'Color', 'id': 'red'}                           | Color::\"red\"",
                "act     | {'type': 'Action', 'id': 'all'}                          | Action::\"all\"",
                "name    | '10.0.0.1'                                               | \"10.0.0.1\"",
                "count   | -9223372036854775808                                     | -9223372036854775808",
                "ok      | true                                                     | true",
            })
    void parse_valueOfExpectedType_isRead(String name, String json, String value) {
        assertThat(attribute(name, json)).hasToString(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "boss    | {'type': 'Group', 'id': 'b'}               | attribute boss: found Group, expected User",
                "boss    | 'b'                                        | attribute boss: found string, expected User",
                "boss    | {'type': 'User'}                           | attribute boss: found record, expected User",
                "boss    | {'type': 'if', 'id': 'b'}                  | attribute boss: type must be identifiers",
                "address | '10.0.0.256'                               | attribute address: ",
                "address | 1                                          | attribute address: found long, expected ipaddr",
                "address | {'fn': 'decimal', 'arg': '1.5'}            | attribute address: found decimal, expected ipaddr",
                "address | {'fn': 'no', 'arg': '1.5'}                 | attribute address: found record, expected ipaddr",
                "address | {'fn': 'ip'}                               | attribute address: missing member arg",
                "born    | {'fn': 'offset', 'args': ['1970-01-01', '5']} | attribute born: ",
                "born    | {'fn': 'offset', 'args': ['1970-01-01']}   | attribute born: offset takes 2 arguments, found 1",
                "born    | {'fn': 'offset', 'args': []}               | attribute born: offset takes 2 arguments, found 0",
                "count   | 1.5                                        | attribute count: expected a whole number",
                "count   | 9223372036854775808                        | attribute count: expected a whole number",
                "count   | '1'                                        | attribute count: found string, expected Long",
                "count   | null                                       | attribute count: null is no value",
                "ok      | 1                                          | attribute ok: found long, expected Bool",
                "friends | [1]                                        | attribute friends: in the set: found long, expected User",
                "friends | {'type': 'User', 'id': 'b'}                | attribute friends: found record, expected Set<User>",
                "place   | {}                                         | attribute place: attribute by: missing, expected User",
                "place   | {'by': {'type': 'User', 'id': 'b'}, 'x': 1} | attribute place: attribute x: unexpected",
                "place   | {'by': 1}                                  | attribute place: attribute by: found long, expected User",
                "color   | {'type': 'Color', 'id': 'blue'}            | attribute color: Color::\"blue\" is none of the ids that Color lists",
                "act     | {'type': 'Action', 'id': 'nope'}           | attribute act: unknown action Action::\"nope\"",
                "nome    | 'x'                                        | attribute nome: unexpected; did you mean name?",
                "name    | {'__expr': '1'}                            | attribute name: __expr is not supported",
            })
    void parse_valueOfAnotherType_isRefusedAndNamed(String name, String json, String message) {
        assertThatThrownBy(() -> attribute(name, json))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("entity User::\"a\": " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'uid': {'type': 'Usr', 'id': 'a'}, 'attrs': {}, 'parents': []     | entity Usr::\"a\": unknown type; did you mean User?",
                "'uid': {'type': 'Strict', 'id': 'a'}, 'attrs': {}, 'parents': []  | entity Strict::\"a\": attribute name: missing, expected String",
                "'uid': {'type': 'Color', 'id': 'blue'}, 'attrs': {}, 'parents': [] | entity Color::\"blue\": Color::\"blue\" is none of the ids that Color lists",
                "'uid': {'type': 'User', 'id': 'a'}, 'attrs': {}, 'parents': [{'type': 'Other', 'id': 'o'}] | entity User::\"a\": cannot be in Other::\"o\", expected parents of Group",
                "'uid': {'type': 'Other', 'id': 'a'}, 'attrs': {}, 'parents': [{'type': 'Group', 'id': 'o'}] | cannot be in Group::\"o\", expected parents of no type",
                "'uid': {'type': 'User', 'id': 'a'}, 'attrs': {}, 'tags': {'t': 1}, 'parents': [] | entity User::\"a\": tag t: found long, expected ipaddr",
                "'uid': {'type': 'Group', 'id': 'a'}, 'attrs': {}, 'tags': {'t': 1}, 'parents': [] | entity Group::\"a\": tag t: unexpected, the type has no tags",
                "'uid': {'type': 'Action', 'id': 'nope'}, 'attrs': {}, 'parents': [] | entity Action::\"nope\": unknown action",
                "'uid': {'type': 'Action', 'id': 'all'}, 'attrs': {'a': 1}, 'parents': [] | actions have no attributes and no tags",
                "'uid': {'type': 'Action', 'id': 'all'}, 'attrs': {}, 'parents': [{'type': 'Action', 'id': 'read'}] | is not in Action::\"read\", says the schema",
            })
    void parse_entityThatDoesNotFit_isRefusedAndNamed(String members, String message) {
        assertThatThrownBy(() -> entities("{" + members + "}"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parse_entityThatFits_isRead() {
        Entities entities = entities(
                "{'uid': {'type': 'User', 'id': 'a'}, 'attrs': {}, 'tags': {'t': '::1'}, 'parents': [{'type': 'Group', 'id': 'g'}]},"
                        + "{'uid': {'type': 'Action', 'id': 'read'}, 'attrs': {}, 'parents': [{'type': 'Action', 'id': 'all'}]}");
        Entity user = entities.find(EntityUid.parse("User::\"a\"")).orElseThrow();
        assertThat(user.tags()).isEqualTo(Map.of("t", Value.ip("::1")));
        assertThat(entities.size()).isEqualTo(2);
    }

    @Test
    void parse_messageOfARefusal_doesNotHoldValues() {
        assertThatThrownBy(() -> attribute("count", "'top secret'"))
                .isInstanceOf(PolicyException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    @SuppressWarnings("NullAway") // a caller without NullAway
    void parse_null_isRefused() {
        assertThatThrownBy(() -> Entities.parse("[]", (Schema) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void readContext_fits_isRead() {
        assertThat(SCHEMA.readContext(READ, "{\"ip\": \"::1\", \"by\": {\"type\": \"User\", \"id\": \"a\"}}"))
                .isEqualTo(Map.of("ip", Value.ip("::1"), "by", Value.of(EntityUid.parse("User::\"a\""))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                        | context: attribute ip: missing, expected ipaddr",
                "{'ip': 'x'}               | context: attribute ip: ",
                "{'ip': '::1', 'bye': 1}   | context: attribute bye: unexpected; did you mean by?",
                "[]                        | context: expected an object",
                "{                         | context: ",
            })
    void readContext_doesNotFit_isRefused(String json, String message) {
        assertThatThrownBy(() -> SCHEMA.readContext(READ, json.replace('\'', '"')))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void readContext_tooLarge_isRefused() {
        String items = IntStream.range(0, 10_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        assertThatThrownBy(() -> SCHEMA.readContext(READ, "{\"ip\": [%s]}".formatted(items)))
                .isInstanceOf(PolicyException.class)
                .hasMessage("context: expected at most 10000 values");
    }

    @Test
    void readContext_unknownAction_isRefused() {
        assertThatThrownBy(() -> SCHEMA.readContext(EntityUid.parse("Action::\"x\""), "{}"))
                .isInstanceOf(PolicyException.class)
                .hasMessage("context: unknown action Action::\"x\"");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void parse_garbage_isReadOrRefusedSoon(long seed) {
        Random random = new Random(seed);
        List<String> names = List.of(
                "uid",
                "attrs",
                "parents",
                "tags",
                "boss",
                "place",
                "by",
                "fn",
                "arg",
                "args",
                "__extn",
                "__entity",
                "type",
                "id",
                "born");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 100; i++) {
                String json = "[" + garbage(random, names, 6) + "]";
                try {
                    assertThat(Entities.parse(json, SCHEMA)).isNotNull();
                } catch (PolicyException refused) {
                    assertThat(refused.line()).isZero();
                }
                try {
                    assertThat(user("'boss': %s, 'place': %s, 'born': %s"
                                    .formatted(
                                            garbage(random, names, 4),
                                            garbage(random, names, 4),
                                            garbage(random, names, 4))))
                            .isNotNull();
                } catch (PolicyException refused) {
                    assertThat(refused).hasMessageStartingWith("entit");
                }
            }
        });
    }

    private static String garbage(Random random, List<String> names, int depth) {
        String one = names.get(random.nextInt(names.size()));
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> "1";
            case 1 -> "\"" + one + "\"";
            case 2 -> "{\"type\": \"User\", \"id\": \"a\"}";
            case 3 -> random.nextBoolean() ? "null" : "\"1970-01-01\"";
            case 4 -> "\"offset\"";
            case 5 -> "[" + garbage(random, names, depth - 1) + "]";
            default ->
                "{\"%s\": %s, \"%s\": %s}"
                        .formatted(
                                one,
                                garbage(random, names, depth - 1),
                                names.get(random.nextInt(names.size())) + random.nextInt(2),
                                garbage(random, names, depth - 1));
        };
    }
}
