package io.aidc.security.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValuesSnippetsTest {
    @TempDir
    private Path directory;

    private KeyRing ring;

    @BeforeEach
    void makeRing() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @Test
    void values_areSealedAndSealedAgain() {
        char[] iban = "DE02120300000000202051".toCharArray();
        ByteBuffer[] shown = new ByteBuffer[1];
        // @start region="seal"
        ValueSealer ibans = ValueSealer.xaes256Gcm(ring, "customers.iban");
        byte[] row = "customer 4711".getBytes(UTF_8);
        String column;
        try (SecretBytes secret = SecretBytes.ofUtf8(iban)) {
            column = ibans.seal(secret.buffer(), row).token();
        }

        SealedValue stored = SealedValue.parse(column);
        try (SecretBytes secret = ibans.unseal(stored, row)) {
            shown[0] = ByteBuffer.allocate(secret.size()).put(secret.buffer());
            if (stored.version() < ring.primary()) { // after a rotation
                column = ibans.seal(secret.buffer(), row).token();
            }
        }
        // @end
        assertThat(new String(shown[0].array(), UTF_8)).isEqualTo(new String(iban));
        assertThat(SealedValue.parse(column)).isEqualTo(stored);
    }

    @Test
    void pseudonyms_joinRecords() {
        // @start region="pseudonyms"
        Pseudonyms patients = Pseudonyms.hmacSha256(ring, 1, "patient").bits(128);
        String inTheClinic = patients.of("4711");
        String inTheLaboratory = patients.of("4711");
        // @end
        assertThat(inTheClinic).isEqualTo(inTheLaboratory).hasSize(22);
    }

    @Test
    void format_isPreserved() {
        // @start region="format"
        FormatPreserving cards =
                FormatPreserving.ff1(ring, 1, "customers.card", Alphabet.DIGITS).keeping("-");
        byte[] row = "customer 4711".getBytes(UTF_8);
        String hidden = cards.encrypt("4111-1111-1111-1111", row); // such as 8035-2719-6640-3158
        String card = cards.decrypt(hidden, row);
        // @end
        assertThat(hidden).matches("[0-9]{4}(-[0-9]{4}){3}");
        assertThat(card).isEqualTo("4111-1111-1111-1111");
    }

    @Test
    void tokens_areComparedInConstantTime() {
        // @start region="compare"
        String expected = "3c9d2f";
        boolean right = ConstantTime.equal(expected, "3c9d2e");
        // @end
        assertThat(right).isFalse();
    }
}
