package io.aidc.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.HpkeSuite;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import io.aidc.security.seal.Identity;
import io.aidc.security.seal.Recipient;
import io.aidc.security.seal.Rewrap;
import io.aidc.security.signing.MlDsaKeyPair;
import io.aidc.security.signing.MlDsaLevel;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPackageTest {
    private static final String NAME = "models/fraud/7";
    private static final int SHARD = 64 * 1024;

    @TempDir
    private Path directory;

    private KeyRing ring;
    private Vault vault;
    private KeyPair keys;
    private MlDsaKeyPair second;
    private ModelVerifier verifier;
    private Path model;
    private Path target;
    private byte[] weights;

    @BeforeEach
    void writePackage() throws IOException {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        vault = Vault.builder().keys(ring).threads(2).open();
        keys = SigningKeys.generate();
        second = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);
        verifier = ModelVerifier.trusting(keys.getPublic()).andRequiring(second.publicKey());
        model = directory.resolve("model");
        Files.createDirectories(model.resolve("data/.git"));
        weights = new byte[10 * SHARD + 1234];
        new Random(1).nextBytes(weights);
        Files.writeString(model.resolve("model.onnx"), "graph");
        Files.write(model.resolve("data/weights.bin"), weights);
        Files.createDirectories(model.resolve(".git"));
        Files.writeString(model.resolve(".git/config"), "not part of the model");
        target = directory.resolve("package");
        ModelPackage.of(vault, NAME).write(model, signer(), target);
    }

    @AfterEach
    void close() {
        vault.close();
        ring.close();
        second.close();
    }

    @Test
    void open_whatWasWritten_givesTheModel() throws IOException {
        assertThat(files(target))
                .containsExactly(
                        "data/weights.bin.sealed", "model.onnx.sealed", "model.sig.mldsa65.sealed", "model.sig.sealed");
        try (VerifiedModel opened = ModelPackage.of(vault, NAME).open(target, verifier)) {
            assertThat(opened.names()).containsExactly("data/weights.bin", "model.onnx");
            assertThat(UTF_8.decode(opened.read("model.onnx")).toString()).isEqualTo("graph");
            assertThat(opened.size("data/weights.bin")).isEqualTo(weights.length);
            assertThat(opened.read("data/weights.bin")).isEqualTo(ByteBuffer.wrap(weights));
            for (int[] range :
                    new int[][] {{0, 10}, {SHARD - 5, 10}, {3 * SHARD, SHARD}, {100, 5 * SHARD}, {weights.length - 1, 1}
                    }) {
                try (SecretBytes tensor = opened.readSecret("data/weights.bin", range[0], range[1])) {
                    assertThat(tensor.buffer()).isEqualTo(ByteBuffer.wrap(weights, range[0], range[1]));
                }
            }
        }
    }

    @Test
    void write_fromMemory_neverTouchesTheDiskInTheClear() throws IOException {
        byte[] needle = Arrays.copyOf(weights, 32);
        Path other = directory.resolve("from-memory");
        ModelPackage.of(vault, NAME).write(Map.of("model.onnx", ByteBuffer.wrap(weights)), signer(), other);
        for (String file : files(other)) {
            assertThat(new String(
                            Files.readAllBytes(other.resolve(file)), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain(new String(needle, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        try (VerifiedModel opened = ModelPackage.of(vault, NAME).open(other, verifier)) {
            assertThat(opened.read("model.onnx")).isEqualTo(ByteBuffer.wrap(weights));
        }
    }

    @Test
    void open_afterRewrappingToAnotherKey_needsNoNewSignature() throws IOException {
        try (HpkeKeyPair auditor = HpkeKeyPair.generate(HpkeSuite.X_WING);
                Vault withAuditor = Vault.builder()
                        .keys(ring)
                        .recipient(Recipient.of(auditor.publicKey()))
                        .open();
                Vault auditing = Vault.builder().identity(Identity.of(auditor)).open()) {
            List<Path> sealed = files(target).stream().map(target::resolve).toList();
            assertThat(withAuditor.rewrap(sealed))
                    .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Rewrap.Outcome.REWRAPPED));
            try (VerifiedModel opened = ModelPackage.of(auditing, NAME).open(target, verifier)) {
                assertThat(opened.read("data/weights.bin")).isEqualTo(ByteBuffer.wrap(weights));
            }
        }
    }

    @Test
    void open_anyFileChangedSwappedMissingOrAdded_isRefused() throws IOException {
        Path sealed = target.resolve("data/weights.bin.sealed");
        byte[] good = Files.readAllBytes(sealed);
        byte[] bad = good.clone();
        bad[good.length / 2] ^= 1;
        Files.write(sealed, bad);
        try (VerifiedModel opened = ModelPackage.of(vault, NAME).open(target, verifier)) {
            assertThat(opened.read("data/weights.bin", 0, 10)).isEqualTo(ByteBuffer.wrap(weights, 0, 10));
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> opened.read("data/weights.bin"));
        }
        Files.copy(target.resolve("model.onnx.sealed"), sealed, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (VerifiedModel opened = ModelPackage.of(vault, NAME).open(target, verifier)) {
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> opened.read("data/weights.bin"));
        }
        Files.delete(sealed);
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).open(target, verifier))
                .satisfies(e -> assertThat(e.missing()).containsExactly("data/weights.bin"));
        Files.write(sealed, good);
        Files.write(target.resolve("more.sealed"), good);
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).open(target, verifier));
        vault.seal(ByteBuffer.wrap(weights), NAME + "/more").writeTo(target.resolve("more.sealed"));
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).open(target, verifier))
                .satisfies(e -> assertThat(e.extra()).containsExactly("more"));
        Files.delete(target.resolve("more.sealed"));
        Files.writeString(target.resolve("plain.txt"), "not sealed");
        assertRejected(Reason.UNSAFE_FILE, verifier);
    }

    /** Whoever has the ring, and not the signing keys, can seal; what he seals is not the model. */
    @Test
    void open_contentSealedByAKeyHolder_isNotTheSignedOne() throws IOException {
        byte[] evil = weights.clone();
        evil[5 * SHARD] ^= 1;
        vault.seal(ByteBuffer.wrap(evil), NAME + "/data/weights.bin")
                .writeTo(target.resolve("data/weights.bin.sealed"));
        try (VerifiedModel opened = ModelPackage.of(vault, NAME).open(target, verifier)) {
            assertThatExceptionOfType(ModelMismatchException.class).isThrownBy(() -> opened.read("data/weights.bin"));
            assertThatExceptionOfType(ModelMismatchException.class)
                    .isThrownBy(() -> opened.read("data/weights.bin", 5 * SHARD + 7, 1));
            assertThat(opened.read("data/weights.bin", 4 * SHARD, SHARD))
                    .isEqualTo(ByteBuffer.wrap(weights, 4 * SHARD, SHARD));
        }
    }

    @Test
    void open_otherNameKeysOrPolicy_isRefused() throws IOException {
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> ModelPackage.of(vault, "models/fraud/8").open(target, verifier));
        assertRejected(
                Reason.UNTRUSTED_KEY,
                ModelVerifier.trusting(SigningKeys.generate().getPublic()));
        Path old = target.resolve("model.sig.mldsa65.sealed");
        Files.delete(old);
        assertRejected(Reason.UNTRUSTED_KEY, verifier);
        ModelPackage.of(vault, NAME)
                .open(target, ModelVerifier.trusting(keys.getPublic()))
                .close();
        Files.delete(target.resolve("model.sig.sealed"));
        assertRejected(Reason.MALFORMED_BUNDLE, verifier);
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).open(directory.resolve("none"), verifier));
    }

    /** The signature of another package, sealed again under this name by a key holder. */
    @Test
    void open_signatureForAnotherName_isRefused() {
        Path other = directory.resolve("other");
        ModelPackage.of(vault, "models/fraud/6").write(model, signer(), other);
        for (String file : List.of("model.sig", "model.sig.mldsa65")) {
            try (SecretBytes signature =
                    vault.unseal(Sealed.readFrom(other.resolve(file + ".sealed")), "models/fraud/6/" + file)) {
                vault.seal(signature.buffer(), NAME + "/" + file).writeTo(target.resolve(file + ".sealed"));
            }
        }
        assertRejected(Reason.OTHER_MODEL, verifier);
    }

    /** Refused by its first bytes, or by its length once that is authentic: before memory is spent on it. */
    @Test
    void open_hugeSignature_isRefusedBeforeItIsRead() throws IOException {
        Path signature = target.resolve("model.sig.sealed");
        try (FileChannel file = FileChannel.open(signature, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), 1L << 33);
        }
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).open(target, verifier));
        Files.delete(signature);
        try (OutputStream out = vault.sealingStream(Files.newOutputStream(signature), NAME + "/model.sig")) {
            for (int mib = 0; mib <= 64; mib++) {
                out.write(new byte[1 << 20]);
            }
        }
        assertRejected(Reason.MALFORMED_BUNDLE, verifier);
    }

    @Test
    void write_targetExistsOrModelIsUnfit_leavesNothing() throws IOException {
        List<Path> before = children();
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).write(model, signer(), target))
                .withCauseInstanceOf(FileAlreadyExistsException.class);
        Path fresh = directory.resolve("fresh");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).write(directory.resolve("none"), signer(), fresh));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME)
                        .write(Map.of("model.sig", ByteBuffer.allocate(1)), signer(), fresh));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME)
                        .write(Map.of("../escape", ByteBuffer.allocate(1)), signer(), fresh));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).write(model.resolve("model.onnx"), signer(), fresh));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME)
                        .write(Map.of("__init__.py", ByteBuffer.allocate(0)), signer(), fresh))
                .withMessageContaining("__init__.py");
        assertThatIllegalArgumentException().isThrownBy(() -> ModelPackage.of(vault, ""));
        assertThat(children()).isEqualTo(before);
    }

    private void assertRejected(Reason reason, ModelVerifier by) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelPackage.of(vault, NAME).open(target, by))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private ModelSigner signer() {
        return ModelSigner.key(keys).alsoWith(second).shards(SHARD);
    }

    private List<Path> children() throws IOException {
        try (var children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }

    private static List<String> files(Path root) throws IOException {
        try (var walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }
}
