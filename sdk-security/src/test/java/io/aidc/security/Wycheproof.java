package io.aidc.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.internal.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs the vectors of a Wycheproof family, whatever members of it lie in the folder. */
public final class Wycheproof {
    /** One vector. */
    public record Case(String file, Json group, Json test) {
        public boolean is(String result) throws Exception {
            return test.get("result").asText().equals(result);
        }

        public byte[] hex(String member) throws Exception {
            return Vectors.hex(test, member);
        }

        /** The bytes of a member that may be absent, which means none. */
        public byte[] hexOrEmpty(String member) throws Exception {
            return test.find(member).isPresent() ? hex(member) : new byte[0];
        }

        public int integer(String member) throws Exception {
            return Vectors.integer(test, member);
        }

        public boolean hasFlag(String flag) throws Exception {
            return test.get("flags").asItems().contains(new Json.Text(flag));
        }
    }

    /** Checks one vector. */
    public interface Check {
        void run(Case vector) throws Exception;
    }

    private Wycheproof() {}

    /** Checks every vector of the files whose whole name matches; at least so many must be there. */
    public static void run(String names, int atLeast, Check check) throws Exception {
        int cases = 0;
        for (Path file : files(names)) {
            int before = cases;
            Json content = Vectors.json(file);
            for (Json group : content.get("testGroups").asItems()) {
                for (Json test : group.get("tests").asItems()) {
                    run(new Case(file.getFileName().toString(), group, test), check);
                    cases++;
                }
            }
            assertThat(cases - before).as(file.toString()).isEqualTo(Vectors.integer(content, "numberOfTests"));
            Vectors.report(file.getFileName().toString(), cases - before);
        }
        assertThat(cases).as(names).isGreaterThanOrEqualTo(atLeast);
    }

    private static void run(Case vector, Check check) throws Exception {
        try {
            check.run(vector);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("%s, tcId %d".formatted(vector.file(), vector.integer("tcId")), e);
        }
    }

    private static List<Path> files(String names) throws IOException {
        try (var files = Files.list(Vectors.folder("wycheproof"))) {
            return files.filter(file -> file.getFileName().toString().matches(names))
                    .sorted()
                    .toList();
        }
    }
}
