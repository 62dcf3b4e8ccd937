package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermissionReportTest {
    private static final EntityUid ALICE = Roles.user("alice");
    private static final EntityUid UNSEAL = Roles.action("unseal");
    private static final Entity MODEL = Roles.resource("models/7");

    private static Authorizer authorizer(String policies) {
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", "models/*")
                .assign("alice", "scorer")
                .assign("bob", "scorer", TestClock.NOON)
                .build();
        return Authorizer.builder()
                .roles(roles)
                .policies(policies)
                .clock(new TestClock())
                .build();
    }

    @Test
    void report_hasARowForEachCombination() {
        PermissionReport report = authorizer("")
                .report(List.of(ALICE, Roles.user("eve")), List.of(UNSEAL, Roles.action("seal")), List.of(MODEL));
        assertThat(report.rows()).hasSize(4);
        assertThat(report.rows().get(0))
                .isEqualTo(new PermissionReport.Row(ALICE, UNSEAL, MODEL.uid(), true, false, List.of("scorer.0")));
        assertThat(report.allowed().rows()).hasSize(1);
    }

    @Test
    void report_agreesWithDecide() {
        Authorizer authorizer = authorizer("forbid(principal == User::\"carol\", action, resource);");
        authorizer.grant(Roles.user("carol"), Roles.role("scorer"));
        for (PermissionReport.Row row : authorizer.whoCan("User", UNSEAL, MODEL).rows()) {
            Decision decision = authorizer.decide(Roles.request(row.principal().id(), "unseal", "models/7"));
            assertThat(row.allowed()).isEqualTo(decision.allowed());
            assertThat(row.policies()).isEqualTo(decision.policies());
        }
    }

    @Test
    void report_whatIsStoredOfTheResource_counts() {
        Authorizer authorizer = authorizer("""
                forbid(principal, action, resource) when { resource has secret && resource.secret };
                forbid(principal, action, resource in Folder::"vip");
                permit(principal, action, resource) when { resource.open };
                """);
        authorizer.put(
                Entity.of(MODEL.uid()).attribute("secret", Value.of(true)).attribute("open", Value.of(false)));
        authorizer.put(Entity.of(Roles.resource("models/8").uid(), new EntityUid("Folder", "vip")));
        Entity opened = MODEL.attribute("open", Value.of(true));
        assertThat(authorizer
                        .report(List.of(ALICE), List.of(UNSEAL), List.of(MODEL, Roles.resource("models/8"), opened))
                        .rows())
                .extracting(PermissionReport.Row::policies)
                .containsExactly(List.of("policy0"), List.of("policy1"), List.of("policy0"));
    }

    @Test
    void whoCan_asksForEntitiesAndMembersOfGrants() {
        Authorizer authorizer = authorizer("");
        authorizer.put(Entity.of("User::\"zoe\"", "Role::\"scorer\""));
        authorizer.put(Entity.of("Bot::\"b\"", "Role::\"scorer\""));
        PermissionReport report = authorizer.whoCan("User", UNSEAL, MODEL);
        assertThat(report.rows())
                .extracting(row -> row.principal().id() + " " + row.allowed())
                .containsExactly("alice true", "bob false", "zoe true");
    }

    @Test
    void row_whosePoliciesReadTheContext_isConditional() {
        Authorizer authorizer = authorizer("""
                permit(principal, action == Action::"a", resource) when { [{x: if true then context.t else 1}] == [] };
                forbid(principal, action == Action::"b", resource) unless { context has t };
                permit(principal, action == Action::"c", resource) when { resource.missing };
                permit(principal, action == Action::"d", resource) when { resource has missing };
                """);
        PermissionReport report = authorizer.report(
                List.of(ALICE),
                List.of("a", "b", "c", "d").stream().map(Roles::action).toList(),
                List.of(MODEL));
        assertThat(report.rows())
                .extracting(PermissionReport.Row::conditional)
                .containsExactly(true, true, true, false);
    }

    @Test
    void row_whosePoliciesAreAboutOtherTypes_isNotConditional() {
        Authorizer authorizer = authorizer("""
                permit(principal is Bot in Role::"scorer", action, resource) when { context.t };
                permit(principal, action, resource is Data in Folder::"models") unless { context.t };
                """);
        authorizer.grant(new EntityUid("Bot", "b"), Roles.role("scorer"));
        PermissionReport report =
                authorizer.report(List.of(ALICE, new EntityUid("Bot", "b")), List.of(UNSEAL), List.of(MODEL));
        assertThat(report.rows()).extracting(PermissionReport.Row::conditional).containsExactly(false, true);
    }

    @Test
    void toCsv_quotesAndDisarmsCells() {
        PermissionReport report = new PermissionReport(List.of(new PermissionReport.Row(
                new EntityUid("User", "a,\"\r\nb"), UNSEAL, MODEL.uid(), true, true, List.of("=1+1", "b"))));
        assertThat(report.toCsv())
                .isEqualTo("\"principal\",\"action\",\"resource\",\"allowed\",\"conditional\",\"policies\"\r\n"
                        + "\"User::\"\"a,\\\"\"\\r\\nb\"\"\",\"Action::\"\"unseal\"\"\",\"Resource::\"\"models/7\"\"\","
                        + "\"true\",\"true\",\"'=1+1 b\"\r\n");
    }

    @Test
    void toHtml_escapesNamesAndNeedsNothingElse() {
        EntityUid hostile = new EntityUid("User", "<script>alert('&')</script>");
        PermissionReport report = new PermissionReport(List.of(
                new PermissionReport.Row(hostile, UNSEAL, MODEL.uid(), true, true, List.of("\"><b>")),
                new PermissionReport.Row(ALICE, Roles.action("seal"), MODEL.uid(), false, false, List.of())));
        String html = report.toHtml();
        assertThat(html)
                .doesNotContain("<script", "<b>", "http", "src=")
                .contains(
                        "&#60;script&#62;alert(&#39;&#38;&#39;)",
                        "<td class=\"yes\" title=\"&#34;&#62;&#60;b&#62;\">yes?</td>")
                .contains("<td class=\"no\" title=\"none permits\">no</td>", "<td class=\"\" title=\"\"></td>")
                .endsWith("</table></body></html>\n");
    }

    @Test
    void toHtml_nothing_isAnEmptyTable() {
        assertThat(new PermissionReport(List.of()).toHtml()).contains("<table>").doesNotContain("<td");
    }

    @Test
    void report_tooLarge_isRefused() {
        List<EntityUid> principals = Collections.nCopies(1_001, ALICE);
        List<EntityUid> actions =
                IntStream.range(0, 1_000).mapToObj(i -> UNSEAL).toList();
        Authorizer authorizer = authorizer("");
        assertThatThrownBy(() -> authorizer.report(principals, actions, List.of(MODEL)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000000 combinations, got 1001000");
        assertThat(authorizer.report(List.of(), actions, List.of(MODEL)).rows()).isEmpty();
    }
}
