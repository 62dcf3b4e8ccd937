package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.PolicyException;
import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reads the schemas of Cedar's own tests and holds everything against them: policies must be accepted exactly where Cedar
 * accepts them, and all entities and requests must fit.
 */
class CedarSchemaConformanceTest {
    private static CedarCorpus corpus;

    @BeforeAll
    static void readCorpus() throws Exception {
        corpus = CedarCorpus.read();
    }

    @Test
    void schema_handWrittenTests_agreesOnEveryOne() throws JsonException {
        agrees("tests/", 22);
    }

    @Test
    void schema_generatedTests_agreesOnEveryOne() throws JsonException {
        agrees("corpus-tests/", 3_961);
    }

    private static void agrees(String prefix, int atLeast) throws JsonException {
        List<String> differences = new ArrayList<>();
        List<String> tests = corpus.tests(prefix);
        for (String test : tests) {
            try {
                compare(test, differences);
            } catch (PolicyException e) {
                differences.add(test + ": " + e.getMessage());
            }
        }
        Vectors.report("cedar/" + prefix + " schemas", tests.size());
        assertThat(differences).as("of %d tests", tests.size()).isEmpty();
        assertThat(tests).hasSizeGreaterThanOrEqualTo(atLeast);
    }

    private static void compare(String name, List<String> differences) throws JsonException {
        Json test = JsonReader.read(corpus.file(name).getBytes(StandardCharsets.UTF_8), 1_000_000);
        Schema schema = Schema.parse(corpus.file(test.get("schema").asText()));
        PolicySet policies = PolicySet.parse(corpus.file(test.get("policies").asText()));
        List<PolicyProblem> errors = schema.validate(policies).stream()
                .filter(problem -> problem.severity() == PolicyProblem.Severity.ERROR)
                .toList();
        if (errors.isEmpty() != test.get("shouldValidate").asBoolean()) {
            differences.add("%s: found the errors %s".formatted(name, errors));
        }
        assertThat(Entities.parse(corpus.file(test.get("entities").asText()), schema))
                .isNotNull();
        for (Json request : test.get("requests").asItems()) {
            EntityUid action = ValueReader.entityUid(request.get("action"));
            new Conformance(schema)
                    .check(new Request(
                            ValueReader.entityUid(request.get("principal")),
                            action,
                            ValueReader.entityUid(request.get("resource")),
                            schema.readContext(action, request.get("context").text()),
                            List.of(),
                            Set.of()));
        }
    }
}
