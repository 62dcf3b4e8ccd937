package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HybridSigningTest {
    private static final KeyPair KEYS = SigningKeys.generate();
    private static final MlDsaKeyPair SECOND = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);

    private final ModelSigner signer = ModelSigner.key(KEYS).alsoWith(SECOND);
    private final ModelVerifier verifier =
            ModelVerifier.trusting(KEYS.getPublic()).andRequiring(SECOND.publicKey());

    @TempDir
    private Path directory;

    private Path model;
    private Path signature;
    private Path second;

    @BeforeEach
    void makeModel() throws IOException {
        model = Files.createDirectory(directory.resolve("model"));
        Files.writeString(model.resolve("f"), "weights");
        signature = model.resolve("model.sig");
        second = model.resolve("model.sig.mldsa65");
        signer.sign(model, signature);
    }

    @Test
    void sign_bothKeys_writesTwoBundlesOfOnePayload() throws IOException {
        verifier.load(model, signature).close();
        Bundle first = Bundle.parse(Files.readAllBytes(signature), Statement.PAYLOAD_TYPE);
        Bundle other = Bundle.parse(Files.readAllBytes(second), Statement.PAYLOAD_TYPE);
        assertThat(other.payload()).isEqualTo(first.payload());
        assertThat(other.signature()).hasSize(3309);
        assertThat(((Bundle.Signer.Key) other.signer()).hint())
                .contains(SECOND.publicKey().hint());
        assertThat(new String(first.payload(), StandardCharsets.US_ASCII))
                .contains("\"model.sig\"", "\"model.sig.mldsa65\"");
    }

    @Test
    void sign_again_signsNeitherOfItsFiles() throws IOException {
        Files.writeString(model.resolve("f"), "other weights");
        ModelSigner.key(KEYS).sign(model, signature);
        try (VerifiedModel verified = ModelVerifier.trusting(KEYS.getPublic()).load(model, signature)) {
            assertThat(verified.names()).containsExactly("f");
        }
        assertReason(Reason.BAD_SIGNATURE);
    }

    @Test
    void load_oneKeyTrusted_needsNoSecondFile() throws IOException {
        ModelVerifier one = ModelVerifier.trusting(KEYS.getPublic());
        one.load(model, signature).close();
        Files.delete(second);
        one.load(model, signature).close();
        assertReason(Reason.UNTRUSTED_KEY);
    }

    @Test
    void load_secondFileOfAnotherKeyModelOrKind_isRefused() throws IOException {
        byte[] good = Files.readAllBytes(second);
        Path copy = directory.resolve("copy.sig");
        try (MlDsaKeyPair stranger = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65)) {
            ModelSigner.key(KEYS).alsoWith(stranger).sign(model, copy);
        }
        Files.copy(copy, signature, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(directory.resolve("copy.sig.mldsa65"), second, StandardCopyOption.REPLACE_EXISTING);
        assertReason(Reason.UNTRUSTED_KEY);
        Files.write(second, good);
        signer.sign(model, signature);
        Files.writeString(second, Files.readString(signature));
        assertReason(Reason.UNTRUSTED_KEY);
        Files.writeString(second, "");
        assertReason(Reason.UNTRUSTED_KEY);
        Files.writeString(second, "{}");
        assertReason(Reason.MALFORMED_BUNDLE);
        Path other = Files.createDirectory(directory.resolve("other"));
        signer.sign(other, directory.resolve("other.sig"));
        Files.write(second, Files.readAllBytes(directory.resolve("other.sig.mldsa65")));
        assertReason(Reason.BAD_SIGNATURE);
    }

    @Test
    void load_anyLetterOfTheSecondSignatureChanged_isRefused() throws IOException {
        String good = Files.readString(second);
        int from = good.indexOf("\"sig\":\"") + 7;
        for (int i = from; i < from + 4400; i += 441) {
            char changed = good.charAt(i) == 'A' ? 'B' : 'A';
            Files.writeString(second, good.substring(0, i) + changed + good.substring(i + 1));
            assertReason(Reason.BAD_SIGNATURE);
        }
    }

    @Test
    void resign_signatureWithoutTheSecond_isRefused() throws IOException {
        signer.resign(model, signature, Set.of("f"));
        verifier.load(model, signature).close();
        Files.delete(second);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> signer.resign(model, signature, Set.of("f")));
    }

    @Test
    void trustingFileAttributes_stateOfTheFirstKeyAlone_isRefused() throws IOException {
        Path state = directory.resolve("state");
        Path secondState = directory.resolve("state.mldsa65");
        ModelSigner trusting = signer.trustingFileAttributes(state);
        trusting.sign(model, signature);
        trusting.sign(model, signature);
        verifier.load(model, signature).close();
        byte[] good = Files.readAllBytes(secondState);
        Files.delete(secondState);
        assertStateRefused(trusting);
        Files.write(secondState, good);
        ModelSigner.key(KEYS)
                .hash(ModelHash.BLAKE3)
                .trustingFileAttributes(state)
                .sign(model, signature);
        assertStateRefused(trusting);
    }

    private void assertStateRefused(ModelSigner trusting) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> trusting.sign(model, signature))
                .withMessageContaining("state file");
    }

    @Test
    void keys_ofAnotherLevelOrTwice_areRefused() {
        try (MlDsaKeyPair other = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_87)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ModelSigner.key(KEYS).alsoWith(other))
                    .withMessageContaining("ML-DSA-87");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ModelVerifier.trusting(KEYS.getPublic()).andRequiring(other.publicKey()));
        }
        assertThatIllegalStateException().isThrownBy(() -> signer.alsoWith(SECOND));
        assertThatIllegalStateException().isThrownBy(() -> verifier.andRequiring(SECOND.publicKey()));
    }

    @Test
    void signatureFiles_areComparedByContentAndShowSizes() {
        SignatureFiles files = SignatureFiles.read(signature);
        assertThat(files).isEqualTo(SignatureFiles.read(signature)).hasSameHashCodeAs(SignatureFiles.read(signature));
        assertThat(files).isNotEqualTo(new SignatureFiles(files.bundle()));
        assertThat(new SignatureFiles(files.bundle()).mlDsaBundle()).isEmpty();
        files.bundle()[0] = 0;
        assertThat(files).isEqualTo(SignatureFiles.read(signature));
        assertThat(files.toString()).contains("bundle=").doesNotContain("payload");
        files.write(directory.resolve("moved"));
        verifier.load(ModelFiles.at(model), SignatureFiles.read(directory.resolve("moved")))
                .close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SignatureFiles(new byte[64 * 1024 * 1024 + 1]))
                .withMessageContaining("67108864");
    }

    private void assertReason(Reason reason) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier.load(model, signature))
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
