package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be asked of a verifier beyond the ordinary; {@link ModelSigningTest} has that. */
class ModelVerifierTest {
    private static final KeyPair KEYS = SigningKeys.generate();

    private final ModelSigner signer = ModelSigner.key(KEYS);
    private final ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic());
    private final Map<String, ByteBuffer> contents = new HashMap<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeContents() {
        contents.put("a/b", ByteBuffer.wrap(new byte[] {1, 2, 3}));
        contents.put("a-b", ByteBuffer.wrap(new byte[] {4, 5}));
        contents.put("empty", ByteBuffer.allocate(0));
    }

    @Test
    void open_content_isNotReadBeforeItIsAskedFor() {
        LongAdder hashed = new LongAdder();
        SignatureFiles signature = signer.sign(files(), "m");
        contents.put("a-b", ByteBuffer.wrap(new byte[] {4, 6}));
        try (VerifiedModel model = verifier.onProgress(hashed::add).open(files(), signature)) {
            assertThat(hashed.sum()).isZero();
            assertThat(model.read("a/b").remaining()).isEqualTo(3);
            VerifiedModelTest.assertChanged(() -> model.read("a-b"), "a-b");
        }
        VerifiedModelTest.assertChanged(() -> verifier.load(files(), signature), "a-b");
    }

    @Test
    void open_missingAndExtraFiles_areListedAtOnce() {
        SignatureFiles signature = signer.sign(files(), "m");
        contents.remove("a-b");
        contents.put("z", ByteBuffer.allocate(1));
        contents.put("../evil", ByteBuffer.allocate(0));
        contents.put(".git/HEAD", ByteBuffer.allocate(1));
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier.open(files(), signature))
                .satisfies(e -> {
                    assertThat(e.missing()).containsExactly("a-b");
                    assertThat(e.extra()).containsExactly("../evil", "z");
                    assertThat(e.changed()).isEmpty();
                });
        contents.put("a-b", ByteBuffer.allocate(2));
        verifier.ignoringUnsignedFiles().open(files(), signature).close();
    }

    @Test
    void open_path_isLazyToo() throws IOException {
        Path model = Files.createDirectory(directory.resolve("m"));
        Files.writeString(model.resolve("f"), "abc");
        signer.sign(model, model.resolve("model.sig"));
        Files.writeString(model.resolve("f"), "abd");
        try (VerifiedModel verified = verifier.open(model, model.resolve("model.sig"))) {
            VerifiedModelTest.assertChanged(() -> verified.read("f"), "f");
        }
        Files.delete(model.resolve("f"));
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier.open(model, model.resolve("model.sig")));
    }

    @Test
    void load_shards_anEmptyFileIsNeitherMissingNorExtra() {
        SignatureFiles signature = signer.shards(2).sign(files(), "m");
        contents.remove("empty");
        contents.put("other", ByteBuffer.allocate(0));
        try (VerifiedModel model = verifier.load(files(), signature)) {
            assertThat(model.names()).containsExactly("a/b", "a-b");
        }
        contents.put("other", ByteBuffer.allocate(1));
        contents.put("../evil", ByteBuffer.allocate(0));
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier.load(files(), signature))
                .satisfies(e -> assertThat(e.extra()).containsExactly("../evil", "other"));
    }

    @Test
    void load_differencesUnderShards_namesFilesNotShards() {
        SignatureFiles signature = signer.shards(1).sign(files(), "m");
        contents.put("a/b", ByteBuffer.wrap(new byte[] {9, 9, 9}));
        contents.put("a-b", ByteBuffer.wrap(new byte[] {4, 5, 6}));
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier.load(files(), signature))
                .satisfies(e -> assertThat(e.changed()).containsExactly("a/b", "a-b"));
    }

    @ParameterizedTest
    @EnumSource(ModelHash.class)
    void load_eachHash_verifiesByFilesAndByShards(ModelHash hash) {
        for (SignatureFiles signature : List.of(
                signer.hash(hash).sign(files(), "m"),
                signer.hash(hash).shards(2).sign(files(), "m"))) {
            try (VerifiedModel model = verifier.load(files(), signature)) {
                assertThat(model.read("a/b")).isEqualTo(contents.get("a/b"));
            }
        }
        SignatureFiles signature = signer.shards(2).hash(hash).sign(files(), "m");
        contents.put("a/b", ByteBuffer.wrap(new byte[] {1, 2, 4}));
        VerifiedModelTest.assertChanged(() -> verifier.load(files(), signature), "a/b");
    }

    @Test
    void named_otherModel_isRefused() {
        SignatureFiles signature = signer.sign(files(), "fraud");
        verifier.named("fraud").open(files(), signature).close();
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier.named("spam").open(files(), signature))
                .withMessageContaining("fraud")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OTHER_MODEL));
        assertThatIllegalStateException()
                .isThrownBy(() -> verifier.named("a").named("b"))
                .withMessageContaining("named(a)");
    }

    @Test
    void followingSymlinks_bothSidesSaySo_linksAreFollowed() throws IOException {
        Path model = Files.createDirectory(directory.resolve("m"));
        Path outside = Files.createDirectories(directory.resolve("outside/below"));
        Path file = Files.writeString(outside.resolve("f"), "abc");
        Files.createSymbolicLink(model.resolve("link"), file);
        Files.createSymbolicLink(model.resolve("dir"), outside.getParent());
        Path signature = directory.resolve("sig");
        signer.followingSymlinks().sign(model, signature);
        try (VerifiedModel verified = verifier.followingSymlinks().load(model, signature)) {
            assertThat(verified.names()).containsExactly("dir/below/f", "link");
            assertThat(verified.read("link").remaining()).isEqualTo(3);
        }
        assertReason(Reason.UNSAFE_FILE, verifier, model, signature);
        Files.delete(model.resolve("link"));
        Files.delete(model.resolve("dir"));
        Files.createDirectories(model.resolve("dir/below"));
        Files.copy(file, model.resolve("link"));
        Files.copy(file, model.resolve("dir/below/f"));
        verifier.load(model, signature).close();
    }

    @Test
    void followingSymlinks_signerDidNot_linksAreRefused() throws IOException {
        Path model = Files.createDirectory(directory.resolve("m"));
        Path file = Files.writeString(model.resolve("f"), "abc");
        Path signature = directory.resolve("sig");
        signer.sign(model, signature);
        Files.move(file, directory.resolve("moved"));
        Files.createSymbolicLink(file, directory.resolve("moved"));
        assertReason(Reason.UNSAFE_FILE, verifier.followingSymlinks(), model, signature);
    }

    @Test
    void followingSymlinks_loops_areRefused() throws IOException {
        Path model = Files.createDirectory(directory.resolve("m"));
        Path inner = Files.createDirectory(model.resolve("inner"));
        Files.createSymbolicLink(inner.resolve("up"), model);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> signer.followingSymlinks().sign(model, directory.resolve("sig")))
                .withMessageContaining("inner/up");
        Files.delete(inner.resolve("up"));
        Files.createSymbolicLink(inner.resolve("self"), Path.of("self"));
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> signer.followingSymlinks().sign(model, directory.resolve("sig")));
    }

    @Test
    void threadsAndExecutor_manyFiles_giveTheSameAsOne() throws Exception {
        for (int i = 0; i < 200; i++) {
            contents.put("f" + i, ByteBuffer.allocate(1000 + i));
        }
        Statement alone = statement(signer.shards(300).sign(files(), "m"));
        Set<String> threads = ConcurrentHashMap.newKeySet();
        ModelSigner several = signer.shards(300)
                .threads(4)
                .onProgress(bytes -> threads.add(Thread.currentThread().getName()));
        assertThat(statement(several.sign(files(), "m"))).isEqualTo(alone);
        assertThat(threads)
                .allMatch(name -> name.startsWith("aidc-security-hash-")
                        || name.equals(Thread.currentThread().getName()));
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            SignatureFiles signature = signer.shards(300).executor(pool, 3).sign(files(), "m");
            assertThat(statement(signature)).isEqualTo(alone);
            verifier.executor(pool, 3).load(files(), signature).close();
            pool.shutdown();
            verifier.executor(pool, 3).load(files(), signature).close();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void threads_outOfRangeOrTwice_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> signer.threads(0)).withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.threads(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.executor(Runnable::run, 0));
        assertThatIllegalStateException()
                .isThrownBy(() -> verifier.threads(2).executor(Runnable::run, 2))
                .withMessageContaining("threads(2)");
        assertThatIllegalStateException()
                .isThrownBy(() -> signer.executor(Runnable::run, 2).threads(3))
                .withMessageContaining("executor");
    }

    @Test
    void load_oneFileFailsOnSeveralThreads_isReportedOnce() {
        for (int i = 0; i < 50; i++) {
            contents.put("f" + i, ByteBuffer.allocate(10));
        }
        ModelFiles memory = files();
        SignatureFiles signature = signer.sign(memory, "m");
        ModelFiles failing = new ModelFiles() {
            @Override
            public List<String> names() throws IOException {
                return memory.names();
            }

            @Override
            public SeekableByteChannel open(String name) throws IOException {
                if (name.equals("f7")) {
                    throw new IOException("unreadable");
                }
                return memory.open(name);
            }
        };
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> verifier.threads(3).load(failing, signature))
                .withMessageContaining("unreadable");
    }

    @Test
    void load_fileUnderAnIgnoredPathIsSigned_isVerified() {
        contents.put(".gitattributes", ByteBuffer.allocate(3));
        SigningPlan plan = SigningPlan.DEFAULT.with(Ignored.NOTHING);
        SignatureFiles signature = signedWith(plan);
        try (VerifiedModel model = verifier.load(files(), signature)) {
            assertThat(model.names()).contains(".gitattributes");
        }
        contents.put(".gitattributes", ByteBuffer.allocate(4));
        VerifiedModelTest.assertChanged(() -> verifier.load(files(), signature), ".gitattributes");
    }

    private SignatureFiles signedWith(SigningPlan plan) {
        try {
            Statement statement =
                    new ModelDigests(files(), plan, plan.ignored()).statement("m", plan.ignored(), Map.of());
            return Identity.bare(new EcSigningKey(KEYS.getPrivate(), KEYS.getPublic()))
                    .sign(statement);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ModelFiles files() {
        return ModelFiles.of(contents);
    }

    private static Statement statement(SignatureFiles signature) {
        return Statement.parse(
                Bundle.parse(signature.bundle(), Statement.PAYLOAD_TYPE).payload(), Statement.Versions.V1);
    }

    private static void assertReason(Reason reason, ModelVerifier verifier, Path model, Path signature) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier.load(model, signature))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
