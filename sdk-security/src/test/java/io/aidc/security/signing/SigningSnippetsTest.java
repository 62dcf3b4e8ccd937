package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of this package's Javadoc. */
class SigningSnippetsTest {
    private final KeyPair keys = SigningKeys.generate();

    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        model = Files.createDirectory(directory.resolve("model"));
        Files.writeString(model.resolve("model.onnx"), "weights of a model");
    }

    @Test
    void files_fromMemory() {
        ByteBuffer content = ByteBuffer.wrap("graph".getBytes(StandardCharsets.US_ASCII));
        int size;
        // @start region="files"
        ModelFiles files = ModelFiles.of(Map.of("model.onnx", content));
        SignatureFiles signature = ModelSigner.key(keys).sign(files, "fraud");
        ModelVerifier verifier = ModelVerifier.trusting(keys.getPublic()).named("fraud");
        try (VerifiedModel verified = verifier.open(files, signature)) {
            size = verified.read("model.onnx").remaining();
        }
        // @end
        assertThat(size).isEqualTo(5);
    }

    @Test
    void open_andRead() {
        ModelSigner.key(keys).sign(model, model.resolve("model.sig"));
        int size;
        // @start region="open"
        try (VerifiedModel verified =
                ModelVerifier.trusting(keys.getPublic()).open(model, model.resolve("model.sig"))) {
            size = verified.read("model.onnx").remaining(); // hashed here, for the first time
        }
        // @end
        assertThat(size).isEqualTo(18);
    }

    @Test
    void hybrid_signsAndVerifiesTwice() {
        int files;
        // @start region="hybrid"
        try (MlDsaKeyPair second = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65)) {
            ModelSigner.key(keys).alsoWith(second).sign(model, model.resolve("model.sig"));
            ModelVerifier verifier = ModelVerifier.trusting(keys.getPublic()).andRequiring(second.publicKey());
            try (VerifiedModel verified = verifier.load(model, model.resolve("model.sig"))) {
                files = verified.names().size();
            }
        }
        // @end
        assertThat(files).isEqualTo(1);
    }

    @Test
    void range_ofAShardedModel() {
        int tensor;
        // @start region="range"
        ModelSigner.key(keys).shards(4_000_000).threads(4).sign(model, model.resolve("model.sig"));
        try (VerifiedModel verified =
                ModelVerifier.trusting(keys.getPublic()).open(model, model.resolve("model.sig"))) {
            tensor = verified.read("model.onnx", 8, 10).remaining(); // 10 bytes from the 8th on
        }
        // @end
        assertThat(tensor).isEqualTo(10);
    }
}
