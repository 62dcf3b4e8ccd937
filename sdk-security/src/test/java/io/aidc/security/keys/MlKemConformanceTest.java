package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.Wycheproof;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.junit.jupiter.api.Test;

/** ML-KEM as X-Wing does it (Bouncy Castle), at every level. */
class MlKemConformanceTest {
    private static final Map<String, MLKEMParameters> LEVELS = Map.of(
            "ML-KEM-512", MLKEMParameters.ml_kem_512,
            "ML-KEM-768", MLKEMParameters.ml_kem_768,
            "ML-KEM-1024", MLKEMParameters.ml_kem_1024);

    @Test
    void decapsulate_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("mlkem_\\d+_test\\.json", 193, vector -> {
            byte[] seed = vector.hex("seed");
            if (vector.is("valid")) {
                var key = new MLKEMPrivateKeyParameters(level(vector), seed);
                if (vector.test().find("ek").isPresent()) {
                    assertThat(key.getPublicKey()).isEqualTo(vector.hex("ek"));
                }
                assertThat(new MLKEMExtractor(key).extractSecret(vector.hex("c")))
                        .isEqualTo(vector.hex("K"));
            } else {
                refuses(() -> new MLKEMExtractor(new MLKEMPrivateKeyParameters(level(vector), seed))
                        .extractSecret(vector.hex("c")));
            }
        });
    }

    @Test
    void encapsulate_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("mlkem_\\d+_encaps_test\\.json", 265, vector -> {
            if (vector.is("valid")) {
                SecretWithEncapsulation encapsulated = encapsulate(vector);
                assertThat(encapsulated.getEncapsulation()).isEqualTo(vector.hex("c"));
                assertThat(encapsulated.getSecret()).isEqualTo(vector.hex("K"));
            } else {
                refuses(() -> encapsulate(vector));
            }
        });
    }

    @Test
    void keyPair_wycheproofSeeds_agreesOnEveryCase() throws Exception {
        Wycheproof.run("mlkem_\\d+_keygen_seed_test\\.json", 0, vector -> {
            var key = new MLKEMPrivateKeyParameters(level(vector), vector.hex("seed"));
            assertThat(key.getPublicKey()).isEqualTo(vector.hex("ek"));
            assertThat(key.withPreferredFormat(MLKEMPrivateKeyParameters.EXPANDED_KEY)
                            .getEncoded())
                    .isEqualTo(vector.hex("dk"));
        });
    }

    /** Expanded keys, which this module neither keeps nor reads. */
    @Test
    void decapsulateExpanded_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("mlkem_\\d+_semi_expanded_decaps_test\\.json", 0, vector -> {
            if (vector.is("valid")) {
                assertThat(decapsulate(vector)).isEqualTo(vector.hex("K"));
            } else {
                refuses(() -> decapsulate(vector));
            }
        });
    }

    private static byte[] decapsulate(Wycheproof.Case vector) throws Exception {
        return new MLKEMExtractor(new MLKEMPrivateKeyParameters(level(vector), vector.hex("dk")))
                .extractSecret(vector.hex("c"));
    }

    private static SecretWithEncapsulation encapsulate(Wycheproof.Case vector) throws Exception {
        return MLKEMGenerator.internalGenerateEncapsulated(
                new MLKEMPublicKeyParameters(level(vector), vector.hex("ek")), vector.hex("m"));
    }

    private static MLKEMParameters level(Wycheproof.Case vector) throws Exception {
        return Objects.requireNonNull(
                LEVELS.get(vector.group().get("parameterSet").asText()));
    }

    private static void refuses(ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call);
    }
}
