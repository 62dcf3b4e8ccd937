package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.VaultException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSigningTest {
    private static final KeyPair KEYS = SigningKeys.generate();

    @TempDir
    private Path directory;

    private Path model;
    private Path signature;

    @BeforeEach
    void makeModel() throws IOException {
        model = directory.resolve("model");
        Files.createDirectories(model.resolve("a"));
        Files.createDirectories(model.resolve(".git"));
        Files.writeString(model.resolve("a/b"), "in a");
        Files.writeString(model.resolve("a-b"), "weights");
        Files.writeString(model.resolve("empty"), "");
        Files.writeString(model.resolve(".git/HEAD"), "ref");
        signature = model.resolve("model.sig");
    }

    @Test
    void sign_targetIsNoSignature_isRefusedAndKept() throws IOException {
        Path weights = model.resolve("a-b");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ModelSigner.key(KEYS).sign(model, weights))
                .withMessageContaining("no signature file");
        assertThat(weights).hasContent("weights");
        Path key = directory.resolve("key.pem");
        SigningKeys.writePrivate(KEYS, key);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ModelSigner.key(KEYS).sign(model, key));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SigningKeys.writePublic(KEYS.getPublic(), key))
                .withMessageContaining("never overwritten");
        assertThat(SigningKeys.readPrivate(key).getPublic()).isEqualTo(KEYS.getPublic());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void load_whatWasSigned_listsAndReadsIt(String curve) throws Exception {
        KeyPair keys = SigningKeysTest.pair(curve);
        ModelSigner.key(keys).sign(model, signature);
        try (VerifiedModel verified = ModelVerifier.trusting(keys.getPublic()).load(model, signature)) {
            assertThat(verified.names()).containsExactly("a/b", "a-b", "empty");
            ByteBuffer content = verified.read("a-b");
            assertThat(content.isDirect()).isTrue();
            assertThat(StandardCharsets.UTF_8.decode(content).toString()).isEqualTo("weights");
            assertThat(verified.read("empty").remaining()).isZero();
        }
    }

    @Test
    void load_singleFile_hasTheNameDot() {
        Path file = model.resolve("a-b");
        Path outside = directory.resolve("a-b.sig");
        ModelSigner.key(KEYS).sign(file, outside);
        try (VerifiedModel verified = verifier().load(file, outside)) {
            assertThat(verified.names()).containsExactly(".");
            assertThat(verified.read(".").remaining()).isEqualTo(7);
        }
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier().load(model, outside));
    }

    @Test
    void sign_again_replacesTheSignatureAndDoesNotSignIt() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        Files.writeString(model.resolve("more"), "more");
        ModelSigner.key(KEYS).sign(model, signature);
        try (VerifiedModel verified = verifier().load(model, signature)) {
            assertThat(verified.names()).doesNotContain("model.sig").contains("more");
        }
    }

    @Test
    void load_differences_areListed() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        Files.delete(model.resolve("a/b"));
        Files.writeString(model.resolve("a-b"), "Weights");
        Files.writeString(model.resolve("z"), "new");
        Files.writeString(model.resolve("a/c"), "new");
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier().load(model, signature))
                .satisfies(e -> {
                    assertThat(e.missing()).containsExactly("a/b");
                    assertThat(e.changed()).containsExactly("a-b");
                    assertThat(e.extra()).containsExactly("a/c", "z");
                })
                .withMessageContaining("a-b");
    }

    @Test
    void ignoringUnsignedFiles_extraFile_isNotOpened() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        Files.writeString(model.resolve("z"), "new");
        try (VerifiedModel verified = verifier().ignoringUnsignedFiles().load(model, signature)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verified.read("z"))
                    .withMessageContaining("got z");
            assertThatIllegalArgumentException().isThrownBy(() -> verified.read("../model/a-b"));
        }
    }

    @Test
    void ignoring_paths_areLeftOutAndRecorded() throws IOException {
        ModelSigner.key(KEYS).ignoring("a", "empty").sign(model, signature);
        Files.writeString(model.resolve("a/b"), "changed");
        try (VerifiedModel verified = verifier().load(model, signature)) {
            assertThat(verified.names()).containsExactly("a-b");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSigner.key(KEYS).ignoring("../x"))
                .withMessageContaining("../x");
    }

    @Test
    void load_otherKey_isUntrusted() {
        ModelSigner.key(KEYS).sign(model, signature);
        assertReason(
                Reason.UNTRUSTED_KEY,
                ModelVerifier.trusting(SigningKeys.generate().getPublic()));
        assertReason(Reason.MALFORMED_BUNDLE, verifier(), "{}");
        assertReason(Reason.MALFORMED_BUNDLE, verifier(), "");
    }

    @Test
    void load_anyByteOfTheSignatureFileChanged_isRefusedUnlessItIsUnauthenticated() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        byte[] good = Files.readAllBytes(signature);
        Set<Integer> accepted = new TreeSet<>();
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(signature, bad);
            Throwable failure =
                    catchThrowable(() -> verifier().load(model, signature).close());
            if (failure == null) {
                accepted.add(i);
            } else {
                assertThat(failure).isInstanceOf(VaultException.class);
            }
        }
        assertThat(accepted).isEqualTo(unauthenticated(new String(good, StandardCharsets.US_ASCII)));
    }

    /** The names of members that may be absent or are skipped. */
    private static Set<Integer> unauthenticated(String bundle) {
        Set<Integer> positions = new TreeSet<>();
        for (String name : List.of("hint", "tlogEntries", "keyid")) {
            int at = bundle.indexOf('"' + name + '"') + 1;
            for (int i = at; i < at + name.length(); i++) {
                positions.add(i);
            }
        }
        return positions;
    }

    @Test
    void load_differencesWithOddOrManyNames_areShownEscapedAndCut() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        Files.writeString(model.resolve("z\nlevel=INFO"), "");
        for (int i = 100; i < 120; i++) {
            Files.writeString(model.resolve("extra" + i), "");
        }
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> verifier().load(model, signature))
                .withMessageContaining("extra109 and 11 more]")
                .withMessageNotContaining("\n")
                .satisfies(e -> assertThat(e.extra()).hasSize(21).contains("z\nlevel=INFO"));
        ModelMismatchException one =
                new ModelMismatchException("m\n", List.of("a\nb"), List.of("c\u2028d"), List.of("e\tf"));
        assertThat(one)
                .hasMessage("Model m\\u000a differs from its signature: missing [a\\u000ab], extra [c\\u2028d],"
                        + " changed [e\\u0009f]");
    }

    @Test
    void load_symbolicLinkWithOddName_isShownEscaped() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        Files.createSymbolicLink(model.resolve("li\nnk"), directory);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier().load(model, signature))
                .withMessageContaining("li\\u000ank");
    }

    @Test
    void hash_sourceFails_wipesWhatWasRead() {
        List<ByteBuffer> given = new ArrayList<>();
        ModelFiles broken = new ModelFiles() {
            @Override
            public List<String> names() {
                return List.of("f");
            }

            @Override
            public SeekableByteChannel open(String name) {
                return new BrokenChannel(given);
            }
        };
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> ModelSigner.key(KEYS).sign(broken, "model"))
                .withMessageContaining("broken");
        assertThat(given).hasSize(1);
        assertThat(given.get(0).get(0)).isZero();
    }

    @Test
    void load_fileSwappedAfterwards_isNoticedByRead() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        try (VerifiedModel verified = verifier().load(model, signature)) {
            Files.writeString(model.resolve("a-b"), "swapped");
            assertThatExceptionOfType(ModelMismatchException.class)
                    .isThrownBy(() -> verified.read("a-b"))
                    .satisfies(e -> assertThat(e.changed()).containsExactly("a-b"));
            Files.delete(model.resolve("a-b"));
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> verified.read("a-b"));
            Files.createSymbolicLink(model.resolve("a-b"), model.resolve("a/b"));
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> verified.read("a-b"));
        }
    }

    @Test
    void close_wipesWhatWasHandedOut() {
        ModelSigner.key(KEYS).sign(model, signature);
        VerifiedModel verified = verifier().load(model, signature);
        ByteBuffer content = verified.read("a-b");
        verified.close();
        verified.close();
        assertThat(content).isEqualTo(ByteBuffer.allocate(7));
        assertThatIllegalStateException().isThrownBy(() -> verified.read("a-b"));
        assertThatIllegalStateException().isThrownBy(verified::names);
    }

    @Test
    void symbolicLinks_whereverTheyPoint_areRefused() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        Files.createSymbolicLink(model.resolve("link"), directory);
        assertReason(Reason.UNSAFE_FILE, verifier());
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelSigner.key(KEYS).sign(model, signature))
                .withMessageContaining("link");
    }

    @Test
    void sign_modelThroughALink_findsItsOwnSignature() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("alias"), model);
        ModelSigner.key(KEYS).sign(link, model.resolve("model.sig"));
        ModelSigner.key(KEYS).sign(link, model.resolve("model.sig"));
        try (VerifiedModel verified = verifier().load(model, link.resolve("model.sig"))) {
            assertThat(verified.names()).hasSize(3);
        }
    }

    @Test
    void sign_namesThatDifferByCase_areRefused() throws IOException {
        Files.writeString(model.resolve("Empty"), "");
        assertThat(catchThrowable(() -> ModelSigner.key(KEYS).sign(model, signature)))
                .isInstanceOf(ModelRejectedException.class);
        assertThat(signature).doesNotExist();
    }

    @Test
    void missingFiles_areNamed() {
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> verifier().load(model, signature))
                .withMessageContaining("model");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> ModelSigner.key(KEYS).sign(directory.resolve("none"), signature));
    }

    @Test
    void keys_ofAnotherKindOrPair_areRefused() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelVerifier.trusting(rsa.getPublic()))
                .withMessageContaining("RSA");
        assertThatIllegalArgumentException().isThrownBy(() -> ModelSigner.key(rsa));
        KeyPair mixed = new KeyPair(SigningKeys.generate().getPublic(), KEYS.getPrivate());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSigner.key(mixed))
                .withMessageContaining("belong together");
        KeyPair otherCurve = new KeyPair(SigningKeysTest.pair("secp384r1").getPublic(), rsa.getPrivate());
        assertThatIllegalArgumentException().isThrownBy(() -> ModelSigner.key(otherCurve));
        assertThatIllegalArgumentException().isThrownBy(ModelVerifier::trustingRoots);
    }

    @Test
    void emptyDirectory_isSignedAndVerified() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("nothing"));
        ModelSigner.key(KEYS).sign(empty, directory.resolve("sig"));
        try (VerifiedModel verified = verifier().load(empty, directory.resolve("sig"))) {
            assertThat(verified.names()).isEqualTo(List.of());
        }
    }

    private void assertReason(Reason reason, ModelVerifier verifier, String signatureText) {
        try {
            Files.writeString(signature, signatureText);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertReason(reason, verifier);
    }

    private void assertReason(Reason reason, ModelVerifier verifier) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier.load(model, signature))
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    private static ModelVerifier verifier() {
        return ModelVerifier.trusting(KEYS.getPublic());
    }

    /** Gives one byte, then breaks. */
    private record BrokenChannel(List<ByteBuffer> given) implements SeekableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            given.add(target);
            target.put((byte) 7);
            throw new IOException("broken");
        }

        @Override
        public long size() {
            return 8;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SeekableByteChannel position(long position) {
            return this;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
