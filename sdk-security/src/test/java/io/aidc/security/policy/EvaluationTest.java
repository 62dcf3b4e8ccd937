package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions come to. */
class EvaluationTest {
    private static final Entities ENTITIES = Entities.of(List.of(
            Entity.of("User::\"alice\"", "Group::\"staff\"")
                    .attribute("level", Value.of(3))
                    .attribute("name", Value.of("alice"))
                    .attribute("home", Value.recordOf(Map.of("city", Value.recordOf(Map.of("zip", Value.of("1"))))))
                    .attribute("boss", Value.of(EntityUid.parse("User::\"carol\"")))
                    .tag("team", Value.of("red")),
            Entity.of("User::\"carol\"").attribute("level", Value.of(9)),
            Entity.of("Group::\"staff\"", "Group::\"all\"")));

    private static Decision decide(String condition) {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal, action, resource) when { " + condition + " };")
                .entities(ENTITIES)
                .build();
        return authorizer.decide(Request.of("User::\"alice\"", "Action::\"read\"", "Doc::\"plan\"")
                .context("n", Value.of(7))
                .context("s", Value.ofTexts(List.of("a", "b"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 - 4 == 3",
                "2 - 3 - 4 == -5",
                "-(-3) == 3 && - - 3 == 3",
                "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2",
                "!(1 == \"1\") && !(true == 1) && 1 != \"1\"",
                "[1, 2, 2] == [2, 1] && [] == []",
                "{a: 1, b: 2} == {b: 2, \"a\": 1} && {a: 1} != {a: 1, b: 2}",
                "if 1 == 1 then true else 1 + \"a\" == 1",
                "false || true || (1 + \"a\" == 1)",
                "!(false && (1 + \"a\" == 1))",
                "principal.level == 3 && principal[\"level\"] == 3",
                "principal.home.city.zip == \"1\"",
                "principal has level && principal has \"level\" && !(principal has age)",
                "principal has home.city.zip && !(principal has home.town.zip) && !(principal has home.city.zip2)",
                "principal has boss.level && !(principal has boss.boss.level)",
                "!(resource has owner) && !(User::\"nobody\" has level)",
                "principal in Group::\"staff\" && principal in Group::\"all\" && principal in principal",
                "!(Group::\"staff\" in principal) && !(principal in Group::\"none\")",
                "principal in [Group::\"none\", Group::\"all\"] && !(principal in [])",
                "User::\"nobody\" in User::\"nobody\" && action in [action]",
                "principal is User && !(principal is Group) && principal is User in Group::\"all\"",
                "!(principal is Group in 1)",
                "\"abc\" like \"a*c\" && \"a*c\" like \"a\\*c\" && !(\"abc\" like \"a\\*c\") && \"\" like \"*\"",
                "\"abab\" like \"*ab\" && \"aba\" like \"a*a\" && !(\"a\" like \"a*a\") && \"aXbXc\" like \"a*b*c\"",
                "\"mississippi\" like \"*iss*ip*i\" && !(\"mississippi\" like \"*iss*iss*iss*\") && \"ab\" like \"**a**b**\"",
                "\"\\u{1F600}\" like \"*\" && \"\\u{1F600}\" == \"\\u{1_F600}\"",
                "[1, 2].contains(1) && ![1].contains(\"1\") && [1, 2].containsAll([1]) && [1].containsAll([])",
                "![1].containsAll([1, 2]) && [1, 2].containsAny([2, 3]) && ![].containsAny([]) && [].isEmpty() && ![1].isEmpty()",
                "[[1], {a: 1}].contains([1]) && context.s.contains(\"a\") && context.n == 7",
                "principal.hasTag(\"team\") && !principal.hasTag(\"x\") && principal.getTag(\"team\") == \"red\"",
                "!User::\"nobody\".hasTag(\"x\") && !(principal has team)",
                "decimal(\"1.0\") == decimal(\"1.0000\") && decimal(\"1.0\").lessThan(decimal(\"1.1\"))",
                "decimal(\"1.0\").lessThanOrEqual(decimal(\"1.0\")) && decimal(\"2.0\").greaterThan(decimal(\"-3.0\"))",
                "decimal(\"1.0\").greaterThanOrEqual(decimal(\"1.0\"))",
                "ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.0/8\")) && !ip(\"11.0.0.1\").isInRange(ip(\"10.0.0.0/8\"))",
                "!ip(\"10.0.0.0/7\").isInRange(ip(\"10.0.0.0/8\")) && ip(\"1:2::/96\").isInRange(ip(\"1:2::/65\"))",
                "!ip(\"::1\").isInRange(ip(\"0.0.0.0/0\")) && ip(\"1.2.3.4\") == ip(\"1.2.3.4/32\")",
                "ip(\"10.0.0.1/8\") != ip(\"10.0.0.0/8\") && ip(\"::1\").isInRange(ip(\"::/0\"))",
                "!ip(\"1:2:0:0:8000::\").isInRange(ip(\"1:2::/65\")) && ip(\"1:2::5\").isInRange(ip(\"1:2::/128\")) == false",
                "ip(\"127.255.0.1\").isLoopback() && ip(\"127.0.0.0/8\").isLoopback() && !ip(\"127.0.0.0/7\").isLoopback()",
                "ip(\"::1\").isLoopback() && !ip(\"::1/127\").isLoopback() && !ip(\"128.0.0.1\").isLoopback()",
                "ip(\"224.0.0.1\").isMulticast() && ip(\"239.0.0.0/4\").isMulticast() && !ip(\"224.0.0.0/3\").isMulticast()",
                "ip(\"ff00::/8\").isMulticast() && !ip(\"fe00::\").isMulticast() && !ip(\"240.0.0.1\").isMulticast()",
                "ip(\"1.2.3.4\").isIpv4() && !ip(\"1.2.3.4\").isIpv6() && ip(\"::\").isIpv6()",
                "datetime(\"1970-01-02\").offset(duration(\"-1d\")) == datetime(\"1970-01-01\")",
                "datetime(\"1970-01-02\").durationSince(datetime(\"1970-01-01\")) == duration(\"24h\")",
                "datetime(\"1969-12-31T23:00:00Z\").toDate() == datetime(\"1969-12-31\")",
                "datetime(\"1969-12-31T23:00:00Z\").toTime() == duration(\"23h\") && datetime(\"1970-01-01\").toTime() == duration(\"0s\")",
                "datetime(\"1970-01-01\") < datetime(\"1970-01-02\") && duration(\"1s\") <= duration(\"1000ms\")",
                "duration(\"-1500ms\").toSeconds() == -1 && duration(\"90m\").toHours() == 1 && duration(\"90m\").toMinutes() == 90",
                "duration(\"49h\").toDays() == 2 && duration(\"1s\").toMilliseconds() == 1000",
            })
    void expression_thatHolds_allows(String expression) {
        Decision decision = decide(expression);
        assertThat(decision.errors()).isEmpty();
        assertThat(decision.allowed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "1 ~ expected a bool",
                "1 && true ~ expected a bool",
                "true && 1 ~ expected a bool",
                "false || 1 ~ expected a bool",
                "if 1 then true else true ~ expected a bool",
                "!1 == 1 ~ expected a bool",
                "-\"a\" == 1 ~ expected a long",
                "1 + true == 1 ~ expected a long",
                "9223372036854775807 + 1 == 1 ~ overflows",
                "-9223372036854775808 - 1 == 1 ~ overflows",
                "9223372036854775807 * 2 == 1 ~ overflows",
                "-(-9223372036854775808) == 1 ~ overflows",
                "1 < \"a\" ~ found a long and a string",
                "\"a\" < \"b\" ~ found a string and a string",
                "decimal(\"1.0\") < decimal(\"2.0\") ~ found a decimal and a decimal",
                "datetime(\"1970-01-01\") < duration(\"1s\") ~ found a datetime and a duration",
                "principal.age == 1 ~ has no attribute age",
                "User::\"nobody\".age == 1 ~ is not known",
                "context.x == 1 ~ the record has no attribute x",
                "1.x == 1 ~ expected a record or entity",
                "1 has x ~ expected a record or entity",
                "principal has level.x ~ expected a record or entity",
                "1 in principal ~ expected a entity",
                "principal in 1 ~ expected a set",
                "principal in [principal, 1] ~ expected a entity",
                "principal.name is User ~ expected a entity",
                "principal is User in 1 ~ expected a set",
                "1 like \"a\" ~ expected a string",
                "1.contains(1) ~ expected a set",
                "[1].containsAll(1) ~ expected a set",
                "[1].containsAny(1) ~ expected a set",
                "1.isEmpty() ~ expected a set",
                "principal.getTag(\"x\") == 1 ~ has no such tag",
                "User::\"nobody\".getTag(\"x\") == 1 ~ is not known",
                "User::\"nobody\".hasTag(1) ~ expected a string",
                "1.hasTag(\"x\") ~ expected a entity",
                "decimal(\"1\") == 1 ~ the text is no decimal",
                "ip(\"localhost\") == 1 ~ the text is no ip",
                "datetime(\"today\") == 1 ~ the text is no datetime",
                "duration(\"long\") == 1 ~ the text is no duration",
                "ip(1) == 1 ~ expected a string",
                "ip() == 1 ~ ip takes 1 arguments, found 0",
                "1.isIpv4() ~ expected a ip",
                "1.toDate() == 1 ~ expected a datetime",
                "1.toDays() == 1 ~ expected a duration",
                "1.lessThan(decimal(\"1.0\")) ~ expected a decimal",
                "datetime(\"9999-12-31\").offset(duration(\"9223372036854775807ms\")) == 1 ~ overflows",
            })
    void expression_withoutValue_isReportedAndDenies(String expression, String fault) {
        Decision decision = decide(expression);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.policies()).isEmpty();
        assertThat(decision.errors()).containsOnlyKeys("policy0");
        assertThat(decision.errors().get("policy0"))
                .startsWith("line 1, column ")
                .contains(fault);
    }

    @Test
    void error_carriesNoAttributeValue() {
        Decision decision = decide("principal.name + 1 == 1");
        assertThat(decision.errors().get("policy0")).doesNotContain("alice").contains("found a string");
    }

    @Test
    void erroringPolicy_countsNeitherWay() {
        Authorizer authorizer = Authorizer.builder()
                .policies(
                        "permit(principal, action, resource); forbid(principal, action, resource) when { principal.x };")
                .build();
        Decision decision = authorizer.decide(Request.of("User::\"a\"", "Action::\"b\"", "Doc::\"c\""));
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.policies()).containsExactly("policy0");
        assertThat(decision.errors()).containsOnlyKeys("policy1");
    }

    @Test
    void setOfAPolicy_aroundADeepContext_isReported() {
        Value deep = Value.of(1);
        for (int i = 0; i < Value.MAX_DEPTH - 1; i++) {
            deep = Value.setOf(deep);
        }
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal, action, resource) when { {a: [context.deep]} == 1 };")
                .build();
        Decision decision = authorizer.decide(
                Request.of("User::\"a\"", "Action::\"b\"", "Doc::\"c\"").context("deep", deep));
        assertThat(decision.errors().get("policy0")).contains("nested deeper than 64");
    }

    @Test
    void like_hostilePattern_endsSoon() {
        String pattern = "*a".repeat(2_000) + "b";
        String text = "a".repeat(100_000);
        assertThat(decide("\"" + text + "\" like \"" + pattern + "\"").allowed())
                .isFalse();
    }
}
