package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.internal.JsonReader;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the first release wrote stays readable. */
class OldSignaturesTest {
    private static final ModelFiles MODEL = ModelFiles.of(Map.of(
            "model.onnx", bytes("weights of a golden model"),
            "dir/more", bytes("more weights")));

    private final PublicKey key = SigningKeys.readPublic(golden("signer-public.pem"));

    @Test
    void hybridByFiles_isVerified() {
        ModelVerifier verifier = ModelVerifier.trusting(key)
                .andRequiring(MlDsaPublicKey.read(golden("second-public.pem")))
                .named("golden");
        try (VerifiedModel model = verifier.load(MODEL, SignatureFiles.read(golden("files-v1.sig")))) {
            assertThat(model.names()).containsExactly("dir/more", "model.onnx");
        }
    }

    @Test
    void byShardsWithBlake2b_isVerified() {
        ModelVerifier verifier = ModelVerifier.trusting(key);
        try (VerifiedModel model = verifier.open(MODEL, SignatureFiles.read(golden("shards-v1.sig")))) {
            assertThat(model.read("model.onnx", 8, 11)).isEqualTo(bytes("of a golden"));
        }
    }

    @Test
    void hashState_isRead() throws Exception {
        Path file = golden("hash-state-v1.json");
        byte[] payload =
                Bundle.parse(Files.readAllBytes(file), HashState.PAYLOAD_TYPE).payload();
        String model = JsonReader.read(payload, 100).get("model").asText();
        Policy own = Policy.of(new Trust.Own(EcKey.of(key)));
        HashState state = HashState.read(file, own, model, Serialization.DEFAULT);
        assertThat(state.entries()).containsOnlyKeys("dir/more", "model.onnx");
        HashState.Entry entry = Objects.requireNonNull(state.entries().get("model.onnx"));
        assertThat(entry.mark().size()).isEqualTo(25);
        assertThat(entry.mark().modifiedNanos()).isEqualTo(1_767_225_600_000_000_000L);
        assertThat(entry.file().digests())
                .containsExactly(Sha256.hex("weights of a golden model".getBytes(StandardCharsets.US_ASCII)));
    }

    private static ByteBuffer bytes(String ascii) {
        return ByteBuffer.wrap(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static Path golden(String name) {
        URL url = Objects.requireNonNull(OldSignaturesTest.class.getResource("/golden/signed-model/" + name));
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
