package io.aidc.security.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Wycheproof's vectors of AES-FF1, texts and lists of numbers of any radix, where they are at hand. */
class Ff1ConformanceTest {
    @Test
    void ff1_publishedVectors_agree() throws Exception {
        Path folder = Vectors.folder("wycheproof");
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().startsWith("aes_ff1_"))
                    .toList();
        }
        if (files.isEmpty()) {
            System.err.println("CONFORMANCE TESTS SKIPPED: no aes_ff1_*.json in " + folder);
            Assumptions.abort("no vectors of FF1 in " + folder);
        }
        for (Path file : files) {
            int cases = 0;
            for (Json group : Vectors.json(file).get("testGroups").asItems()) {
                for (Json test : group.get("tests").asItems()) {
                    check(file, group, test);
                    cases++;
                }
            }
            Vectors.report(file.getFileName().toString(), cases);
            assertThat(cases).isGreaterThanOrEqualTo(900);
        }
    }

    private static void check(Path file, Json group, Json test) throws JsonException {
        int radix = Vectors.integer(group, "radix");
        byte[] key = Vectors.hex(test, "key");
        byte[] tweak = Vectors.hex(test, "tweak");
        Optional<String> alphabet = group.find("alphabet").isPresent()
                ? Optional.of(group.get("alphabet").asText())
                : Optional.empty();
        int[] message = numerals(test.get("msg"), alphabet);
        if (test.get("result").asText().equals("valid")) {
            int[] ciphertext = numerals(test.get("ct"), alphabet);
            assertThat(Ff1.encrypt(key, radix, tweak, message))
                    .as("%s tcId %s", file, test.get("tcId"))
                    .isEqualTo(ciphertext);
            assertThat(Ff1.decrypt(key, radix, tweak, ciphertext)).isEqualTo(message);
        } else {
            assertThatIllegalArgumentException()
                    .as("%s tcId %s", file, test.get("tcId"))
                    .isThrownBy(() -> Ff1.encrypt(key, radix, tweak, message));
        }
    }

    /** Characters outside of the alphabet become -1, which is out of every range. */
    private static int[] numerals(Json text, Optional<String> alphabet) throws JsonException {
        if (alphabet.isPresent()) {
            return text.asText().chars().map(alphabet.get()::indexOf).toArray();
        }
        return text.asItems().stream()
                .mapToInt(number -> ((Json.Numeral) number).value().intValueExact())
                .toArray();
    }
}
