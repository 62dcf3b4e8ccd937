package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aidc.security.PolicyException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void parse_everyConstruct_isUnderstood() {
        Schema schema = Schema.parse("""
                @doc("a namespace")
                namespace Bank {
                  type Address = { street: String, "zip code"?: __cedar::String };
                  @doc entity Group;
                  entity User, Robot in [Group] = { home: Address, born?: datetime, friends: Set<User>, } tags Set<Long>;
                  entity Color enum ["red", "gr\\u{e9}en"];
                  action all;
                  action view, "take a look" in ["all", Bank::Action::"all"] appliesTo {
                    principal: [User, Robot],
                    resource: Group,
                    context: { ip: ipaddr },
                  } attributes {};
                }
                entity Plain { amount: decimal, left: duration, color: Bank::Color }; // no =
                """);
        EntityShape user = entity(schema, "Bank::User");
        ActionShape look = Objects.requireNonNull(schema.action(EntityUid.parse("Bank::Action::\"take a look\"")));
        assertThat(user.attributes().shown())
                .isEqualTo("{born?: datetime, friends: Set<Bank::User>, home: {street: String, zip code?: String}}");
        assertThat(Objects.requireNonNull(user.tags()).shown()).isEqualTo("Set<Long>");
        assertThat(user.ancestors()).containsExactly("Bank::Group");
        assertThat(entity(schema, "Bank::Color").ids()).containsExactly("red", "gréen");
        assertThat(look.isIn(EntityUid.parse("Bank::Action::\"all\""))).isTrue();
        assertThat(look.principals()).containsExactly("Bank::User", "Bank::Robot");
        assertThat(look.context().shown()).isEqualTo("{ip: ipaddr}");
        assertThat(schema).hasToString("Schema[5 entity types, 3 actions]");
    }

    @Test
    void parse_nothing_declaresNothing() {
        assertThat(Schema.parse(" // nothing\n")).hasToString("Schema[0 entity types, 0 actions]");
    }

    @Test
    void parse_wordsOfTheSyntax_mayBeNames() {
        Schema schema = Schema.parse(
                "entity entity in [type]; entity type = { Set: Set, namespace: Long, in2: enum }; entity Set, enum;"
                        + "action action in principal; action principal appliesTo { resource: entity, principal: type };");
        assertThat(entity(schema, "type").attributes().shown()).isEqualTo("{Set: Set, in2: enum, namespace: Long}");
    }

    @Test
    void parse_nameOfNamespaceAndOfNone_meansTheNearer() {
        Schema schema = Schema.parse("""
                entity Outer; type Number = Long;
                namespace A { entity Inner = { o: Outer, i: Inner, n: Number, b: B::Other, a: Action }; action x; }
                namespace B { entity Other; }
                """);
        assertThat(entity(schema, "A::Inner").attributes().shown())
                .isEqualTo("{a: A::Action, b: B::Other, i: A::Inner, n: Long, o: Outer}");
    }

    @Test
    void parse_declaredNameOfABuiltInType_hidesItButNotUnderCedar() {
        Schema schema = Schema.parse(
                "type decimal = String; entity Long; entity A = { a: decimal, b: __cedar::decimal, c: Long };");
        assertThat(entity(schema, "A").attributes().shown()).isEqualTo("{a: String, b: decimal, c: Long}");
    }

    @Test
    void parse_typeAndEntityOfOneName_meansTheType() {
        Schema schema = Schema.parse("entity A = { a: A }; type A = Bool;");
        assertThat(entity(schema, "A").attributes().shown()).isEqualTo("{a: Bool}");
    }

    @Test
    void parse_groupsOfGroups_areAncestors() {
        Schema schema =
                Schema.parse("action a in b; action b in [\"c\"]; action c; entity X in Y; entity Y in [Z]; entity Z;");
        assertThat(Objects.requireNonNull(schema.action(EntityUid.parse("Action::\"a\"")))
                        .ancestors())
                .containsExactlyInAnyOrder(EntityUid.parse("Action::\"b\""), EntityUid.parse("Action::\"c\""));
        assertThat(entity(schema, "X").ancestors()).isEqualTo(Set.of("Y", "Z"));
        assertThat(schema.actionGroups().get(EntityUid.parse("Action::\"a\"")))
                .containsExactly(EntityUid.parse("Action::\"b\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // syntax
                "entity                                      | 1, column 7: found the end of the text, expected a name",
                "entity A                                    | found the end of the text, expected ;",
                "entity A in B, C;                           | found ,, expected ;",
                "entity A = Long;                            | found Long, expected {",
                "entity A enum [];                           | found ], expected an entity's id",
                "entity A enum [a];                          | found a, expected an entity's id",
                "entity A = { a: Set<Long };                 | found }, expected >",
                "entity A = { a Long };                      | found Long, expected :",
                "entity A = { a: Long b: Long };             | found b, expected }",
                "entity if;                                  | found if, expected a name that is no reserved word",
                "entity A = { has: Long };                   | found has, expected a name that is no reserved word",
                "entity A, ;                                 | found ;, expected a name",
                "foo A;                                      | found foo, expected namespace, entity, action or type",
                "namespace A { namespace B {} }              | found namespace, expected entity, action or type",
                "namespace A {                               | found the end of the text, expected entity, action or type",
                "entity A = { a: Long } tags;                | found ;, expected a name",
                "type T Long;                                | found Long, expected =",
                "action a in [];                             | found ], expected a name",
                "action a in B::C;                           | found ;, expected ::",
                "action a appliesTo {};                      | found }, expected principal, resource or context",
                "action a appliesTo { who: A };              | found who, expected principal, resource or context",
                "entity A; action a appliesTo { principal: A }; | appliesTo must name principal and resource",
                "entity A; action a appliesTo { principal: A, principal: A, resource: A }; | principal is given twice",
                "entity A; action a appliesTo { principal: [], resource: A }; | found no entity type, expected at least one",
                "@a @a entity A;                             | annotation @a is given twice",
                "@a(b) entity A;                             | found b, expected an annotation's value",
                "entity A = { a: Long, a: Long };            | attribute \"a\" is declared twice",
                "entity \"A\";                               | expected a name",
                "action \"\\q\";                             | unknown escape",
                "entity A; $                                 | the character $",
                // names
                "entity A, A;                                | entity type A is declared twice",
                "type T = Long; type T = Long;               | type T is declared twice",
                "action a, \"a\";                            | action Action::\"a\" is declared twice",
                "namespace A {} namespace A {}               | namespace A is declared twice",
                "namespace __cedar {}                        | __cedar belongs to Cedar",
                "namespace A::__cedar {}                     | __cedar belongs to Cedar",
                "entity __cedar;                             | __cedar belongs to Cedar",
                "entity Action;                              | entity type Action belongs to the actions",
                "namespace A { entity Action; }              | entity type Action belongs to the actions",
                "type Long = String;                         | Long cannot be the name of a type",
                "entity A; namespace B { type A = Long; }    | 1, column 8: \"A\" is declared without a namespace and in namespace B too",
                "action a; namespace B { action a; }         | \"a\" is declared without a namespace and in namespace B too",
                "entity A = { a: Strng };                    | unknown type \"Strng\"",
                "entity User = { a: Usr };                   | unknown type \"Usr\"; did you mean User?",
                "entity A = { a: __cedar::User };            | unknown type",
                "entity A = { a: Action };                   | unknown type \"Action\"",
                "entity A in B;                              | unknown entity type \"B\"",
                "type B = Long; entity A in B;               | unknown entity type \"B\"",
                "entity A in [Action]; action a;             | unknown entity type \"Action\"",
                "entity A; action a appliesTo { principal: A, resource: Long }; | unknown entity type \"Long\"",
                "action a in views; action view;             | unknown action \"views\"; did you mean view?",
                "entity A; action a in A::\"x\";             | unknown action \"x\"",
                // meaning
                "type A = B; type B = Set<A>;                | contains itself",
                "action a in a;                              | action Action::\"a\" is in itself",
                "action a in b; action b in a;               | is in itself, through its groups",
                "type T = Long; entity A; action a appliesTo { principal: A, resource: A, context: T }; | context must be a record, got Long",
                "entity A; action a appliesTo { principal: A, resource: A, context: A }; | context must be a record, got A",
            })
    void parse_brokenRule_isRefusedWithItsPlace(String text, String message) {
        PolicyException refused = catchThrowableOfType(PolicyException.class, () -> Schema.parse(text));
        assertThat(refused).hasMessageContaining(message);
        assertThat(refused.line()).isEqualTo(1);
        assertThat(refused.column()).isBetween(1, text.length() + 1);
    }

    @Test
    void parse_faultOnALaterLine_isFoundThere() {
        PolicyException refused =
                catchThrowableOfType(PolicyException.class, () -> Schema.parse("entity A;\n\n  entity 😀;"));
        assertThat(refused.line()).isEqualTo(3);
        assertThat(refused.column()).isEqualTo(10);
    }

    @Test
    @SuppressWarnings("NullAway") // a caller without NullAway
    void parse_null_isRefused() {
        assertThatThrownBy(() -> Schema.parse(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void parse_textTooLong_isRefused() {
        assertRefused(" ".repeat((1 << 20) + 1), "at most 1048576 characters, got 1048577");
    }

    @Test
    void parse_typesNestedTooDeep_areRefused() {
        assertRefused("type T = " + "Set<".repeat(64) + "Long" + ">".repeat(64) + ";", "types nest deeper than 64");
        assertRefused("type T = " + "Set<".repeat(200_000), "types nest deeper than 64");
    }

    @Test
    void parse_typesNamedTooDeep_areRefusedInAnyOrder() {
        String down = IntStream.range(0, 20_000)
                .mapToObj(i -> "type T%d = T%d;".formatted(i, i + 1))
                .collect(Collectors.joining());
        String up = IntStream.range(0, 20_000)
                .mapToObj(i -> "type T%d = T%d;".formatted(20_000 - i, 19_999 - i))
                .collect(Collectors.joining());
        assertRefused(down + "type T20000 = Long;", "types nest deeper than 64");
        assertRefused("type T0 = Long;" + up, "types nest deeper than 64");
    }

    @Test
    void parse_typesThatMultiply_areRefused() {
        String doubling = IntStream.range(0, 60)
                .mapToObj(i -> "type T%d = {a: T%d, b: T%d};".formatted(i + 1, i, i))
                .collect(Collectors.joining());
        assertRefused("type T0 = Long;" + doubling, "a type of more than 10000 parts");
    }

    @Test
    void parse_tooManyCombinations_areRefused() {
        String types = IntStream.range(0, 400).mapToObj(i -> "E" + i).collect(Collectors.joining(","));
        String action = "action a appliesTo {principal: [%s], resource: [%s]};".formatted(types, types);
        assertRefused("entity " + types + ";" + action, "more than 100000 combinations");
    }

    @Test
    void parse_hierarchyTooLarge_isRefused() {
        String types = IntStream.range(0, 2000).mapToObj(i -> "E" + i).collect(Collectors.joining(","));
        assertRefused("entity %s in [%s];".formatted(types, types), "the hierarchy takes more than 1000000 steps");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void parse_garbage_isReadOrRefusedSoon(long seed) {
        Random random = new Random(seed);
        String[] words = {
            "entity",
            "action",
            "type",
            "namespace",
            "A",
            "B",
            "in",
            "enum",
            "tags",
            "appliesTo",
            "principal",
            "resource",
            "context",
            "Set",
            "<",
            ">",
            "{",
            "}",
            "[",
            "]",
            "::",
            ":",
            ",",
            ";",
            "=",
            "?",
            "@",
            "(",
            ")",
            "\"a\"",
            "\"\\",
            "Long",
            "__cedar",
            "//\n",
            "\u0000",
            "é",
            "\ud800",
            "attributes"
        };
        Assertions.assertTimeoutPreemptively(SOON, () -> {
            for (int i = 0; i < 200; i++) {
                StringBuilder text = new StringBuilder(random.nextBoolean() ? "entity A, B; action a;" : "");
                for (int n = random.nextInt(60); n > 0; n--) {
                    text.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
                }
                try {
                    assertThat(Schema.parse(text.toString())).isNotNull();
                } catch (PolicyException refused) {
                    assertThat(refused.line()).isPositive();
                }
            }
        });
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void parse_damagedSchema_isReadOrRefused(long seed) {
        Random random = new Random(seed);
        String sound =
                "namespace N { type T = {a?: Set<Long>}; entity A, B in [A] = {t: T} tags T; entity E enum [\"x\"]; action "
                        + "a, \"b c\" in [\"g\"] appliesTo {principal: [A], resource: B, context: T}; action g; }";
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder(sound);
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, sound.charAt(random.nextInt(sound.length())));
            }
            try {
                assertThat(Schema.parse(text.toString())).isNotNull();
            } catch (PolicyException refused) {
                assertThat(refused.column()).isPositive();
            }
        }
    }

    private static EntityShape entity(Schema schema, String type) {
        return Objects.requireNonNull(schema.entity(type));
    }

    private static void assertRefused(String text, String message) {
        Assertions.assertTimeoutPreemptively(
                SOON,
                () -> assertThatThrownBy(() -> Schema.parse(text))
                        .isInstanceOf(PolicyException.class)
                        .hasMessageContaining(message));
    }
}
