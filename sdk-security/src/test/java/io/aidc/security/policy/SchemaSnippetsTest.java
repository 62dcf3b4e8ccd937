package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.PolicyException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaSnippetsTest {
    private static final String TEXT = """
            entity Team;
            entity User in [Team] = { level: Long, manager?: User };
            entity Model = { owner: User, risk?: String };
            action all;
            action score, unseal in all appliesTo {
              principal: User, resource: Model, context: { from: ipaddr }
            };
            """;

    @Test
    void validate_misspeltAttribute_isFound() {
        // @start region="validate"
        Schema schema = Schema.parse("""
                entity Team;
                entity User in [Team] = { level: Long, manager?: User };
                entity Model = { owner: User, risk?: String };
                action all;
                action score, unseal in all appliesTo {
                  principal: User, resource: Model, context: { from: ipaddr }
                };
                """);
        PolicySet policies = PolicySet.parse("""
                permit(principal, action in Action::"all", resource)
                when { principal.levle > 3 || resource.risk == "low" };
                """);
        List<PolicyProblem> problems = schema.validate(policies);
        // error: policy0, line 2, column 17: User has no attribute levle; did you mean level?
        // error: policy0, line 2, column 39: attribute risk of Model may be missing, ask with has before reading it
        // @end
        assertThat(problems)
                .extracting(PolicyProblem::toString)
                .containsExactly(
                        "error: policy0, line 2, column 17: User has no attribute levle; did you mean level?",
                        "error: policy0, line 2, column 39: attribute risk of Model may be missing, ask with has before"
                                + " reading it");
    }

    @Test
    void authorizer_withSchema_refusesWhatDoesNotFit() {
        Schema schema = Schema.parse(TEXT);
        // @start region="authorizer"
        String json = "[{\"uid\": {\"type\": \"User\", \"id\": \"ann\"}, \"attrs\": {\"level\": 4}, \"parents\": []}]";
        Authorizer authorizer = Authorizer.builder()
                .schema(schema) // policies with errors do not get past build()
                .policies("permit(principal, action in Action::\"all\", resource) when { principal.level > 3 };")
                .entities(Entities.parse(json, schema))
                .build();

        EntityUid score = EntityUid.parse("Action::\"score\"");
        Map<String, Value> context = schema.readContext(score, "{\"from\": \"10.1.2.3\"}"); // read as an address
        Request request = new Request(
                EntityUid.parse("User::\"ann\""),
                score,
                EntityUid.parse("Model::\"fraud\""),
                context,
                List.of(),
                Set.of());
        boolean allowed = authorizer.decide(request).allowed();
        // @end
        assertThat(allowed).isTrue();
        assertThatThrownBy(() -> authorizer.decide(request.context("form", Value.of(1))))
                .isInstanceOf(PolicyException.class);
    }
}
