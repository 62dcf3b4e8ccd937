package io.aidc.security.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.AuditLogException;
import io.aidc.security.KeyRingException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.KeyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, signed checkpoints and proof files. */
class NotesTest {
    private static final String ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    private static final String BODY = "example.com/behind-the-sofa\n20852163\n" + ROOT + "\n";
    private static final String SIGNATURE = "\u2014 example.com/behind-the-sofa "
            + "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    @TempDir
    private Path directory;

    @Test
    void parse_exampleOfTheSpecification_printsTheSame() {
        Checkpoint checkpoint = parse(BODY + "\n" + SIGNATURE);
        assertThat(checkpoint.origin()).isEqualTo("example.com/behind-the-sofa");
        assertThat(checkpoint.size()).isEqualTo(20852163);
        assertThat(checkpoint.root()).hasToString(ROOT);
        assertThat(checkpoint.note()).asString(UTF_8).isEqualTo(BODY + "\n" + SIGNATURE);
    }

    @Test
    void parse_extensionsAndLargestSize_areKept() {
        String note = "log\n18446744073709551615\n" + ROOT + "\nmore\nand more\n\n" + SIGNATURE;
        Checkpoint checkpoint = parse(note);
        assertThat(checkpoint.extensions()).containsExactly("more", "and more");
        assertThat(checkpoint.size()).isEqualTo(-1);
        assertThat(checkpoint.note()).asString(UTF_8).isEqualTo(note);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "log\n1\nR\n",
                "log\n1\nR\n\n",
                "log\n1\n\nS",
                "log\n01\nR\n\nS",
                "log\n-1\nR\n\nS",
                "log\n+1\nR\n\nS",
                "log\n\u0661\nR\n\nS",
                "log\n18446744073709551616\nR\n\nS",
                "log\n99999999999999999999\nR\n\nS",
                "log\n\nR\n\nS",
                "\n1\nR\n\nS",
                "log\n1\nR\n\n\nS",
                "log\r\n1\nR\n\nS",
                "log\t\n1\nR\n\nS",
                "log\n1\nAAAA\n\nS",
                "log\n1\nR=\n\nS",
                "log\n1\nR\n\n- a AAAAAAA=\n",
                "log\n1\nR\n\n\u2014 a b AAAAAAA=\n",
                "log\n1\nR\n\n\u2014 a+b AAAAAAA=\n",
                "log\n1\nR\n\n\u2014 a AAAAAA==\n",
                "log\n1\nR\n\n\u2014 a AAAAAAB=\n",
                "log\n1\nR\n\n\u2014 a AAAAAAA\n",
                "log\n1\nR\n\n\u2014 a AAAAAAA=",
                "log\n1\nR\n\n\u2014 a AAAAAAA=\n\n"
            })
    void parse_malformed_isRefused(String template) {
        String note = template.replace("R", ROOT).replace("S", SIGNATURE);
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> parse(note))
                .satisfies(e -> assertThat(e.firstBadIndex()).isEqualTo(AuditLogException.NO_ENTRY));
    }

    @Test
    void parse_notUtf8OrTooLong_isRefused() {
        byte[] note = (BODY + "\n" + SIGNATURE).getBytes(UTF_8);
        note[0] = (byte) 0xff;
        assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> Checkpoint.parse(note));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> Checkpoint.parse(new byte[Checkpoint.MAX_BYTES + 1]));
    }

    @Test
    void verify_sixteenUnknownSignaturesAndMore_areIgnored() {
        Checkpoint signed = signed();
        List<NoteSignature> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(NoteSignature.of("w" + i, i, new byte[72]));
        }
        others.add(NoteSignature.of(TestLogs.ORIGIN, 1, new byte[64])); // the name alone is known
        Checkpoint all = TestLogs.VERIFIER.verify(signed.signed(others).note());
        assertThat(all.signatures()).hasSize(102);
    }

    @Test
    void parse_moreSignaturesThanAllowed_isRefused() {
        assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> parse(BODY + "\n" + SIGNATURE.repeat(129)));
        assertThat(parse(BODY + "\n" + SIGNATURE.repeat(128)).signatures()).hasSize(128);
    }

    @Test
    void verify_wrongSignatureOfAKnownKey_spoilsTheRest() {
        Checkpoint signed = signed();
        NoteSignature good = signed.signatures().get(0);
        byte[] wrong = good.signature();
        wrong[5] ^= 1;
        Checkpoint both = signed.signed(List.of(NoteSignature.of(good.name(), good.keyId(), wrong)));
        rejects(TestLogs.VERIFIER, both, "wrong signature");
        byte[] longer = Arrays.copyOf(good.signature(), 65);
        rejects(
                TestLogs.VERIFIER,
                signed.signed(List.of(NoteSignature.of(good.name(), good.keyId(), longer))),
                "wrong signature");
    }

    @Test
    void verify_notSignedOrOfAnotherLog_isRejected() {
        rejects(TestLogs.VERIFIER, checkpoint(3), "not signed");
        LogSigner other = LogSigner.generate("example.com/other");
        rejects(LogVerifier.of(other.verifierKey()), signed(), "another log");
    }

    @Test
    void verify_oldAndNewKey_eitherIsEnough() {
        LogSigner fresh = LogSigner.generate(TestLogs.ORIGIN);
        LogVerifier both = LogVerifier.of(TestLogs.VERIFIER_KEY, fresh.verifierKey());
        both.verify(signed());
        Checkpoint bare = checkpoint(4);
        both.verify(bare.signed(List.of(fresh.sign(bare))));
    }

    @Test
    void verify_cosignatures_areCountedOncePerWitness() {
        LogSigner first = LogSigner.generate("w/1");
        LogSigner second = LogSigner.generate("w/2");
        LogVerifier two = TestLogs.VERIFIER.witnesses(2, first.witnessKey(), second.witnessKey());
        Checkpoint signed = signed();
        NoteSignature one = first.cosign(signed, TestLogs.NOW);
        rejects(two, signed.signed(List.of(one, first.cosign(signed, Instant.EPOCH))), "by 2 witnesses, is by 1");
        two.verify(signed.signed(List.of(one, second.cosign(signed, TestLogs.NOW))));
        byte[] later = one.signature();
        later[7] ^= 1; // of the time
        rejects(two, signed.signed(List.of(NoteSignature.of(one.name(), one.keyId(), later))), "wrong signature");
    }

    @Test
    void witnesses_moreRequiredThanGiven_isRefused() {
        String key = LogSigner.generate("w/1").witnessKey();
        assertThatIllegalArgumentException().isThrownBy(() -> TestLogs.VERIFIER.witnesses(2, key, key));
        assertThatIllegalArgumentException().isThrownBy(() -> TestLogs.VERIFIER.witnesses(-1, key));
        assertThatIllegalArgumentException()
                .as("a log's key is no witness's")
                .isThrownBy(() -> TestLogs.VERIFIER.witnesses(0, TestLogs.VERIFIER_KEY));
    }

    @Test
    void verifier_exampleKeyOfTheSpecification_isTaken() {
        LogVerifier verifier = LogVerifier.of("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        assertThat(verifier.origin()).isEqualTo("example.com/foo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com/foo",
                "example.com/foo+530d903a",
                "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
                "example.com/foo+530d903a+*",
                "example.com/foo+530d903a+",
                "example com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
            })
    void verifier_malformedKey_isRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> LogVerifier.of(key));
    }

    @Test
    void verifier_noKeyOrTwoNames_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LogVerifier.of());
        String other = LogSigner.generate("example.com/other").verifierKey();
        assertThatIllegalArgumentException().isThrownBy(() -> LogVerifier.of(TestLogs.VERIFIER_KEY, other));
    }

    @Test
    void privateKey_publishedTestKey_isReadAndWritten() {
        try (LogSigner signer = InsecureLogKeys.parse(TestLogs.KEY)) {
            assertThat(signer.verifierKey()).isEqualTo(TestLogs.VERIFIER_KEY);
            assertThat(InsecureLogKeys.print(signer)).isEqualTo(TestLogs.KEY);
            assertThat(signer.toString()).doesNotContain("AeymY").contains(TestLogs.VERIFIER_KEY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PRIVATE+KEY+",
                TestLogs.VERIFIER_KEY,
                "PRIVATE+KEY+example.com/log/testdata+33d7b497+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg",
                "PRIVATE+KEY+example.com/log/testdata+33d7b496+BOymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg",
                "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSFw=="
            })
    void privateKey_malformed_isRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> InsecureLogKeys.parse(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a+b", "a\u00a0b", "a\nb", "\ud800"})
    void signer_nameThatIsNone_isRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> LogSigner.generate(name));
    }

    @Test
    void signer_longestName_isTakenAndLongerRefused() {
        assertThat(LogSigner.generate("n".repeat(255)).name()).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> LogSigner.generate("n".repeat(256)));
    }

    @Test
    void signer_closed_signsNoMore() {
        LogSigner signer = LogSigner.generate("a");
        signer.close();
        signer.close();
        assertThatIllegalStateException().isThrownBy(() -> signer.sign(checkpoint(1)));
        assertThatIllegalStateException().isThrownBy(() -> InsecureLogKeys.print(signer));
    }

    @Test
    void keyFile_wrongPassphraseOrChangedOrThere_isRefused() throws IOException {
        Path file = directory.resolve("key");
        char[] passphrase = "pass phrase".toCharArray();
        LogSigner.create(file, "example.com/audit", passphrase).close();
        assertThat(Files.size(file)).isEqualTo(10 + 17 + 133);
        refuses(KeyRingException.Reason.EXISTS, () -> LogSigner.create(file, "b", passphrase));
        refuses(KeyRingException.Reason.NOT_OPENED, () -> LogSigner.open(file, "other".toCharArray()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[12] ^= 1; // of the name
        Files.write(file, bytes);
        refuses(KeyRingException.Reason.NOT_OPENED, () -> LogSigner.open(file, passphrase));
        bytes[28] = 127; // of the memory that it asks for
        Files.write(file, bytes);
        refuses(KeyRingException.Reason.OVER_LIMIT, () -> LogSigner.open(file, passphrase));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyFiles.requireNone(file));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogSigner.create(directory.resolve("new"), "b", new char[0]));
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> LogSigner.open(directory.resolve("none"), passphrase));
    }

    @Test
    void keyFile_goldenOfVersion1_stillOpens() throws IOException {
        Path file = directory.resolve("key");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/golden/log-key-v1.bin"))) {
            Files.copy(in, file);
        }
        try (LogSigner signer = LogSigner.open(file, "golden".toCharArray())) {
            assertThat(signer.verifierKey())
                    .isEqualTo("example.com/golden+ae7c8b49+AU8Jq8dsGF31X4DhADgG7TJpcN8uxg6eDI2PnRuhJKhw");
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void keyFile_garbage_isNoKey(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(600)];
        random.nextBytes(bytes);
        byte[] magic = {'A', 'I', 'D', 'C', 'L', 'O', 'G', 'K', 1};
        System.arraycopy(magic, 0, bytes, 0, Math.min(bytes.length, random.nextInt(10)));
        Path file = Files.write(directory.resolve("key"), bytes);
        assertThatExceptionOfType(KeyRingException.class).isThrownBy(() -> LogSigner.open(file, new char[] {'a'}));
    }

    @Test
    void proof_withExtra_printsTheSame() {
        ProofFile proof = proof().withExtra(new byte[] {1, 2, 3});
        ProofFile again = ProofFile.parse(proof.bytes());
        assertThat(again.bytes()).isEqualTo(proof.bytes());
        assertThat(again.extra()).hasValueSatisfying(extra -> assertThat(extra).containsExactly(1, 2, 3));
        assertThat(again.index()).isEqualTo(2);
        assertThat(new String(proof.bytes(), UTF_8)).startsWith("c2sp.org/tlog-proof@v1\nextra AQID\nindex 2\n");
        assertThatIllegalArgumentException().isThrownBy(() -> proof.withExtra(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> proof.withExtra(new byte[65_537]));
    }

    @Test
    void proof_file_isReadAgain() {
        Path file = directory.resolve("a.tlog-proof");
        ProofFile proof = proof();
        proof.write(file);
        assertThat(ProofFile.read(file).bytes()).isEqualTo(proof.bytes());
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> ProofFile.read(directory.resolve("none")));
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> proof.write(directory.resolve("none/a")));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void parse_garbledProof_isRefusedOrProvesNothing(long seed) {
        Random random = new Random(seed);
        byte[] good = proof().bytes();
        byte[] entry = "entry 2".getBytes(UTF_8);
        ProofFile.parse(good).verify(entry, TestLogs.VERIFIER);
        for (int i = 0; i < 100; i++) {
            byte[] bad = random.nextBoolean() ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int changes = random.nextInt(3); changes >= 0 && bad.length > 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            if (!Arrays.equals(bad, good)) {
                assertThatExceptionOfType(AuditLogException.class)
                        .isThrownBy(() -> ProofFile.parse(bad).verify(entry, TestLogs.VERIFIER));
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_garbledEvent_isNoEventOrTheSame(long seed) {
        Random random = new Random(seed);
        byte[] good = EventJson.of(TestLogs.event(1)).at(TestLogs.NOW);
        for (int i = 0; i < 200; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            EventJson.read(0, bad).ifPresent(read -> assertThat(read.bytes()).isEqualTo(bad));
        }
    }

    @Test
    void entryBundle_garbage_holdsNoMoreThanItsBytes() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            for (int at = 0; at + 1 < bytes.length; at += 40) {
                bytes[at] = 0;
            }
            EntryBundle bundle = EntryBundle.read(bytes, 256);
            int total = 0;
            for (int entry = 0; entry < bundle.count(); entry++) {
                total += 2 + bundle.entry(entry).length;
            }
            assertThat(total).isLessThanOrEqualTo(bytes.length);
        }
    }

    @Test
    void hash_otherLength_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> TreeHash.of(new byte[31]));
        assertThat(TreeHash.ofNothing()).hasToString("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    @Test
    void proofs_longerThanAny_areRefused() {
        List<TreeHash> path = Collections.nCopies(66, TreeHash.ofNothing());
        assertThatIllegalArgumentException().isThrownBy(() -> new InclusionProof(0, 1, path));
        assertThatIllegalArgumentException().isThrownBy(() -> new ConsistencyProof(0, 1, path));
    }

    @Test
    void verify_continuingTheEmptyLog_needsNoPath() {
        Checkpoint nothing = new Checkpoint(TestLogs.ORIGIN, 0, TreeHash.ofNothing(), List.of(), List.of());
        new ConsistencyProof(0, 3, List.of()).verify(nothing, checkpoint(3));
        ConsistencyProof withPath = new ConsistencyProof(0, 3, List.of(TreeHash.ofNothing()));
        assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> withPath.verify(nothing, checkpoint(3)));
        Checkpoint otherNothing =
                new Checkpoint(TestLogs.ORIGIN, 0, checkpoint(3).root(), List.of(), List.of());
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> new ConsistencyProof(0, 0, List.of()).verify(nothing, otherNothing));
    }

    private ProofFile proof() {
        Path log = directory.resolve("log");
        try (AuditLog made = TestLogs.open(log)) {
            for (long i = made.checkpoint().size(); i < 5; i++) {
                made.append(("entry " + i).getBytes(UTF_8));
            }
            return made.prove(2);
        }
    }

    private static Checkpoint parse(String note) {
        return Checkpoint.parse(note.getBytes(UTF_8));
    }

    private static Checkpoint checkpoint(long size) {
        return new Checkpoint(TestLogs.ORIGIN, size, TreeHash.ofEntry(new byte[0]), List.of(), List.of());
    }

    private static Checkpoint signed() {
        Checkpoint bare = checkpoint(3);
        return bare.signed(List.of(TestLogs.SIGNER.sign(bare)));
    }

    private static void rejects(LogVerifier verifier, Checkpoint checkpoint, String why) {
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> verifier.verify(checkpoint))
                .withMessageContaining(why);
    }

    private static void refuses(KeyRingException.Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
