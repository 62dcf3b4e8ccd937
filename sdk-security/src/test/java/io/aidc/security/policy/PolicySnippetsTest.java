package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicySnippetsTest {
    private final MemoryTrail auditLog = new MemoryTrail();
    private final List<String> alerts = new ArrayList<>();

    @Test
    void policies_areRead() {
        // @start region="policies"
        PolicySet house = PolicySet.parse("""
                permit (principal in Role::"scorer", action == Action::"unseal", resource in Folder::"models/fraud")
                when { context.mfa && context.from.isInRange(ip("10.0.0.0/8")) };

                @reason("the auditors are here")
                forbid (principal, action == Action::"rotate", resource);
                """);
        String reason = house.policies().get(1).annotations().get("reason");
        // @end
        assertThat(reason).isEqualTo("the auditors are here");
    }

    @Test
    void authorizer_decides() {
        // @start region="authorizer"
        Authorizer authorizer = Authorizer.builder()
                .policies("""
                        permit (principal in Group::"fraud-team", action == Action::"unseal", resource)
                        when { resource.stage == "production" };
                        """)
                .entities(
                        Entities.of(List.of(Entity.of("Model::\"fraud\"").attribute("stage", Value.of("production")))))
                .auditTo(auditLog)
                .build();

        EntityUid alice = new EntityUid("User", "alice");
        Instant evening = Instant.now().plus(Duration.ofHours(8));
        authorizer.grant(alice, new EntityUid("Group", "fraud-team"), evening);

        Decision decision = authorizer.decide(Request.of("User::\"alice\"", "Action::\"unseal\"", "Model::\"fraud\""));
        if (!decision.allowed()) {
            alerts.add("denied by %s, record %d".formatted(decision.policies(), decision.auditIndex()));
        }
        // @end
        assertThat(decision.allowed()).isTrue();
        assertThat(alerts).isEmpty();
    }

    @Test
    void roles_areDefined() {
        Instant sunday = Instant.now().plus(Duration.ofDays(2));
        // @start region="roles"
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", "models/fraud/*")
                .role("operator")
                .inherits("scorer")
                .may(Set.of("seal", "rotate"), "*")
                .denies("seal", "models/frozen/*")
                .assign("alice", "scorer")
                .assign("bob", "operator", sunday)
                .build();
        Authorizer authorizer =
                Authorizer.builder().roles(roles).auditTo(auditLog).build();

        boolean allowed = authorizer
                .decide(Roles.request("alice", "unseal", "models/fraud/7"))
                .allowed();
        authorizer.revoke(Roles.user("alice"), Roles.role("scorer"));
        // @end
        assertThat(allowed).isTrue();
    }

    @Test
    void report_showsWhoMay() {
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", "models/*")
                .assign("alice", "scorer")
                .build();
        Authorizer authorizer = Authorizer.builder().roles(roles).build();
        // @start region="report"
        PermissionReport report = authorizer.whoCan("User", Roles.action("unseal"), Roles.resource("models/fraud/7"));
        String table = report.allowed().toCsv();
        String page = report.toHtml();
        // @end
        assertThat(table).contains("alice");
        assertThat(page).contains("yes");
    }

    @Test
    void entities_areGathered() {
        // @start region="entities"
        Entities entities = Entities.of(List.of(
                Entity.of("User::\"alice\"", "Group::\"fraud-team\"").attribute("clearance", Value.of(3)),
                Entity.of("Group::\"fraud-team\"", "Group::\"staff\"")));

        Entities same = Entities.parse("""
                [{"uid": {"type": "User", "id": "alice"}, "attrs": {"clearance": 3},
                  "parents": [{"type": "Group", "id": "fraud-team"}]},
                 {"uid": {"type": "Group", "id": "fraud-team"}, "attrs": {},
                  "parents": [{"type": "Group", "id": "staff"}]}]
                """);
        // @end
        EntityUid alice = new EntityUid("User", "alice");
        assertThat(same.find(alice)).isEqualTo(entities.find(alice));
    }

    @Test
    void values_areMade() {
        // @start region="values"
        Value name = Value.of("alice");
        Value limit = Value.decimal("99.95");
        Value network = Value.ip("10.0.0.0/8");
        Value regions = Value.setOf(Value.of("eu"), Value.of("ch"));
        Value address = Value.recordOf(Map.of("zip", Value.of("8000"), "city", Value.of("Zurich")));
        // @end
        assertThat(List.of(name, limit, network, regions, address)).doesNotHaveDuplicates();
    }

    @Test
    void request_isMade() {
        // @start region="request"
        Request request = Request.of("User::\"alice\"", "Action::\"unseal\"", "Model::\"fraud\"")
                .context("from", Value.ip("10.1.2.3"))
                .context("mfa", Value.of(true))
                .entity(Entity.of("Model::\"fraud\"", "Folder::\"models\"").attribute("stage", Value.of("test")));
        // @end
        assertThat(request.context()).hasSize(2);
    }
}
