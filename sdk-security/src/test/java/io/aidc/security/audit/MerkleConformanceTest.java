package io.aidc.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The proofs of transparency-dev/merkle. */
class MerkleConformanceTest {
    private static final int INCLUSIONS = 98;

    @Test
    void inclusion_everyProof_isJudgedAsUpstream() throws Exception {
        int cases = 0;
        for (Path file : files("inclusion")) {
            Json proof = Vectors.json(file);
            boolean holds = Merkle.includes(
                    unsigned(proof, "leafIdx"),
                    unsigned(proof, "treeSize"),
                    base64(proof.get("leafHash")),
                    path(proof),
                    base64(proof.get("root")));
            assertThat(holds)
                    .as(file.toString())
                    .isEqualTo(!proof.get("wantErr").asBoolean());
            cases++;
        }
        Vectors.report("merkle/inclusion", cases);
        assertThat(cases).isGreaterThanOrEqualTo(INCLUSIONS);
    }

    @Test
    void consistency_everyProof_isJudgedAsUpstream() throws Exception {
        int cases = 0;
        for (Path file : files("consistency")) {
            Json proof = Vectors.json(file);
            boolean holds = Merkle.continues(
                    unsigned(proof, "size1"),
                    base64(proof.get("root1")),
                    unsigned(proof, "size2"),
                    base64(proof.get("root2")),
                    path(proof));
            assertThat(holds)
                    .as(file.toString())
                    .isEqualTo(!proof.get("wantErr").asBoolean());
            cases++;
        }
        Vectors.report("merkle/consistency", cases);
    }

    private static List<Path> files(String kind) throws IOException {
        Path folder = Vectors.folder("merkle").resolve(kind);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static long unsigned(Json proof, String member) throws JsonException {
        return Long.parseUnsignedLong(
                ((Json.Numeral) proof.get(member)).value().toBigIntegerExact().toString());
    }

    private static List<byte[]> path(Json proof) throws JsonException {
        List<byte[]> path = new ArrayList<>();
        if (proof.find("proof").isPresent()) {
            for (Json hash : proof.get("proof").asItems()) {
                path.add(base64(hash));
            }
        }
        return path;
    }

    /** Empty strings and null stand for no hash. */
    private static byte[] base64(Json text) throws JsonException {
        return Base64.getDecoder().decode(text.asText());
    }
}
