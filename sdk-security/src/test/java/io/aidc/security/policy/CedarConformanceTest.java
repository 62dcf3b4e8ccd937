package io.aidc.security.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Decides the requests of Cedar's own tests, and compares decision, deciding policies and errors. */
class CedarConformanceTest {
    private static CedarCorpus corpus;

    @BeforeAll
    static void readCorpus() throws Exception {
        corpus = CedarCorpus.read();
    }

    @Test
    void decide_handWrittenTests_agreesOnEveryRequest() throws Exception {
        agrees("tests/", 22, 74);
    }

    @Test
    void decide_generatedTests_agreesOnEveryRequest() throws Exception {
        agrees("corpus-tests/", 3_961, 31_688);
    }

    private static void agrees(String prefix, int atLeastTests, int atLeastRequests) throws Exception {
        List<String> differences = new ArrayList<>();
        int requests = 0;
        List<String> tests = corpus.tests(prefix);
        for (String test : tests) {
            requests += run(test, differences);
        }
        Vectors.report("cedar/" + prefix, requests);
        assertThat(differences).as("of %d requests", requests).isEmpty();
        assertThat(tests).hasSizeGreaterThanOrEqualTo(atLeastTests);
        assertThat(requests).isGreaterThanOrEqualTo(atLeastRequests);
    }

    private static int run(String name, List<String> differences) throws Exception {
        Json test = json(corpus.file(name));
        PolicySet policies = PolicySet.parse(corpus.file(test.get("policies").asText()));
        Schema schema = Schema.parse(corpus.file(test.get("schema").asText()));
        Entities entities = Entities.parse(corpus.file(test.get("entities").asText()), schema);
        Snapshot snapshot = new Snapshot(
                PolicyIndex.of(policies.policies()), entities.byUid(), HashTrie.empty(), schema.actionGroups(), 0);
        int count = 0;
        for (Json request : test.get("requests").asItems()) {
            String expected = "%s %s %s"
                    .formatted(
                            request.get("decision").asText().toLowerCase(Locale.ROOT),
                            ids(request.get("reason")),
                            ids(request.get("errors")));
            String found = decide(snapshot, schema, request);
            if (!found.equals(expected)) {
                differences.add("%s, request %d: expected %s, found %s".formatted(name, count, expected, found));
            }
            count++;
        }
        return count;
    }

    private static String decide(Snapshot snapshot, Schema schema, Json json) throws Exception {
        EntityUid action = ValueReader.entityUid(json.get("action"));
        Request request = new Request(
                ValueReader.entityUid(json.get("principal")),
                action,
                ValueReader.entityUid(json.get("resource")),
                schema.readContext(action, json.get("context").text()),
                List.of(),
                Set.of());
        Decision decision = Decider.decide(snapshot, request, Instant.EPOCH);
        return "%s %s %s"
                .formatted(
                        decision.allowed() ? "allow" : "deny",
                        new TreeSet<>(decision.policies()),
                        new TreeSet<>(decision.errors().keySet()));
    }

    private static Set<String> ids(Json json) throws Exception {
        Set<String> ids = new TreeSet<>();
        for (Json id : json.asItems()) {
            ids.add(id.asText());
        }
        return ids;
    }

    private static Json json(String text) throws Exception {
        return JsonReader.read(text.getBytes(UTF_8), 1_000_000);
    }
}
