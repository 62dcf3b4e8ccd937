package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthorizerTest {
    private static final String PERMIT = "permit(principal, action, resource);";
    private static final String FORBID = "forbid(principal, action, resource);";
    private static final Request REQUEST = Request.of("User::\"alice\"", "Action::\"read\"", "Doc::\"plan\"");

    private static Authorizer authorizer(String policies, Entity... entities) {
        return Authorizer.builder()
                .policies(policies)
                .entities(Entities.of(List.of(entities)))
                .build();
    }

    @Test
    void decide_noPolicy_isDeniedByNone() {
        Decision decision = authorizer("").decide(REQUEST);
        assertThat(decision).isEqualTo(new Decision(false, List.of(), Map.of(), Decision.NOT_RECORDED));
    }

    @Test
    void decide_permit_isAllowedByAllThatPermit() {
        Decision decision = authorizer(PERMIT + PERMIT).decide(REQUEST);
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.policies()).containsExactly("policy0", "policy1");
    }

    @Test
    void decide_permitAndForbid_isDeniedByTheForbids() {
        Decision decision = authorizer(FORBID + PERMIT + FORBID).decide(REQUEST);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.policies()).containsExactly("policy0", "policy2");
    }

    @Test
    void decide_actionInSeveralNamedGroups_countsOnce() {
        Authorizer authorizer = authorizer(
                "permit(principal, action in [Action::\"read\", Action::\"all\", Action::\"read\"], resource);",
                Entity.of("Action::\"read\"", "Action::\"all\""));
        assertThat(authorizer.decide(REQUEST).policies()).containsExactly("policy0");
    }

    @Test
    void decide_typeAndGroup_needsBoth() {
        Authorizer authorizer = authorizer(
                "permit(principal is User in Group::\"g\", action, resource is Doc in Folder::\"f\");",
                Entity.of("User::\"alice\"", "Group::\"g\""),
                Entity.of("Bot::\"b\"", "Group::\"g\""),
                Entity.of("Doc::\"plan\"", "Folder::\"f\""));
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
        assertThat(authorizer
                        .decide(Request.of("Bot::\"b\"", "Action::\"read\"", "Doc::\"plan\""))
                        .allowed())
                .isFalse();
        assertThat(authorizer
                        .decide(Request.of("User::\"alice\"", "Action::\"read\"", "Doc::\"x\""))
                        .allowed())
                .isFalse();
    }

    @Test
    void decide_equalToAGroup_meansNotItsMembers() {
        Authorizer authorizer = authorizer(
                "permit(principal == Group::\"g\", action, resource);", Entity.of("User::\"alice\"", "Group::\"g\""));
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void decide_entitiesOfTheRequest_takeThePlaceOfOthers() {
        Authorizer authorizer = authorizer(
                "permit(principal in Group::\"g\", action, resource) when { resource.open };",
                Entity.of("User::\"alice\"", "Group::\"g\""),
                Entity.of("Doc::\"plan\"").attribute("open", Value.of(false)));
        Request open = REQUEST.entity(Entity.of("Doc::\"plan\"").attribute("open", Value.of(true)));
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
        assertThat(authorizer.decide(open).allowed()).isTrue();
        assertThat(authorizer.decide(open.entity(Entity.of("User::\"alice\""))).allowed())
                .isFalse();
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void decide_cycleThroughEntitiesOfTheRequest_ends() {
        Authorizer authorizer = authorizer(
                "permit(principal in Group::\"c\", action, resource);", Entity.of("Group::\"b\"", "User::\"alice\""));
        Request request = REQUEST.entity(Entity.of("User::\"alice\"", "Group::\"b\""));
        assertThat(authorizer.decide(request).allowed()).isFalse();
    }

    @Test
    void replacePolicies_countsFromThenOn() {
        Authorizer authorizer = authorizer(PERMIT);
        authorizer.replacePolicies(PolicySet.parse(FORBID));
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void replaceEntities_countsFromThenOnAndKeepsGrants() {
        Authorizer authorizer = authorizer(
                "permit(principal in Group::\"g\", action, resource) when { resource has x };",
                Entity.of("Doc::\"plan\""));
        authorizer.grant(EntityUid.parse("User::\"alice\""), EntityUid.parse("Group::\"g\""));
        authorizer.replaceEntities(
                Entities.of(List.of(Entity.of("Doc::\"plan\"").attribute("x", Value.of(1)))));
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void replaceEntities_cycleWithGrants_isRefusedAndChangesNothing() {
        Authorizer authorizer = authorizer("permit(principal in Group::\"g\", action, resource);");
        authorizer.grant(EntityUid.parse("User::\"alice\""), EntityUid.parse("Group::\"g\""));
        Entities cyclic = Entities.of(List.of(Entity.of("Group::\"g\"", "User::\"alice\"")));
        assertThatThrownBy(() -> authorizer.replaceEntities(cyclic))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("in itself");
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void put_entity_takesThePlaceOfTheOther() {
        Authorizer authorizer =
                authorizer("permit(principal, action, resource) when { resource.x == 2 };", Entity.of("Doc::\"plan\""));
        authorizer.put(Entity.of("Doc::\"plan\"").attribute("x", Value.of(2)));
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void put_cycle_isRefusedAndNamed() {
        Authorizer authorizer = authorizer(PERMIT, Entity.of("A::\"1\"", "A::\"2\""));
        assertThatThrownBy(() -> authorizer.put(Entity.of("A::\"2\"", "A::\"1\"")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A::\"2\" in A::\"1\" in A::\"2\"");
        assertThatThrownBy(() -> authorizer.put(Entity.of("A::\"3\"", "A::\"3\"")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void put_oneThatIsMovedOutOfACycle_isAccepted() {
        Authorizer authorizer = authorizer(PERMIT, Entity.of("A::\"1\"", "A::\"2\""));
        authorizer.put(Entity.of("A::\"1\""));
        authorizer.put(Entity.of("A::\"2\"", "A::\"1\""));
        assertThat(authorizer.principals("A")).hasSize(2);
    }

    @Test
    void remove_entity_isForgotten() {
        Authorizer authorizer = authorizer(
                "permit(principal, action, resource) when { resource has x };",
                Entity.of("Doc::\"plan\"").attribute("x", Value.of(2)));
        assertThat(authorizer.remove(REQUEST.resource())).isTrue();
        assertThat(authorizer.remove(REQUEST.resource())).isFalse();
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void build_withoutPolicies_namesWhatIsMissing() {
        assertThatThrownBy(() -> Authorizer.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("policies or roles");
    }

    @Test
    void builder_secondValue_isRefused() {
        Authorizer.Builder builder = Authorizer.builder()
                .policies(PERMIT)
                .roles(Roles.define().build())
                .entities(Entities.none())
                .auditTo(event -> 0)
                .clock(new TestClock());
        assertThatThrownBy(() -> builder.policies(PERMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("policies");
        assertThatThrownBy(() -> builder.roles(Roles.define().build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("roles");
        assertThatThrownBy(() -> builder.entities(Entities.none()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("entities");
        assertThatThrownBy(() -> builder.auditTo(event -> 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("auditTo");
        assertThatThrownBy(() -> builder.clock(new TestClock()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("clock");
    }

    @Test
    void builder_changedAfterBuild_changesNothingBuilt() {
        Authorizer.Builder builder =
                Authorizer.builder().policies("permit(principal, action, resource) when { resource has x };");
        Authorizer authorizer = builder.build();
        builder.entities(Entities.of(List.of(Entity.of("Doc::\"plan\"").attribute("x", Value.of(1)))));
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void request_context_isCopied() {
        Map<String, Value> context = new HashMap<>(Map.of("a", Value.of(1)));
        List<Entity> entities = new ArrayList<>();
        Request request =
                new Request(REQUEST.principal(), REQUEST.action(), REQUEST.resource(), context, entities, Set.of());
        context.clear();
        entities.add(Entity.of("A::\"b\""));
        assertThat(request.context()).hasSize(1);
        assertThat(request.entities()).isEmpty();
    }

    @Test
    void request_contextTooLarge_isRefused() {
        Map<String, Value> context = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            context.put("a" + i, Value.setOf(Value.of(i)));
        }
        Request request =
                new Request(REQUEST.principal(), REQUEST.action(), REQUEST.resource(), context, List.of(), Set.of());
        assertThatThrownBy(() -> request.context("more", Value.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10000");
    }

    @Test
    void request_contextTooDeep_isRefused() {
        Value deep = Value.of(1);
        for (int i = 1; i < Value.MAX_DEPTH; i++) {
            deep = Value.setOf(deep);
        }
        Value deepest = deep;
        Request request = REQUEST.context("a", deepest);
        assertThat(authorizer("permit(principal, action, resource) when { context has a };")
                        .decide(request)
                        .allowed())
                .isTrue();
        assertThatThrownBy(() -> REQUEST.context("a", Value.setOf(deepest)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 deep");
    }

    @Test
    void request_sameEntityTwice_isRefused() {
        Request request = REQUEST.entity(Entity.of("A::\"b\""));
        assertThatThrownBy(() -> request.entity(Entity.of("A::\"b\"")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void request_toString_showsNoContext() {
        assertThat(REQUEST.context("iban", Value.of("DE02")).toString())
                .contains("alice")
                .doesNotContain("DE02");
    }
}
