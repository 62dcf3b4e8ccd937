package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateJsonTest {
    private static final Map<String, Manifest.FileDigest> FILES =
            Map.of("model.safetensors", new Manifest.FileDigest(5_000_000_000L, "ab"));

    private static byte[] encoded() {
        return StateJson.encode(CheckpointSamples.full(), 7, FILES);
    }

    /** Puts a fresh digest around changed text. */
    private static byte[] sealed(String inner) {
        MessageDigest digest = Sha256.start();
        digest.update(inner.getBytes(StandardCharsets.UTF_8));
        return "{\"sha256\":\"%s\",\"state\":%s}\n"
                .formatted(Sha256.hex(digest), inner)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String inner() {
        String text = new String(encoded(), StandardCharsets.UTF_8);
        return text.substring(text.indexOf("\"state\":") + 8, text.length() - 2);
    }

    @Test
    void decode_ofWhatWasEncoded_givesItBack() throws IOException {
        Manifest manifest = StateJson.decode(encoded());
        CheckpointState full = CheckpointSamples.full();
        assertThat(manifest.state())
                .isEqualTo(full.with(
                        Map.of(),
                        Map.of(),
                        new OptimizerState(
                                full.optimizer().description(), full.optimizer().counters(), Map.of()),
                        Map.of()));
        assertThat(manifest.sequence()).isEqualTo(7);
        assertThat(manifest.model()).isEqualTo(full.model());
        assertThat(manifest.model().parameters().keySet()).containsExactly("0.weight", "0.bias");
        assertThat(manifest.buffers()).containsExactly("1.running_mean", "1.num_batches_tracked");
        assertThat(manifest.averages()).containsOnlyKeys("ema", "swa");
        assertThat(manifest.files()).isEqualTo(FILES);
    }

    @Test
    void encode_ofTheSameState_givesTheSameBytes() {
        assertThat(encoded()).isEqualTo(encoded()).endsWith('}', '\n');
    }

    @Test
    void decode_ofTheFirstFormat_readsItForEver() throws IOException {
        byte[] old = getClass()
                .getResourceAsStream("/checkpoint/step-0000000500/state.json")
                .readAllBytes();
        assertThat(StateJson.decode(old).state().earlyStopping())
                .isEqualTo(CheckpointSamples.full().earlyStopping());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'format':1|'format':2|state.json has format 2, only 1 can be read",
                "'epoch':3|'epoch':-3|epoch must be >= 0, got -3",
                "'epoch':3|'epoch':30000000000|must have a Integer in field 'epoch'",
                "'epoch':3|'epoch':3,'epoch':4|Duplicate field 'epoch'",
                "'epoch':3|'epock':3|must have a Integer in field 'epoch' of 'state', got nothing",
                "'seed':-42|'seed':'-42'|must have a Long in field 'seed'",
                "'0.weight':[2,3]|'0.weight':[2,4]|of another digest",
                "'base64':'AP9/gA=='|'base64':'*'|for base64",
                "'float':'NaN'|'float':'none'|For input string",
                "'sampler':{|'sampler':[{|",
            })
    void decode_ofAWrongField_saysWhich(String from, String to, String reason) {
        String changed = inner().replace(from.replace('\'', '"'), to.replace('\'', '"'));
        assertThat(changed).isNotEqualTo(inner());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StateJson.decode(sealed(changed)))
                .withMessageContaining(reason == null ? "" : reason);
    }

    @Test
    void decode_ofAnyChangedByte_isRefused() {
        byte[] good = encoded();
        for (int i = 0; i < good.length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 4;
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> StateJson.decode(changed));
            byte[] torn = Arrays.copyOf(good, i);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> StateJson.decode(torn));
        }
    }

    /** Whoever can write a directory can make the digest fit: then too there is a state or an IOException, nothing else. */
    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void decode_ofChangedTextWithAFreshDigest_readsOrRefuses(long seed) {
        var random = new Random(seed);
        String good = inner();
        int read = 0;
        for (int round = 0; round < 400; round++) {
            var text = new StringBuilder(good);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                int other = random.nextInt(good.length());
                text.replace(
                        at,
                        at + random.nextInt(2),
                        good.substring(other, Math.min(good.length(), other + random.nextInt(4))));
            }
            try {
                StateJson.decode(sealed(text.toString()));
                read++;
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isBetween(1, 399);
    }
}
