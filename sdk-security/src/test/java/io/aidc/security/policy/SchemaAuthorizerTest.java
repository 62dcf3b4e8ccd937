package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aidc.security.PolicyException;
import io.aidc.security.audit.AuditEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemaAuthorizerTest {
    private static final String SOUND = "permit(principal, action in Action::\"any\", resource);";
    private static final String FAULTY = "permit(principal, action, resource)\nwhen { principal.nme == \"a\" };";
    private static final EntityUid ALICE = EntityUid.parse("User::\"alice\"");
    private static final EntityUid READ = EntityUid.parse("Action::\"read\"");
    private static final EntityUid DOC = EntityUid.parse("Doc::\"d\"");
    private static final Schema SCHEMA = Schema.parse("""
            entity Group;
            entity User in [Group] = { name?: String };
            entity Doc = { size?: Long };
            entity Color enum ["red"];
            action any;
            action read in any appliesTo { principal: User, resource: Doc, context: { mfa?: Bool } };
            action paint appliesTo { principal: User, resource: Color };
            """);

    private final List<AuditEvent> events = new ArrayList<>();

    private Authorizer authorizer() {
        return Authorizer.builder()
                .policies(SOUND)
                .schema(SCHEMA)
                .auditTo(event -> {
                    events.add(event);
                    return events.size();
                })
                .build();
    }

    @Test
    void decide_groupsOfTheSchema_count() {
        assertThat(authorizer().decide(Request.of(ALICE, READ, DOC)).allowed()).isTrue();
    }

    @Test
    void build_policiesWithErrors_areRefusedAtTheFirst() {
        PolicyException refused = catchThrowableOfType(
                PolicyException.class,
                () -> Authorizer.builder()
                        .policies(FAULTY + "permit(principal == Usr::\"a\", action, resource);")
                        .schema(SCHEMA)
                        .build());
        assertThat(refused)
                .hasMessage("line 2, column 17: policy0: User has no attribute nme; did you mean name?"
                        + "; error: policy1, line 2, column 38: unknown entity type Usr; did you mean User?");
        assertThat(refused.line()).isEqualTo(2);
        assertThat(refused.column()).isEqualTo(17);
    }

    @Test
    void build_manyErrors_namesTenAndCountsTheRest() {
        String many = IntStream.range(0, 30).mapToObj(i -> FAULTY).collect(Collectors.joining("\n"));
        PolicyException refused = catchThrowableOfType(
                PolicyException.class,
                () -> Authorizer.builder().policies(many).schema(SCHEMA).build());
        assertThat(refused).hasMessageContaining("policy9").hasMessageEndingWith("; and 20 more");
        assertThat(refused.getMessage()).doesNotContain("policy10");
    }

    @Test
    void build_policiesWithWarnings_areTaken() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal, action, resource) when { false };")
                .schema(SCHEMA)
                .build();
        assertThat(authorizer.decide(Request.of(ALICE, READ, DOC)).allowed()).isFalse();
    }

    @Test
    void build_entityThatDoesNotFit_isRefused() {
        Entities entities = Entities.of(List.of(Entity.of(DOC).attribute("size", Value.of("big"))));
        assertThatThrownBy(() -> Authorizer.builder()
                        .policies(SOUND)
                        .schema(SCHEMA)
                        .entities(entities)
                        .build())
                .isInstanceOf(PolicyException.class)
                .hasMessage("entity Doc::\"d\": attribute size: found string, expected Long");
    }

    @Test
    void build_rolesThatTheSchemaDoesNotKnow_areRefused() {
        Roles roles = Roles.define().role("reader").may("read", "docs/*").build();
        assertThatThrownBy(
                        () -> Authorizer.builder().roles(roles).schema(SCHEMA).build())
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("unknown entity type Role");
    }

    @Test
    void decide_folders_mustFitWithWhatIsStored() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal, action, resource) when { resource.size == 1 };")
                .schema(Schema.parse("""
                        entity Folder, User;
                        entity Resource in [Folder] = { size: Long };
                        entity Loose = { size: Long };
                        action read appliesTo { principal: User, resource: [Resource, Loose] };
                        """))
                .build();
        Request request = Roles.request("alice", "read", "a/b");
        assertThatThrownBy(() -> authorizer.decide(request))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("attribute size: missing");
        authorizer.put(Entity.of(request.resource()).attribute("size", Value.of(1)));
        assertThat(authorizer.decide(request).allowed()).isTrue();
        EntityUid loose = new EntityUid("Loose", "a");
        Entity own = Entity.of(loose).attribute("size", Value.of(1));
        Request misplaced = new Request(request.principal(), READ, loose, Map.of(), List.of(own), request.folders());
        assertThatThrownBy(() -> authorizer.decide(misplaced))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("cannot be in Folder::\"a\"");
    }

    @Test
    void schema_twice_isRefused() {
        assertThatThrownBy(() -> Authorizer.builder().schema(SCHEMA).schema(SCHEMA))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void replacePolicies_withErrors_leavesTheOldInForce() {
        Authorizer authorizer = authorizer();
        assertThatThrownBy(() -> authorizer.replacePolicies(PolicySet.parse(FAULTY)))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("line 2, column 17: policy0");
        assertThat(authorizer.decide(Request.of(ALICE, READ, DOC)).allowed()).isTrue();
        assertThat(events).extracting(AuditEvent::action).doesNotContain("replace-policies");
    }

    @Test
    void replaceEntities_thatDoNotFit_isRefused() {
        Authorizer authorizer = authorizer();
        Entities entities = Entities.of(List.of(Entity.of("Usr::\"a\"")));
        assertThatThrownBy(() -> authorizer.replaceEntities(entities)).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> authorizer.replace(PolicySet.parse(SOUND), entities))
                .isInstanceOf(PolicyException.class);
    }

    @Test
    void put_entityThatDoesNotFit_isRefused() {
        Authorizer authorizer = authorizer();
        assertThatThrownBy(() -> authorizer.put(Entity.of("User::\"a\"", "Doc::\"d\"")))
                .isInstanceOf(PolicyException.class)
                .hasMessage("entity User::\"a\": cannot be in Doc::\"d\", expected parents of Group");
    }

    @Test
    void grant_groupThatTheSchemaDoesNotAllow_isRefused() {
        Authorizer authorizer = authorizer();
        assertThatThrownBy(() -> authorizer.grant(ALICE, DOC))
                .isInstanceOf(PolicyException.class)
                .hasMessage("entity User::\"alice\": cannot be in Doc::\"d\", expected parents of Group");
        assertThatThrownBy(() -> authorizer.grant(EntityUid.parse("Usr::\"a\""), DOC, Instant.MAX))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("its type is unknown");
        authorizer.grant(ALICE, EntityUid.parse("Group::\"g\""));
        assertThat(authorizer.grants()).hasSize(1);
    }

    @Test
    void decide_requestThatDoesNotFit_isRefusedAndNamed() {
        assertRefused(request("User", "reed", "Doc"), "request: unknown action Action::\"reed\"");
        assertRefused(
                request("Group", "read", "Doc"),
                "request: principal Group::\"x\" does not go with Action::\"read\", expected one of User");
        assertRefused(
                request("User", "read", "Color"),
                "request: resource Color::\"x\" does not go with Action::\"read\", expected one of Doc");
        assertRefused(
                request("User", "paint", "Color"),
                "request: resource: Color::\"x\" is none of the ids that Color lists");
        assertRefused(
                request("User", "any", "Doc"),
                "request: principal User::\"x\" does not go with Action::\"any\", expected one of ");
        assertRefused(
                request("User", "read", "Doc").context("mfa", Value.of("yes")),
                "context: attribute mfa: found string, expected Bool");
        assertRefused(
                request("User", "read", "Doc").context("mfo", Value.of(true)),
                "context: attribute mfo: unexpected; did you mean mfa?");
        assertRefused(
                request("User", "read", "Doc").entity(Entity.of(DOC).attribute("size", Value.of("secret"))),
                "entity Doc::\"d\": attribute size: found string, expected Long");
    }

    @Test
    void decide_requestThatDoesNotFit_isNotRecorded() {
        Authorizer authorizer = authorizer();
        assertThatThrownBy(() -> authorizer.decide(request("User", "reed", "Doc")))
                .isInstanceOf(PolicyException.class);
        assertThat(events).hasSize(1);
    }

    private static Request request(String principal, String action, String resource) {
        return Request.of(new EntityUid(principal, "x"), new EntityUid("Action", action), new EntityUid(resource, "x"));
    }

    private void assertRefused(Request request, String message) {
        assertThatThrownBy(() -> authorizer().decide(request))
                .isInstanceOf(PolicyException.class)
                .hasMessage(message);
    }
}
