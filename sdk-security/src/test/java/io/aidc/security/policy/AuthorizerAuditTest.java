package io.aidc.security.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthorizerAuditTest {
    private static final String TEXT =
            "permit(principal, action, resource); forbid(principal, action, resource) when { context.bad };";
    private static final Request REQUEST = Request.of("User::\"alice\"", "Action::\"read\"", "Doc::\"plan\"");

    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final MemoryTrail trail = new MemoryTrail();
    private final Authorizer authorizer =
            Authorizer.builder().policies(TEXT).auditTo(trail).build();

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    @Test
    void build_recordsTheDigestOfTheText() throws Exception {
        assertThat(trail.last())
                .isEqualTo(new AuditEvent(
                        "authorizer",
                        "start",
                        "policies",
                        Outcome.DONE,
                        Map.of("policies", "2", "sha256", sha256(TEXT), "entities", "0", "entities-sha256", NOTHING)));
    }

    @Test
    void build_recordsEachAssignmentOfTheRoles() {
        MemoryTrail roleTrail = new MemoryTrail();
        Roles roles = Roles.define()
                .role("operator")
                .may("unseal", "*")
                .assign("ada", "operator")
                .assign("bob", "operator", Instant.parse("2027-01-01T00:00:00Z"))
                .build();
        Authorizer.builder().roles(roles).auditTo(roleTrail).build();

        assertThat(roleTrail.events().subList(1, 3))
                .extracting(event -> event.action() + " " + event.resource() + " " + event.details())
                .containsExactly(
                        "grant User::\"ada\" {group=Role::\"operator\"}",
                        "grant User::\"bob\" {group=Role::\"operator\", until=2027-01-01T00:00:00Z}");
    }

    @Test
    void decide_recordsWhoWhatAndWhy() {
        Decision allowed = authorizer.decide(REQUEST);
        assertThat(trail.last())
                .isEqualTo(new AuditEvent(
                        "User::\"alice\"",
                        "Action::\"read\"",
                        "Doc::\"plan\"",
                        Outcome.ALLOWED,
                        Map.of("policies", "policy0", "errors", "policy1")));
        assertThat(allowed.auditIndex()).isEqualTo(1);
        Decision denied = authorizer.decide(REQUEST.context("bad", Value.of(true)));
        assertThat(trail.last().outcome()).isEqualTo(Outcome.DENIED);
        assertThat(trail.last().details()).isEqualTo(Map.of("policies", "policy1"));
        assertThat(denied.auditIndex()).isEqualTo(2);
    }

    @Test
    void decide_longNames_areCutAndNamedByDigest() throws Exception {
        String id = "\uD83D\uDE00".repeat(600);
        Request request = Request.of(new EntityUid("User", id), REQUEST.action(), REQUEST.resource());
        authorizer.decide(request);
        assertThat(trail.last().principal())
                .startsWith("User::\"\uD83D\uDE00")
                .endsWith("... sha256:" + sha256(request.principal().toString()));
    }

    @Test
    void decide_manyPolicies_areCountedAndNamedByDigest() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            texts.put("a policy of a long name " + i, "permit(principal, action, resource) when { resource.x };");
        }
        Authorizer many = Authorizer.builder()
                .policies(PolicySet.of(texts))
                .auditTo(trail)
                .build();
        Decision decision = many.decide(REQUEST);
        assertThat(decision.errors()).hasSize(1_000);
        assertThat(trail.last().details().get("errors")).startsWith("1000, sha256:");
    }

    @Test
    void changes_areRecorded() throws Exception {
        EntityUid alice = REQUEST.principal();
        EntityUid staff = new EntityUid("Group", "staff");
        authorizer.grant(alice, staff);
        authorizer.grant(alice, staff, Instant.parse("9999-01-01T00:00:00Z"));
        authorizer.revoke(alice, staff);
        authorizer.revoke(alice, staff);
        authorizer.put(Entity.of(alice));
        authorizer.remove(alice);
        authorizer.remove(alice);
        authorizer.replacePolicies(PolicySet.parse("// none"));
        authorizer.replaceEntities(Entities.none());
        authorizer.replace(PolicySet.none(), Entities.none());
        assertThat(trail.events().subList(1, trail.events().size()))
                .extracting(event -> "%s %s %s".formatted(event.action(), event.resource(), event.details()))
                .containsExactly(
                        "grant User::\"alice\" {group=Group::\"staff\"}",
                        "grant User::\"alice\" {group=Group::\"staff\", until=9999-01-01T00:00:00Z}",
                        "revoke User::\"alice\" {group=Group::\"staff\"}",
                        "put-entity User::\"alice\" {sha256=%s}".formatted(sha256("User::\"alice\" {} {} []")),
                        "remove-entity User::\"alice\" {}",
                        "replace-policies policies {policies=0, sha256=}",
                        "replace-entities entities {entities=0, entities-sha256=%s}".formatted(NOTHING),
                        "replace-all policies {entities=0, entities-sha256=%s, policies=0, sha256=}"
                                .formatted(NOTHING));
    }

    @Test
    void put_recordsTheDigestOfAllThatIsKnown() throws Exception {
        Value set = Value.setOf(Value.of(2), Value.of("b"));
        Entity entity = Entity.of("User::\"a\"", "Role::\"y\"", "Role::\"x\"")
                .attribute("z", set)
                .attribute("b", Value.of(true))
                .tag("t", Value.of("\n"));
        authorizer.put(entity);
        assertThat(trail.last().details())
                .isEqualTo(
                        Map.of(
                                "sha256",
                                sha256(
                                        "User::\"a\" {\"b\": true, \"z\": [\"b\", 2]} {\"t\": \"\\n\"} [Role::\"x\", Role::\"y\"]")));
    }

    @Test
    void replaceEntities_recordsTheDigestOfAll_whateverTheirOrder() throws Exception {
        Entity a = Entity.of("User::\"a\"");
        Entity b = Entity.of("User::\"b\"").attribute("x", Value.of(1));
        String digest = sha256("User::\"a\" {} {} []\nUser::\"b\" {\"x\": 1} {} []\n");
        authorizer.replaceEntities(Entities.of(List.of(a, b)));
        assertThat(trail.last().details()).isEqualTo(Map.of("entities", "2", "entities-sha256", digest));
        authorizer.replace(PolicySet.none(), Entities.of(List.of(b, a)));
        assertThat(trail.last().details()).containsEntry("entities-sha256", digest);
    }

    @Test
    void revokeAll_isRecordedOnceWithTheGroups() {
        EntityUid alice = REQUEST.principal();
        authorizer.grant(alice, new EntityUid("Group", "staff"));
        authorizer.grant(alice, new EntityUid("Group", "all"));
        authorizer.revokeAll(alice);
        authorizer.revokeAll(alice);
        assertThat(trail.events()).hasSize(4);
        assertThat(trail.last())
                .isEqualTo(AuditEvent.of("authorizer", "revoke-all", alice.toString(), Outcome.DONE)
                        .detail("groups", "Group::\"all\", Group::\"staff\""));
    }

    @Test
    void change_byTheTrail_isRefusedAndLosesNone() {
        EntityUid alice = REQUEST.principal();
        EntityUid staff = new EntityUid("Group", "staff");
        EntityUid all = new EntityUid("Group", "all");
        AtomicReference<@Nullable Authorizer> changed = new AtomicReference<>();
        List<String> refusals = new ArrayList<>();
        Authorizer reentered = Authorizer.builder()
                .policies(TEXT)
                .auditTo(event -> {
                    Authorizer built = changed.get();
                    if (built != null) {
                        assertThatThrownBy(() -> built.grant(alice, all))
                                .isInstanceOf(IllegalStateException.class)
                                .satisfies(refusal -> refusals.add(String.valueOf(refusal.getMessage())));
                    }
                    return 0;
                })
                .build();
        changed.set(reentered);
        reentered.grant(alice, staff);
        changed.set(null);
        assertThat(refusals).containsExactly("the trail must not change the authorizer");
        assertThat(reentered.grants()).extracting(Grant::group).containsExactly(staff);
        reentered.grant(alice, all);
        assertThat(reentered.grants()).hasSize(2);
    }

    @Test
    void decide_trailFails_givesNoDecision() {
        trail.breakDown();
        assertThatThrownBy(() -> authorizer.decide(REQUEST)).hasMessage("the disk is full");
    }

    @Test
    void changes_trailFails_changeNothing() {
        Authorizer staffOnly = Authorizer.builder()
                .policies("permit(principal in Group::\"staff\", action, resource);")
                .auditTo(trail)
                .build();
        trail.breakDown();
        EntityUid staff = new EntityUid("Group", "staff");
        assertThatThrownBy(() -> staffOnly.grant(REQUEST.principal(), staff)).hasMessage("the disk is full");
        assertThatThrownBy(() -> staffOnly.put(Entity.of(REQUEST.principal(), staff)))
                .hasMessage("the disk is full");
        assertThatThrownBy(() -> staffOnly.replacePolicies(PolicySet.none())).hasMessage("the disk is full");
        assertThat(staffOnly.grants()).isEmpty();
        assertThat(staffOnly).hasToString("Authorizer[1 policies, 0 entities]");
    }

    @Test
    void report_isRecordedOnce() {
        authorizer.report(
                List.of(REQUEST.principal()), List.of(REQUEST.action()), List.of(Entity.of(REQUEST.resource())));
        assertThat(trail.events()).hasSize(2);
        assertThat(trail.last().action()).isEqualTo("permission-report");
    }
}
