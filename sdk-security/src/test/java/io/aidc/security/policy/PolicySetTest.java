package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySetTest {
    private static final String ALL = "permit(principal, action, resource);";

    @Test
    void parse_severalPolicies_namesThemByPosition() {
        PolicySet policies =
                PolicySet.parse("@id(\"first\") " + ALL + "\n// a comment\n forbid(principal, action, resource);");
        assertThat(policies.policies()).extracting(Policy::id).containsExactly("policy0", "policy1");
        assertThat(policies.policies())
                .extracting(Policy::effect)
                .containsExactly(Policy.Effect.PERMIT, Policy.Effect.FORBID);
    }

    @Test
    void policy_hasItsAnnotationsInOrder() {
        Policy policy = PolicySet.parse("@when(\"1\\n\") @if @a(\"\") " + ALL)
                .policies()
                .get(0);
        assertThat(policy.annotations())
                .containsExactly(Map.entry("when", "1\n"), Map.entry("if", ""), Map.entry("a", ""));
    }

    @Test
    void policy_knowsItsTextAndLine() {
        Policy policy = PolicySet.parse(ALL + "\r\n// forbid\r\n  @a " + ALL + " ")
                .policies()
                .get(1);
        assertThat(policy.text()).isEqualTo("@a " + ALL);
        assertThat(policy.line()).isEqualTo(3);
    }

    @Test
    void parse_prefix_beginsTheNames() {
        assertThat(PolicySet.parse("house", ALL).policies())
                .extracting(Policy::id)
                .containsExactly("house0");
    }

    @Test
    void of_texts_keepsTheirNames() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("z", ALL);
        texts.put("a", ALL);
        assertThat(PolicySet.of(texts).policies()).extracting(Policy::id).containsExactly("z", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ALL + ALL})
    void of_notOnePolicy_isRefused(String text) {
        assertThatThrownBy(() -> PolicySet.of(Map.of("a", text)))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("policy a")
                .hasMessageContaining("expected one");
    }

    @Test
    void plus_joinsInOrder() {
        PolicySet joined = PolicySet.parse("a", ALL).plus(PolicySet.parse("b", ALL));
        assertThat(joined.policies()).extracting(Policy::id).containsExactly("a0", "b0");
    }

    @Test
    void plus_sameName_isRefused() {
        PolicySet one = PolicySet.parse(ALL);
        assertThatThrownBy(() -> one.plus(one))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("policy0");
    }

    @Test
    void none_isEmpty() {
        assertThat(PolicySet.none().policies()).isEmpty();
        assertThat(PolicySet.parse(" // nothing\n").policies()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit(principal, action, resource,);",
                "permit(principal == User::\"a\", action == Action::\"b\", resource == Doc::\"c\");",
                "permit(principal in User::\"a\", action in Action::\"b\", resource in Doc::\"c\");",
                "permit(principal is A::B, action in [], resource is C in C::\"d\");",
                "permit(principal == ((User::\"a\")), action in ([NS::Action::\"a\", Action::\"b\",]), resource);",
                ALL + " @a(\"b\")" + ALL,
                "permit(principal, action, resource) when { true } unless { false } when { true };",
                "permit(principal, action, resource) when { if true then 1 == 1 else false };",
                "permit(principal, action, resource) when { context has permit.when.principal };",
                "permit(principal, action, resource) when { {principal: 1, \"if\": 2,}[\"if\"] == 2 };",
                "permit(principal, action, resource) when { [1, 2,].contains(1) && !!!!true };",
                "permit(principal, action, resource) when { ----1 == 1 && -9223372036854775808 < 0 };",
                "permit(principal, action, resource) when { principal is permit && \"\\u{1F600}\\x7f\\'\\0\" like \"\\**\" };",
                "permit\u00a0(principal,\u2028action,\u0085resource)\u3000;",
                "permit(principal, action, resource) when { 2 * 3 + 4 - -1 == 11 };",
                "permit(principal, action, resource) when { \"a\".b };",
            })
    void parse_validPolicy_isAccepted(String text) {
        assertThat(PolicySet.parse(text).policies()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "allow(principal, action, resource); ~ 1 ~ 1 ~ expected permit or forbid",
                "permit(action, principal, resource); ~ 1 ~ 8 ~ expected principal",
                "permit(principal, action); ~ 1 ~ 25 ~ expected ,",
                "permit(principal, action, resource) ~ 1 ~ 36 ~ the end of the text",
                "permit(principal = User::\"a\", action, resource); ~ 1 ~ 18 ~ expected ==",
                "permit(principal: User, action, resource); ~ 1 ~ 17 ~ expected is",
                "permit(principal == ?principal, action, resource); ~ 1 ~ 21 ~ templates are not supported",
                "permit(principal == User, action, resource); ~ 1 ~ 25 ~ expected :: and",
                "permit(principal == [User::\"a\"], action, resource); ~ 1 ~ 21 ~ expected an entity",
                "permit(principal is User == User::\"a\", action, resource); ~ 1 ~ 26 ~ exclude one another",
                "permit(principal, action == User::\"a\", resource); ~ 1 ~ 29 ~ expected an action",
                "permit(principal, action is Action, resource); ~ 1 ~ 26 ~ expected ==, in",
                "permit(principal, action, resource) if { true }; ~ 1 ~ 37 ~ expected when, unless or ;",
                "permit(principal, action, resource) when { }; ~ 1 ~ 44 ~ expected an expression",
                "permit(principal, action, resource) when { a }; ~ 1 ~ 44 ~ found a",
                "permit(principal, action, resource) when { ?principal }; ~ 1 ~ 44 ~ templates are not supported",
                "permit(principal, action, resource) when { 1 < 2 < 3 }; ~ 1 ~ 50 ~ parentheses",
                "permit(principal, action, resource) when { context has a has b }; ~ 1 ~ 58 ~ parentheses",
                "permit(principal, action, resource) when { 1 = 1 }; ~ 1 ~ 46 ~ expected ==",
                "permit(principal, action, resource) when { 4 / 2 == 2 }; ~ 1 ~ 46 ~ no division",
                "permit(principal, action, resource) when { 4 % 2 == 2 }; ~ 1 ~ 46 ~ no division",
                "permit(principal, action, resource) when { !!!!!true }; ~ 1 ~ 48 ~ at most 4",
                "permit(principal, action, resource) when { !-1 }; ~ 1 ~ 45 ~ expected an expression",
                "permit(principal, action, resource) when { 9223372036854775808 }; ~ 1 ~ 44 ~ 64 bits",
                "permit(principal, action, resource) when { -9223372036854775809 }; ~ 1 ~ 44 ~ 64 bits",
                "permit(principal, action, resource) when { true && if true then true else true }; ~ 1 ~ 52 ~ parentheses",
                "permit(principal, action, resource) when { principal.if }; ~ 1 ~ 54 ~ reserved",
                "permit(principal, action, resource) when { principal.__cedar }; ~ 1 ~ 54 ~ reserved",
                "permit(principal, action, resource) when { principal.foo() }; ~ 1 ~ 54 ~ foo is no method",
                "permit(principal, action, resource) when { principal.ip() }; ~ 1 ~ 54 ~ ip is no method",
                "permit(principal, action, resource) when { isIpv4(1) }; ~ 1 ~ 44 ~ isIpv4 is no function",
                "permit(principal, action, resource) when { ns::ip(1) }; ~ 1 ~ 44 ~ is no function",
                "permit(principal, action, resource) when { [].contains() }; ~ 1 ~ 47 ~ takes 1 arguments, found 0",
                "permit(principal, action, resource) when { [].isEmpty(1) }; ~ 1 ~ 47 ~ takes 0 arguments, found 1",
                "permit(principal, action, resource) when { principal(1) }; ~ 1 ~ 53 ~ only functions",
                "permit(principal, action, resource) when { principal[1] }; ~ 1 ~ 54 ~ in quotes",
                "permit(principal, action, resource) when { {a: 1, \"a\": 2} }; ~ 1 ~ 51 ~ already",
                "permit(principal, action, resource) when { {1: 2} }; ~ 1 ~ 45 ~ expected a name",
                "permit(principal, action, resource) when { [,] }; ~ 1 ~ 45 ~ expected an expression",
                "permit(principal, action, resource) when { 1 like 2 }; ~ 1 ~ 51 ~ a pattern in quotes",
                "permit(principal, action, resource) when { 1 is \"a\" }; ~ 1 ~ 49 ~ expected a name",
                "permit(principal, action, resource) when { User::{id: \"a\"} }; ~ 1 ~ 50 ~ expected a name",
                "permit(principal, action, resource) when { true::\"a\" }; ~ 1 ~ 48 ~ expected }",
                "permit(principal, action, resource) when { \"\\*\" }; ~ 1 ~ 45 ~ unknown escape",
                "permit(principal, action, resource) when { \"a\\x80\" }; ~ 1 ~ 48 ~ hex digits",
                "permit(principal, action, resource) when { \"a\\u{d800}\" }; ~ 1 ~ 48 ~ hex digits",
                "permit(principal, action, resource) when { \"a\\u{}\" }; ~ 1 ~ 48 ~ hex digits",
                "permit(principal, action, resource) when { \"a }; ~ 1 ~ 44 ~ without an end",
                "permit(principal, action, resource) when { # }; ~ 1 ~ 44 ~ begins no word",
                "@a @a permit(principal, action, resource); ~ 1 ~ 5 ~ already",
                "@a(b) permit(principal, action, resource); ~ 1 ~ 4 ~ in quotes",
                "@1 permit(principal, action, resource); ~ 1 ~ 2 ~ the name of an annotation",
            })
    void parse_brokenRule_namesThePlace(String text, int line, int column, String fault) {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> PolicySet.parse(text))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining(fault);
                    assertThat(e.line()).isEqualTo(line);
                    assertThat(e.column()).isEqualTo(column);
                });
    }

    @Test
    void parse_fault_countsLinesAndCodePoints() {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> PolicySet.parse(ALL + "\n\r\n\r@a(\"\uD83D\uDE00\") x"))
                .satisfies(e -> {
                    assertThat(e.line()).isEqualTo(4);
                    assertThat(e.column()).isEqualTo(9);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(%s)1",
                "[%s]1",
                "if true then 1 else %s",
                "-(%s)1",
                "{a: %s}1",
                "!(%s)1",
                "ip(%s)1",
                "[].contains(%s)1"
            })
    void parse_tooDeep_isRefused(String shape) {
        String open = shape.substring(0, shape.indexOf('%'));
        String close =
                shape.substring(shape.indexOf('s', shape.indexOf('%')) + 1).replace("1", "");
        String text = "permit(principal, action, resource) when { " + open.repeat(50_000) + "1" + close.repeat(50_000)
                + " };";
        assertThatThrownBy(() -> PolicySet.parse(text))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("deeper than");
    }

    @ParameterizedTest
    @ValueSource(strings = {".a", "[\"a\"]", " + 1", " * 1", ".contains(1)"})
    void parse_tooLongAChain_isRefused(String link) {
        String text = "permit(principal, action, resource) when { context" + link.repeat(50_000) + " };";
        assertThatThrownBy(() -> PolicySet.parse(text))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("deeper than");
    }

    @Test
    void parse_manyAlternatives_areNoNesting() {
        String text = "permit(principal, action, resource) when { context.a == 0" + " || context.a == 1".repeat(50_000)
                + " };";
        assertThat(PolicySet.parse(text).policies()).hasSize(1);
    }

    @Test
    void parse_tooLongAText_isRefused() {
        String text = " ".repeat(Source.MAX_CHARACTERS + 1);
        assertThatThrownBy(() -> PolicySet.parse(text))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("at most");
    }

    @Test
    void parse_manyPolicies_takesLinearTime() {
        String text = "permit(principal == User::\"a\", action, resource) when { context.a == 1 };\n".repeat(20_000);
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> PolicySet.parse(text));
    }

    @Test
    void parse_halfACharacter_isRefused() {
        assertThatThrownBy(() -> PolicySet.parse("// \ud800"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("lone surrogate");
    }
}
