package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.policy.PolicyProblem.Severity;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaValidateTest {
    private static final String HEAD = "permit(principal, action == Action::\"read\", resource is Doc) when { ";

    private static final Schema SCHEMA = Schema.parse("""
            type Place = { city: String, zip?: String };
            entity Group;
            entity User in [Group] = {
              name: String, age?: Long, boss?: User, place: Place, ip: ipaddr, born: datetime,
              roles: Set<String>, friends: Set<User>, points: Set<{x: Long, y?: Long}>
            } tags Long;
            entity Robot;
            entity Doc in [Folder] = { owner: User, size: Long, price: decimal, color: Color };
            entity Folder;
            entity Color enum ["red", "green"];
            action any;
            action read, write in any appliesTo {
              principal: User, resource: [Doc, Folder], context: { mfa: Bool, reason?: String, where: Place }
            };
            action tidy appliesTo { principal: Robot, resource: Folder };
            namespace N { action go appliesTo { principal: User, resource: User }; }
            """);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "resource.owner == principal",
                "resource.size + 1 < -resource.size * 2",
                "principal has age && principal.age > 3",
                "principal has age && (principal has boss && principal.age > 3)",
                "if principal has age then principal.age > 3 else false",
                "if principal has age && context.mfa then principal.age > 3 else true",
                "principal has boss.age && principal.boss.age > 3",
                "(principal has age && principal.name == \"a\" || principal has age) && principal.age > 3",
                "(if context.mfa then principal has age else principal has age) && principal.age > 3",
                "(context.mfa && principal has boss || principal has boss) && principal.boss == principal",
                "principal[\"name\"] like \"a*\"",
                "context has reason && context.reason == principal.name",
                "context.where.city == principal.place.city",
                "principal.place has zip && principal[\"place\"].zip != \"\"",
                "principal.hasTag(\"a\") && principal.getTag(\"a\") > 3",
                "principal.hasTag(principal.name) && principal.getTag(principal.name) > 3",
                "principal in Group::\"g\" || principal in [Group::\"g\", Group::\"h\"]",
                "principal in principal.friends",
                "principal is User && principal is User in Group::\"g\"",
                "principal.roles.contains(\"a\") && principal.roles.containsAll([\"a\"]) && !principal.roles.isEmpty()",
                "[1, resource.size].containsAny([2])",
                "{a: 1, b: \"x\"} == {b: principal.name, a: 2}",
                "{a: principal}.a.name == \"n\"",
                "principal.ip.isInRange(ip(\"10.0.0.0/8\")) && !principal.ip.isLoopback()",
                "resource.price.lessThan(decimal(\"1.5\"))",
                "principal.born.offset(duration(\"1d\")) > datetime(\"2020-01-01\") && principal.born.toTime() < duration(\"1h\")",
                "principal.born.durationSince(principal.born).toDays() == 0",
                "resource.color == Color::\"red\"",
                "action in [Action::\"any\"] && action != Action::\"write\"",
                "if context.mfa then true else false",
                "1 == \"a\" || true",
                "principal != resource",
                "(if resource.size > 1 then {a: true} else {a: false}).a || true",
                "false || principal.name == \"a\"",
                "false && principal.nothing || true",
                "(true || principal.nothing) && true",
                "if true then true else principal.nothing",
                "principal has nothing || true",
                "!(principal is Robot)",
                "principal.friends.contains(principal)",
            })
    void validate_soundCondition_hasNoProblem(String condition) {
        assertThat(problems(condition)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "1                                           ~ 1: found Long, expected Bool",
                "principal.nam == \"a\"                      ~ 10: User has no attribute nam; did you mean name?",
                "principal.age > 3                           ~ 10: attribute age of User may be missing, ask with has before reading it",
                "principal.place.zip == \"\"                 ~ 16: attribute zip of {city: String, zip?: String} may be missing",
                "context.reason == \"\"                      ~ 8: attribute reason of {mfa: Bool, reason?: String, where: {city: String, zip?: String}} may be missing",
                "!(principal has age) || principal.age > 3 ~ may be missing",
                "(principal has age || context.mfa) && principal.age > 3 ~ may be missing",
                "(if context.mfa then principal has age else true) && principal.age > 3 ~ may be missing",
                "(if principal has age then true else true) && principal.age > 3 ~ may be missing",
                "principal has age && resource.owner.age > 3 ~ may be missing",
                "principal has boss && principal.boss.age > 3 ~ attribute age of User may be missing",
                "principal.getTag(\"a\") > 3                 ~ 11: the tag may be missing on User, ask with hasTag before reading it",
                "principal.hasTag(\"a\") && principal.getTag(\"b\") > 3 ~ the tag may be missing",
                "resource.getTag(\"a\") == 1                 ~ Doc has no tags",
                "resource.hasTag(1)                          ~ found Long, expected String",
                "principal.name.first == \"\"                ~ found String, expected an entity or a record",
                "principal.name has first                    ~ found String, expected an entity or a record",
                "principal has name.first                    ~ found String, expected an entity or a record",
                "principal == 1                              ~ 11: User and Long are never equal",
                "principal.name == 1                         ~ String and Long are never equal",
                "resource.size < \"a\"                       ~ found Long and String, expected two of Long, datetime or duration",
                "resource.price > resource.price             ~ found decimal and decimal, expected two of Long, datetime or duration",
                "resource.size + \"a\" == 1                  ~ found String, expected Long",
                "-principal.name == 1                        ~ found String, expected Long",
                "!resource.size                              ~ found Long, expected Bool",
                "context.mfa && 1                            ~ found Long, expected Bool",
                "context.mfa || 1                        ~ found Long, expected Bool",
                "if 1 then true else false                   ~ found Long, expected Bool",
                "(if context.mfa then 1 else \"a\") == 1     ~ the branches of if have different types, Long and String",
                "(if context.mfa then principal else resource) == principal ~ the branches of if have different types, User and Doc",
                "principal.name in Group::\"g\"              ~ found String, expected an entity",
                "principal in \"g\"                          ~ found String, expected an entity or a set of entities",
                "principal in principal.roles                ~ found Set<String>, expected an entity or a set of entities",
                "principal.name is User                      ~ found String, expected an entity",
                "principal like \"a\"                        ~ found User, expected String",
                "[] == principal.roles                       ~ an empty set has no type",
                "[1, \"a\"].contains(1)                      ~ 5: found String in a set of Long",
                "[principal, resource].contains(principal)   ~ found Doc in a set of User",
                "principal.roles.contains(1)                 ~ String and Long are never equal",
                "principal.roles.containsAny([1])            ~ Set<String> and Set<Long> are never equal",
                "principal.roles.containsAll(\"a\")          ~ found String, expected a set",
                "principal.name.contains(\"a\")              ~ found String, expected a set",
                "principal.name.isEmpty()                    ~ found String, expected a set",
                "{a: 1} == {b: 1}                            ~ {a: Long} and {b: Long} are never equal",
                "principal.points.contains({x: 1, y: 2})     ~ {x: Long, y?: Long} and {x: Long, y: Long} are never equal",
                "ip(principal.name).isIpv4()                 ~ the argument of ip must be a text in quotes",
                "ip(\"300.0.0.1\").isIpv4()                  ~ no ip: 300.0.0.1",
                "ip(1).isIpv4()                              ~ found Long, expected String",
                "decimal(\"1.23456\") == resource.price      ~ no decimal: 1.23456",
                "datetime(\"yesterday\") == principal.born   ~ no datetime: yesterday",
                "duration(\"1y\") == principal.born.toTime() ~ no duration: 1y",
                "ip().isIpv4()                               ~ ip takes 1 arguments, found 0",
                "principal.ip.isInRange(\"10.0.0.0/8\")      ~ found String, expected ipaddr",
                "principal.isIpv4()                          ~ found User, expected ipaddr",
                "resource.color == Color::\"blue\"           ~ 19: unknown entity Color::\"blue\"",
                "resource.color == Color::\"greem\"          ~ unknown entity Color::\"greem\"; did you mean green?",
                "principal in Grup::\"g\"                    ~ 14: unknown entity type Grup; did you mean Group?",
                "principal is Usr                            ~ unknown entity type Usr; did you mean User?",
                "action == Action::\"reed\"                  ~ unknown action Action::\"reed\"; did you mean Action::\"read\"?",
                "false && principal in Grup::\"g\"           ~ unknown entity type Grup",
                "action.name == \"a\"                        ~ Action has no attribute name",
                "action in [Action::\"any\", N::Action::\"go\"] ~ found N::Action in a set of Action",
            })
    void validate_faultyCondition_isNamedWithItsPlace(String condition, String message) {
        List<PolicyProblem> problems = problems(condition);
        assertThat(problems).isNotEmpty();
        String first = problems.get(0).column() - HEAD.length() + ": "
                + problems.get(0).message();
        assertThat(first).contains(message);
        assertThat(problems).allSatisfy(problem -> assertThat(problem.line()).isEqualTo(1));
        assertThat(problems.get(0).severity()).isEqualTo(Severity.ERROR);
    }

    private static List<PolicyProblem> problems(String condition) {
        return validate(HEAD + condition + " };");
    }

    private static List<PolicyProblem> validate(String policies) {
        return SCHEMA.validate(PolicySet.parse(policies));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit(principal, action, resource);",
                "forbid(principal == User::\"a\", action == Action::\"read\", resource == Doc::\"d\");",
                "permit(principal in Group::\"g\", action in Action::\"any\", resource in Folder::\"f\");",
                "permit(principal is User in Group::\"g\", action in [Action::\"read\", Action::\"tidy\"], resource is Folder);",
                "permit(principal is Robot, action, resource);",
                "permit(principal in User::\"a\", action, resource in Doc::\"d\");",
                "permit(principal, action, resource) when { principal has age } when { principal.age > 3 };",
                "permit(principal, action == N::Action::\"go\", resource) when { resource.name == \"a\" };",
                "permit(principal, action, resource) when { resource is Doc && resource.size > 1 };",
                "permit(principal, action, resource) when { action == Action::\"read\" && context.mfa };",
                "permit(principal, action, resource) unless { principal is Robot || principal.name == \"a\" };",
            })
    void validate_soundPolicy_hasNoProblem(String policy) {
        assertThat(validate(policy)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "permit(principal is Robot, action == Action::\"read\", resource); ~ 1: no action applies to principals and resources such as the policy asks for",
                "permit(principal, action == Action::\"any\", resource);           ~ no action applies",
                "permit(principal == Group::\"g\", action, resource);              ~ no action applies",
                "permit(principal, action, resource in Robot::\"g\");              ~ no action applies",
                "permit(principal is User in Folder::\"f\", action, resource);     ~ no action applies",
                "permit(principal, action in [], resource);                        ~ the list of actions is empty",
                "permit(principal, action in [Action::\"any\", N::Action::\"go\"], resource); ~ the list has actions of different types, Action, N::Action",
                "permit(principal == Usr::\"a\", action, resource);                ~ 8: unknown entity type Usr; did you mean User?",
                "permit(principal is Usr in Group::\"g\", action, resource);       ~ unknown entity type Usr",
                "permit(principal, action == Action::\"raed\", resource);          ~ 19: unknown action Action::\"raed\"; did you mean Action::\"read\"?",
                "permit(principal, action, resource == Color::\"blue\");           ~ unknown entity Color::\"blue\"",
                "permit(principal, action, resource) when { resource.size > 1 };   ~ Folder has no attribute size",
                "permit(principal, action, resource) unless { principal has age } when { principal.age > 3 }; ~ may be missing",
            })
    void validate_faultyPolicy_isNamed(String policy, String message) {
        List<PolicyProblem> problems = validate(policy);
        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.column() + ": " + problem.message()).contains(message);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit(principal, action, resource) when { false };",
                "permit(principal, action, resource) unless { true };",
                "permit(principal is User, action, resource is Doc) when { principal is Robot };",
                "permit(principal, action == Action::\"read\", resource) when { action == Action::\"write\" };",
                "permit(principal, action == Action::\"read\", resource) when { action in [Action::\"tidy\"] && principal.nothing };",
                "permit(principal is User, action, resource is Doc) when { principal in Folder::\"f\" };",
                "permit(principal is User, action, resource is Doc) when { principal == resource };",
                "permit(principal is User, action, resource is Doc) when { principal has nothing };",
                "permit(principal is User, action, resource is Doc) when { resource.hasTag(\"a\") && 1 };",
            })
    void validate_policyThatNeverApplies_isAWarning(String policy) {
        assertThat(validate(policy))
                .containsExactly(new PolicyProblem(
                        "policy0",
                        1,
                        1,
                        Severity.WARNING,
                        "the policy never applies, its conditions are always false"));
    }

    @Test
    void validate_severalPolicies_namesEachWithItsPlace() {
        List<PolicyProblem> problems = validate("""
                permit(principal, action, resource);
                permit(principal, action, resource is Doc) when {
                  resource.sice > 1 };
                permit(principal, action, resource) when { false };
                """);
        assertThat(problems)
                .extracting(PolicyProblem::toString)
                .containsExactly(
                        "error: policy1, line 3, column 11: Doc has no attribute sice; did you mean size?",
                        "warning: policy2, line 4, column 1: the policy never applies, its conditions are always false");
    }

    @Test
    void validate_sameFaultInManyCombinations_isReportedOnce() {
        assertThat(validate("permit(principal, action, resource) when { 1 };")).hasSize(1);
    }

    @Test
    void validate_noPolicies_hasNoProblem() {
        assertThat(SCHEMA.validate(PolicySet.none())).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // a caller without NullAway
    void validate_null_isRefused() {
        assertThatThrownBy(() -> SCHEMA.validate(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void validate_moreProblemsThanShown_endsAtTheLimit() {
        String policies = IntStream.range(0, 2000)
                .mapToObj(i -> "permit(principal, action, resource) when { 1 };")
                .collect(Collectors.joining("\n"));
        assertThat(validate(policies)).hasSize(Findings.MAX_PROBLEMS);
    }

    @Test
    void validate_hugePolicy_endsSoon() {
        String has = IntStream.range(0, 20_000)
                .mapToObj(i -> "principal has a%d && (if principal has age then true else true)".formatted(i))
                .collect(Collectors.joining(" && ", "(", ")"));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> problems(has));
    }

    /** Each level is looked at once, though it stands for two or three tests. */
    @Test
    void validate_nestedTests_areNotMultiplied() {
        String expr = "principal";
        for (int i = 0; i < 45; i++) {
            expr = "(if %s has boss.boss then principal else principal)".formatted(expr);
        }
        String is = "principal";
        for (int i = 0; i < 45; i++) {
            is = "(if %s is User in Group::\"g\" then principal else principal)".formatted(is);
        }
        String both = "%s == %s".formatted(expr, is);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(problems(both)).isEmpty());
    }
}
