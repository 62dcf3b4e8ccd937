package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class EcdsaConformanceTest {
    /** Every curve and hash of the family that verifiers of models can meet; other curves are not for signing here. */
    @Test
    void verifies_wycheproof_agreesOnEveryCase() throws Exception {
        List<Path> files;
        try (var all = Files.list(Vectors.folder("wycheproof"))) {
            files = all.filter(
                            file -> file.getFileName().toString().matches("ecdsa_secp(256|384|521)r1_sha.*_test.json"))
                    .filter(file -> !file.toString().contains("_p1363")
                            && !file.toString().contains("_shake"))
                    .toList();
        }
        int cases = 0;
        for (Path file : files) {
            for (Json group : Vectors.json(file).get("testGroups").asItems()) {
                cases += agrees(group);
            }
        }
        Vectors.report("ECDSA", cases);
        assertThat(cases).isGreaterThanOrEqualTo(484);
    }

    private static int agrees(Json group) throws Exception {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(Vectors.hex(group, "publicKeyDer"));
        ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
        Curve curve = Curve.of(key).orElseThrow();
        String hash = group.get("sha").asText();
        List<Json> tests = group.get("tests").asItems();
        for (Json test : tests) {
            assertThat(curve.verifies(key, hash, Vectors.hex(test, "msg"), Vectors.hex(test, "sig")))
                    .as("%s %s tcId %s", curve, hash, test.get("tcId"))
                    .isEqualTo(test.get("result").asText().equals("valid"));
        }
        return tests.size();
    }
}
