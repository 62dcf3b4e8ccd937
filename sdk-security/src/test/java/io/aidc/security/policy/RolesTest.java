package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {
    private static boolean may(Roles roles, String user, String action, String resource) {
        return Authorizer.builder()
                .roles(roles)
                .build()
                .decide(Roles.request(user, action, resource))
                .allowed();
    }

    @ParameterizedTest
    @CsvSource({
        "models/fraud/*, models/fraud/7, true",
        "models/fraud/*, models/fraud/7/weights, true",
        "models/fraud/*, models/fraud, false",
        "models/fraud/*, models/fraudulent/7, false",
        "models/fraud/*, other/models/fraud/7, false",
        "models/*, models/fraud/7, true",
        "models/fraud/7, models/fraud/7, true",
        "models/fraud/7, models/fraud/7/weights, false",
        "models/fraud/7, models/fraud/77, false",
        "*, anything, true",
        "*, models/fraud/7, true",
    })
    void may_pattern_fitsWhatItSays(String pattern, String resource, boolean allowed) {
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", pattern)
                .assign("alice", "scorer")
                .build();
        assertThat(may(roles, "alice", "unseal", resource)).isEqualTo(allowed);
        assertThat(may(roles, "alice", "seal", resource)).isFalse();
        assertThat(may(roles, "bob", "unseal", resource)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "a/", "/a", "a//b", "a*", "*a", "a/*/b", "**", "a/**", "*/a", "/*", "../a", "a/./b/*", "a/../*"
            })
    void may_otherPattern_isRefusedAndSaysWhatIsAllowed(String pattern) {
        Roles.Builder builder = Roles.define().role("scorer");
        assertThatThrownBy(() -> builder.may("unseal", pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pattern must be parts with / between them")
                .hasMessageContaining("or * alone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "a/..", ".", "*", "a/*"})
    void resource_otherName_isRefused(String name) {
        assertThatThrownBy(() -> Roles.resource(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resource must be");
    }

    @Test
    void resource_tooLong_isRefused() {
        assertThatThrownBy(() -> Roles.resource("a".repeat(1_025))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Roles.resource("a/".repeat(64) + "a")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Roles.resource("a/".repeat(63) + "a").parents()).hasSize(63);
    }

    @Test
    void inherits_role_mayAllThatOthersMay() {
        Roles roles = Roles.define()
                .role("operator")
                .inherits("scorer")
                .may(Set.of("seal", "rotate"), "*")
                .role("scorer")
                .may("unseal", "models/*")
                .assign("bob", "operator")
                .assign("alice", "scorer")
                .build();
        assertThat(may(roles, "bob", "unseal", "models/7")).isTrue();
        assertThat(may(roles, "bob", "rotate", "models/7")).isTrue();
        assertThat(may(roles, "alice", "rotate", "models/7")).isFalse();
    }

    @Test
    void denies_winsOverWhatAnotherRoleMay() {
        Roles roles = Roles.define()
                .role("all")
                .may("*", "*")
                .role("outside")
                .denies("unseal", "models/secret/*")
                .denies(Set.of("seal", "rotate"), "models/secret/*")
                .assign("alice", "all")
                .assign("alice", "outside")
                .assign("bob", "all")
                .build();
        assertThat(may(roles, "alice", "unseal", "models/secret/7")).isFalse();
        assertThat(may(roles, "alice", "seal", "models/secret/7")).isFalse();
        assertThat(may(roles, "alice", "unseal", "models/7")).isTrue();
        assertThat(may(roles, "bob", "unseal", "models/secret/7")).isTrue();
    }

    @Test
    void assign_until_ends() {
        TestClock clock = new TestClock();
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", "*")
                .assign("alice", "scorer", TestClock.NOON.plusSeconds(1))
                .build();
        Authorizer authorizer = Authorizer.builder().roles(roles).clock(clock).build();
        assertThat(authorizer.decide(Roles.request("alice", "unseal", "a")).allowed())
                .isTrue();
        clock.move(Duration.ofSeconds(1));
        assertThat(authorizer.decide(Roles.request("alice", "unseal", "a")).allowed())
                .isFalse();
    }

    @Test
    void assign_otherEnd_isRefusedAndNamesTheFirst() {
        Roles.Builder builder = Roles.define().role("a").assign("alice", "a").assign("bob", "a", TestClock.NOON);
        assertThatThrownBy(() -> builder.assign("alice", "a", TestClock.NOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Grant[User::\"alice\" in Role::\"a\"] is assigned already");
        assertThatThrownBy(() -> builder.assign("bob", "a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("until 2026-01-31T12:00:00Z");
        assertThat(builder.assign("alice", "a").build().grants()).hasSize(2);
    }

    @Test
    void toString_isCedar() {
        Roles roles = Roles.define()
                .role("a \"b\"")
                .may("unseal", "models/fraud/*")
                .may(Set.of("seal", "rotate"), "models/7")
                .denies("*", "*")
                .build();
        assertThat(roles).hasToString("""
                        permit (principal in Role::"a \\"b\\"", action == Action::"unseal", resource in Folder::"models/fraud");
                        permit (principal in Role::"a \\"b\\"", action in [Action::"rotate", Action::"seal"], resource == Resource::"models/7");
                        forbid (principal in Role::"a \\"b\\"", action, resource is Resource);""");
        assertThat(PolicySet.parse(roles.toString()).policies()).hasSize(3);
    }

    @Test
    void policies_areNamedAfterTheirRole() {
        Roles roles = Roles.define()
                .role("a")
                .may("x", "*")
                .role("b")
                .may("x", "*")
                .role("a")
                .may("y", "*")
                .build();
        assertThat(roles.policies().policies()).extracting(Policy::id).containsExactly("a.0", "b.1", "a.2");
    }

    @Test
    void build_unknownRole_isRefused() {
        assertThatThrownBy(() -> Roles.define().assign("alice", "x").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("role x is not defined");
        assertThatThrownBy(() -> Roles.define().role("a").inherits("y").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("role y");
    }

    @Test
    void build_roleInheritsFromItself_isRefused() {
        Roles.Builder builder = Roles.define().role("a").inherits("b").role("b").inherits("a");
        assertThatThrownBy(builder::build).isInstanceOf(PolicyException.class).hasMessageContaining("in itself");
    }

    @Test
    void may_beforeRole_isRefused() {
        assertThatThrownBy(() -> Roles.define().may("a", "*")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Roles.define().denies("a", "*")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Roles.define().inherits("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void may_noAction_isRefused() {
        assertThatThrownBy(() -> Roles.define().role("a").may(Set.of(), "*"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Authorizer withForbids(Entity... entities) {
        return Authorizer.builder()
                .roles(Roles.define()
                        .role("scorer")
                        .may("unseal", "models/*")
                        .assign("alice", "scorer")
                        .build())
                .policies("""
                        forbid(principal, action, resource) when { resource has secret && resource.secret };
                        forbid(principal, action, resource) when { resource.hasTag("held") };
                        forbid(principal, action, resource in Folder::"vip");
                        """)
                .entities(Entities.of(List.of(entities)))
                .build();
    }

    @Test
    void request_whatIsStoredOfTheResource_counts() {
        EntityUid model = Roles.resource("models/7").uid();
        Request request = Roles.request("alice", "unseal", "models/7");
        assertThat(withForbids().decide(request).policies()).containsExactly("scorer.0");
        assertThat(withForbids(Entity.of(model).attribute("secret", Value.of(true)))
                        .decide(request)
                        .policies())
                .containsExactly("policy0");
        assertThat(withForbids(Entity.of(model).tag("held", Value.of(true)))
                        .decide(request)
                        .policies())
                .containsExactly("policy1");
        assertThat(withForbids(Entity.of(model, new EntityUid("Folder", "vip")))
                        .decide(request)
                        .policies())
                .containsExactly("policy2");
    }

    @Test
    void request_whatIsStoredOfAFolder_counts() {
        Entity folder = Entity.of(new EntityUid("Folder", "models"), new EntityUid("Folder", "vip"));
        assertThat(withForbids(folder)
                        .decide(Roles.request("alice", "unseal", "models/7"))
                        .policies())
                .containsExactly("policy2");
    }

    @Test
    void request_withAnEntityOfItsOwn_keepsItsFolders() {
        EntityUid model = Roles.resource("models/7").uid();
        Request request = Roles.request("alice", "unseal", "models/7").entity(Entity.of(model));
        assertThat(withForbids(Entity.of(model).attribute("secret", Value.of(true)))
                        .decide(request)
                        .policies())
                .containsExactly("scorer.0");
    }

    @Test
    void roles_andOtherPolicies_areJoined() {
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", "*")
                .assign("alice", "scorer")
                .build();
        Authorizer authorizer = Authorizer.builder()
                .roles(roles)
                .policies("forbid(principal, action, resource) when { context has night };")
                .build();
        Request request = Roles.request("alice", "unseal", "a");
        assertThat(authorizer.decide(request).policies()).containsExactly("scorer.0");
        assertThat(authorizer.decide(request.context("night", Value.of(true))).policies())
                .containsExactly("policy0");
    }
}
