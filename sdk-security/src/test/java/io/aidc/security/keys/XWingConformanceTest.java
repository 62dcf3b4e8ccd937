package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import java.util.List;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingPublicKeyParameters;
import org.junit.jupiter.api.Test;

class XWingConformanceTest {
    @Test
    void xWing_vectorsOfTheDraft_agreesOnEveryCase() throws Exception {
        List<Json> tests = Vectors.json(Vectors.folder("xwing").resolve("test-vectors.json"))
                .asItems();
        for (Json test : tests) {
            byte[] seed = Vectors.hex(test, "seed");
            assertThat(Vectors.hex(test, "sk")).isEqualTo(seed);
            byte[] publicKey =
                    InsecureHpkeSeeds.pair(HpkeSuite.X_WING, seed).publicKey().bytes();
            assertThat(publicKey).isEqualTo(Vectors.hex(test, "pk"));
            assertThat(HpkeKem.isUsable(HpkeSuite.X_WING, publicKey)).isTrue();
            assertThat(new XWingKEMExtractor(new XWingPrivateKeyParameters(seed))
                            .extractSecret(Vectors.hex(test, "ct")))
                    .isEqualTo(Vectors.hex(test, "ss"));
            SecretWithEncapsulation encapsulated = new XWingKEMGenerator(new FixedRandom(Vectors.hex(test, "eseed")))
                    .generateEncapsulated(new XWingPublicKeyParameters(publicKey));
            assertThat(encapsulated.getEncapsulation()).isEqualTo(Vectors.hex(test, "ct"));
            assertThat(encapsulated.getSecret()).isEqualTo(Vectors.hex(test, "ss"));
        }
        Vectors.report("X-Wing", tests.size());
        assertThat(tests).hasSizeGreaterThanOrEqualTo(3);
    }
}
