package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.api.Test;

class EcdsaConformanceTest {
    @Test
    void verifies_wycheproofP256_agreesOnEveryCase() throws Exception {
        Json file = Vectors.json(Vectors.folder("wycheproof").resolve("ecdsa_secp256r1_sha256_test.json"));
        int cases = 0;
        for (Json group : file.get("testGroups").asItems()) {
            X509EncodedKeySpec spec = new X509EncodedKeySpec(Vectors.hex(group, "publicKeyDer"));
            ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
            for (Json test : group.get("tests").asItems()) {
                assertThat(Curve.P256.verifies(key, Vectors.hex(test, "msg"), Vectors.hex(test, "sig")))
                        .as("tcId %s", test.get("tcId"))
                        .isEqualTo(test.get("result").asText().equals("valid"));
                cases++;
            }
        }
        Vectors.report("ECDSA P-256", cases);
        assertThat(cases).isGreaterThanOrEqualTo(484);
    }
}
