package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways of signing again without hashing all. */
class ResigningTest {
    private static final KeyPair KEYS = SigningKeys.generate();
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    private final LongAdder hashed = new LongAdder();
    private final ModelSigner signer = ModelSigner.key(KEYS).onProgress(hashed::add);
    private final ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic());

    @TempDir
    private Path directory;

    private Path model;
    private Path signature;
    private Path state;

    @BeforeEach
    void makeModel() throws IOException {
        model = directory.resolve("model");
        Files.createDirectories(model.resolve("dir"));
        write("dir/a", 1000, 1);
        write("b", 100, 1);
        write("c", 10, 1);
        signature = model.resolve("model.sig");
        state = directory.resolve("state");
    }

    @Test
    void resign_namedFile_hashesThatAndNewOnes() throws IOException {
        for (ModelSigner each : List.of(signer, signer.shards(64))) {
            each.sign(model, signature);
            write("b", 100, 2);
            write("d", 1, 1);
            Files.delete(model.resolve("c"));
            hashed.reset();
            each.resign(model, signature, Set.of("b"));
            assertThat(hashed.sum()).isEqualTo(101);
            verifier.load(model, signature).close();
            Files.delete(model.resolve("d"));
            write("c", 10, 1);
        }
    }

    @Test
    void resign_changeIsNotNamed_theSignatureDoesNotFit() throws IOException {
        signer.sign(model, signature);
        write("b", 100, 2);
        signer.resign(model, signature, Set.of());
        VerifiedModelTest.assertChanged(() -> verifier.load(model, signature), "b");
    }

    @Test
    void resign_lengthDiffersFromTheSignedShards_isNoticed() throws IOException {
        signer.shards(64).sign(model, signature);
        write("b", 101, 1);
        VerifiedModelTest.assertChanged(() -> signer.shards(64).resign(model, signature, Set.of("c")), "b");
    }

    @Test
    void resign_filesFromAnywhere_isTheSame() {
        Map<String, ByteBuffer> contents = new LinkedHashMap<>();
        contents.put("x", ByteBuffer.allocate(50));
        contents.put("y", ByteBuffer.allocate(60));
        SignatureFiles first = signer.sign(ModelFiles.of(contents), "m");
        contents.put("y", ByteBuffer.wrap(new byte[] {1}));
        hashed.reset();
        SignatureFiles again = signer.resign(ModelFiles.of(contents), "m", first, Set.of("y"));
        assertThat(hashed.sum()).isEqualTo(1);
        verifier.load(ModelFiles.of(contents), again).close();
    }

    @Test
    void resign_signatureOfAnotherModel_isRefused() throws IOException {
        Path toy = Files.createDirectory(directory.resolve("toy"));
        Files.write(toy.resolve("b"), new byte[7]);
        signer.sign(toy, signature);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> signer.resign(model, signature, Set.of("c", "dir/a")))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OTHER_MODEL));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> signer.resign(
                        ModelFiles.at(model), "model", SignatureFiles.read(signature), Set.of("c", "dir/a")))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OTHER_MODEL));
    }

    @Test
    void resign_unknownNameOtherKeyOrOtherSerialization_isRefused() {
        signer.sign(model, signature);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> signer.resign(model, signature, Set.of("none")))
                .withMessageContaining("none");
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ModelSigner.key(SigningKeys.generate()).resign(model, signature, Set.of("b")))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
        for (ModelSigner other : List.of(signer.shards(8), signer.hash(ModelHash.BLAKE2B))) {
            assertThatExceptionOfType(ModelRejectedException.class)
                    .isThrownBy(() -> other.resign(model, signature, Set.of("b")))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> signer.trustingFileAttributes(state).resign(model, signature, Set.of()));
    }

    @Test
    void trustingFileAttributes_unchangedFiles_areNotHashedAgain() throws IOException {
        long later = LONG_AGO.toMillis();
        for (ModelSigner each : List.of(signer, signer.shards(64))) {
            later += 5000;
            ModelSigner trusting = each.trustingFileAttributes(state);
            trusting.sign(model, signature);
            hashed.reset();
            trusting.sign(model, signature);
            assertThat(hashed.sum()).isZero();
            write("b", 100, 3);
            Files.setLastModifiedTime(model.resolve("b"), FileTime.fromMillis(later));
            trusting.sign(model, signature);
            assertThat(hashed.sum()).isEqualTo(100);
            verifier.load(model, signature).close();
        }
    }

    @Test
    void trustingFileAttributes_manyShards_areRemembered() throws IOException {
        write("b", 80_000, 1);
        ModelSigner trusting = signer.shards(4).trustingFileAttributes(state);
        trusting.sign(model, signature);
        hashed.reset();
        trusting.sign(model, signature);
        assertThat(hashed.sum()).isZero();
    }

    @Test
    void trustingFileAttributes_changeThatHidesItself_isSignedAsItWas() throws IOException {
        ModelSigner trusting = signer.trustingFileAttributes(state);
        trusting.sign(model, signature);
        write("b", 100, 4);
        trusting.sign(model, signature);
        VerifiedModelTest.assertChanged(() -> verifier.load(model, signature), "b");
        signer.sign(model, signature);
        verifier.load(model, signature).close();
    }

    @Test
    void trustingFileAttributes_fileJustModified_isHashedAgain() throws IOException {
        // an hour ahead, so that it is not two seconds ago by the time it is hashed, however slow the machine
        Files.setLastModifiedTime(
                model.resolve("b"), FileTime.from(Instant.now().plusSeconds(3600)));
        ModelSigner trusting = signer.trustingFileAttributes(state);
        trusting.sign(model, signature);
        hashed.reset();
        trusting.sign(model, signature);
        assertThat(hashed.sum()).isEqualTo(100);
    }

    @Test
    void trustingFileAttributes_replacedFile_isHashedAgain() throws IOException {
        ModelSigner trusting = signer.trustingFileAttributes(state);
        trusting.sign(model, signature);
        Path other = Files.write(directory.resolve("other"), new byte[100]);
        Files.setLastModifiedTime(other, LONG_AGO);
        Files.move(other, model.resolve("b"), StandardCopyOption.REPLACE_EXISTING);
        hashed.reset();
        trusting.sign(model, signature);
        assertThat(hashed.sum()).isEqualTo(100);
        verifier.load(model, signature).close();
    }

    @Test
    void trustingFileAttributes_otherModelOrHashing_hashesAll() throws IOException {
        signer.trustingFileAttributes(state).sign(model, signature);
        hashed.reset();
        signer.shards(64).trustingFileAttributes(state).sign(model, signature);
        assertThat(hashed.sum()).isEqualTo(1110);
        Path moved = Files.move(model, directory.resolve("moved"));
        hashed.reset();
        signer.shards(64).trustingFileAttributes(state).sign(moved, moved.resolve("model.sig"));
        assertThat(hashed.sum()).isEqualTo(1110);
    }

    @Test
    void trustingFileAttributes_anyByteOfTheStateChanged_isRefusedUnlessItIsUnauthenticated() throws IOException {
        ModelSigner trusting = signer.trustingFileAttributes(state);
        trusting.sign(model, signature);
        byte[] good = Files.readAllBytes(state);
        int refused = 0;
        for (int i = 0; i < good.length; i += 5) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(state, bad);
            Throwable failure = catchThrowable(() -> trusting.sign(model, signature));
            if (failure == null) {
                verifier.load(model, signature).close();
            } else {
                refused++;
                assertThat(failure).isInstanceOf(ModelRejectedException.class).hasMessageContaining("state file");
            }
        }
        assertThat(refused).isGreaterThan(good.length / 5 * 9 / 10);
    }

    @Test
    void trustingFileAttributes_otherSignersState_isRefused() {
        ModelSigner.key(SigningKeys.generate()).trustingFileAttributes(state).sign(model, signature);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> signer.trustingFileAttributes(state).sign(model, signature))
                .withMessageContaining("state file")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
    }

    @Test
    void trustingFileAttributes_signatureInPlaceOfTheState_isRefusedAndTheReverse() throws IOException {
        ModelSigner trusting = signer.trustingFileAttributes(state);
        trusting.sign(model, signature);
        byte[] stateBytes = Files.readAllBytes(state);
        Files.copy(signature, state, StandardCopyOption.REPLACE_EXISTING);
        assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> trusting.sign(model, signature));
        Files.write(signature, stateBytes);
        assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> verifier.load(model, signature));
    }

    @Test
    void trustingFileAttributes_insideTheModelTwiceOrWithoutAPath_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        signer.trustingFileAttributes(model.resolve("state")).sign(model, signature))
                .withMessageContaining("outside");
        ModelSigner trusting = signer.trustingFileAttributes(state);
        assertThatIllegalStateException().isThrownBy(() -> trusting.trustingFileAttributes(state));
        assertThatIllegalStateException().isThrownBy(() -> trusting.sign(ModelFiles.at(model), "m"));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void statePayload_garbled_givesDocumentedFailuresOnly(long seed) {
        Random random = new Random(seed);
        Serialization serialization = new Serialization(ModelHash.SHA256, 8);
        Map<String, HashState.Entry> entries = new LinkedHashMap<>();
        entries.put(
                "a\u00fc",
                new HashState.Entry(
                        new FileMark(9, -5, "(dev=1,ino=2) \n"),
                        new SignedFile(9, List.of("00".repeat(32), "01".repeat(32)))));
        entries.put("b", new HashState.Entry(new FileMark(0, 5, ""), new SignedFile(0, List.of())));
        HashState state = new HashState("/m", serialization, entries);
        byte[] good = state.payload();
        assertThat(HashState.parsePayload(good, serialization)).isEqualTo(state);
        for (int i = 0; i < 100; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(5) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = 1 + random.nextInt(2); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
            }
            Throwable failure = catchThrowable(() -> HashState.parsePayload(bad, serialization));
            assertThat(failure == null || failure instanceof ModelRejectedException)
                    .as("%s", failure)
                    .isTrue();
        }
    }

    @Test
    void sign_moreShardsThanASignatureHolds_isRefusedBeforeHashing() {
        Map<String, ByteBuffer> contents = Map.of("f", ByteBuffer.allocate(Statement.MAX_RESOURCES + 1));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> signer.shards(1).sign(ModelFiles.of(contents), "m"))
                .withMessageContaining("249900")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
        assertThat(hashed.sum()).isZero();
    }

    @Test
    void shardsAndHash_outOfRangeOrTwice_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> signer.shards(0));
        assertThatIllegalArgumentException().isThrownBy(() -> signer.shards((1L << 53) + 1));
        assertThatIllegalStateException()
                .isThrownBy(() -> signer.shards(1).shards(2))
                .withMessageContaining("shards(1)");
        assertThatIllegalStateException()
                .isThrownBy(() -> signer.hash(ModelHash.BLAKE3).hash(ModelHash.SHA256))
                .withMessageContaining("BLAKE3");
    }

    @Test
    void mismatch_keptFile_namesTheModel() throws IOException {
        signer.shards(64).sign(model, signature);
        write("b", 1, 1);
        assertThatExceptionOfType(ModelMismatchException.class)
                .isThrownBy(() -> signer.shards(64).resign(model, signature, Set.of()))
                .withMessageContaining("Model model ");
    }

    private void write(String name, int size, int fill) throws IOException {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) fill);
        Files.write(model.resolve(name), content);
        Files.setLastModifiedTime(model.resolve(name), LONG_AGO);
    }
}
