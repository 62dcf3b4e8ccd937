package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Wycheproof's vectors of AES-GCM-SIV, with 128-bit and 256-bit keys, where they are at hand. */
class AesGcmSivConformanceTest {
    @Test
    void aesGcmSiv_publishedVectors_agree() throws Exception {
        Path vectors = Vectors.folder("wycheproof").resolve("aes_gcm_siv_test.json");
        if (!Files.exists(vectors)) {
            System.err.println("CONFORMANCE TESTS SKIPPED: no " + vectors);
            Assumptions.abort("no " + vectors);
        }
        int cases = 0;
        for (Json group : Vectors.json(vectors).get("testGroups").asItems()) {
            for (Json test : group.get("tests").asItems()) {
                check(test);
                cases++;
            }
        }
        Vectors.report("AES-GCM-SIV", cases);
        assertThat(cases).isGreaterThanOrEqualTo(202);
    }

    private static void check(Json test) throws Exception {
        byte[] key = Vectors.hex(test, "key");
        byte[] nonce = Vectors.hex(test, "iv");
        byte[] aad = Vectors.hex(test, "aad");
        byte[] message = Vectors.hex(test, "msg");
        byte[] ciphertext = HexFormat.of()
                .parseHex(test.get("ct").asText() + test.get("tag").asText());
        if (test.get("result").asText().equals("valid")) {
            assertThat(AesGcmSiv.encrypt(key, nonce, message, aad))
                    .as("tcId %s", test.get("tcId"))
                    .isEqualTo(ciphertext);
            assertThat(AesGcmSiv.decrypt(key, nonce, ciphertext, aad)).isEqualTo(message);
        } else {
            assertThatExceptionOfType(AEADBadTagException.class)
                    .as("tcId %s", test.get("tcId"))
                    .isThrownBy(() -> AesGcmSiv.decrypt(key, nonce, ciphertext, aad));
        }
    }
}
