package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateSigningTest {
    private static final KeyPair ROOT_KEYS = SigningKeys.generate();
    private static final KeyPair MIDDLE_KEYS = SigningKeys.generate();
    private static final KeyPair KEYS = SigningKeys.generate();
    private static final ModelFiles FILES = ModelFiles.of(Map.of("f", ByteBuffer.allocate(3)));

    @TempDir
    private Path directory;

    private X509Certificate root;
    private X509Certificate middle;
    private X509Certificate leaf;

    @BeforeEach
    void makeChain() throws Exception {
        root = TestCertificates.root("root", ROOT_KEYS);
        middle = TestCertificates.authority("middle", MIDDLE_KEYS.getPublic(), "root", ROOT_KEYS.getPrivate());
        leaf = TestCertificates.leaf(KEYS.getPublic(), "middle", MIDDLE_KEYS.getPrivate(), KeyUsage.digitalSignature);
    }

    @Test
    void load_chainToATrustedRoot_verifiesThoughItHasExpired() {
        for (List<X509Certificate> chain : List.of(List.of(leaf, middle), List.of(leaf, middle, root))) {
            SignatureFiles signature =
                    ModelSigner.certificates(KEYS.getPrivate(), chain).sign(FILES, "m");
            ModelVerifier.trustingRoots(root).load(FILES, signature).close();
            ModelVerifier.trustingRoots(middle, root, root)
                    .load(FILES, signature)
                    .close();
        }
    }

    @Test
    void load_signerItselfIsTrusted_verifies() {
        SignatureFiles signature =
                ModelSigner.certificates(KEYS.getPrivate(), List.of(leaf)).sign(FILES, "m");
        ModelVerifier.trustingRoots(leaf).load(FILES, signature).close();
        assertUntrusted(ModelVerifier.trustingRoots(root), signature);
        assertUntrusted(ModelVerifier.trustingRoots(leaf).validAt(TestCertificates.END.plusSeconds(1)), signature);
    }

    @Test
    void validAt_outsideTheChainsTime_isRefused() {
        SignatureFiles signature = ModelSigner.certificates(KEYS.getPrivate(), List.of(leaf, middle))
                .sign(FILES, "m");
        ModelVerifier verifier = ModelVerifier.trustingRoots(root);
        verifier.validAt(TestCertificates.BEGIN).load(FILES, signature).close();
        verifier.validAt(TestCertificates.END).load(FILES, signature).close();
        assertUntrusted(verifier.validAt(TestCertificates.BEGIN.minusSeconds(1)), signature);
        assertUntrusted(verifier.validAt(TestCertificates.END.plusSeconds(1)), signature);
    }

    @Test
    void validAt_keyOrSecondTime_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ModelVerifier.trusting(KEYS.getPublic()).validAt(TestCertificates.BEGIN));
        ModelVerifier verifier = ModelVerifier.trustingRoots(root).validAt(TestCertificates.BEGIN);
        assertThatIllegalStateException()
                .isThrownBy(() -> verifier.validAt(TestCertificates.END))
                .withMessageContaining("2020-01-01");
    }

    @Test
    void trustingRoots_none_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(ModelVerifier::trustingRoots)
                .withMessageContaining("roots");
    }

    @Test
    void load_chainIsIncompleteOrInAnotherOrder_isRefused() throws Exception {
        KeyPair stranger = SigningKeys.generate();
        X509Certificate forged =
                TestCertificates.authority("middle", MIDDLE_KEYS.getPublic(), "root", stranger.getPrivate());
        for (List<X509Certificate> chain :
                List.of(List.of(leaf), List.of(leaf, root), List.of(leaf, root, middle), List.of(leaf, forged))) {
            SignatureFiles signature =
                    ModelSigner.certificates(KEYS.getPrivate(), chain).sign(FILES, "m");
            assertUntrusted(ModelVerifier.trustingRoots(root), signature);
        }
    }

    @Test
    void load_anyByteOfTheChainChanged_isRefused() {
        SignatureFiles signature = ModelSigner.certificates(KEYS.getPrivate(), List.of(leaf, middle))
                .sign(FILES, "m");
        ModelVerifier verifier = ModelVerifier.trustingRoots(root);
        byte[] good = signature.bundle();
        String text = new String(good, StandardCharsets.US_ASCII);
        int from = text.indexOf("\"rawBytes\":\"") + 12;
        for (int i = from; i < text.indexOf('"', from); i += 7) {
            byte[] bad = good.clone();
            bad[i] = (byte) (bad[i] == 'A' ? 'B' : 'A');
            assertThatExceptionOfType(ModelRejectedException.class)
                    .as("position %d", i)
                    .isThrownBy(() -> verifier.load(FILES, new SignatureFiles(bad)));
        }
    }

    @Test
    void load_keyInsteadOfCertificatesOrTheReverse_isRefused() {
        SignatureFiles certified = ModelSigner.certificates(KEYS.getPrivate(), List.of(leaf, middle))
                .sign(FILES, "m");
        SignatureFiles bare = ModelSigner.key(KEYS).sign(FILES, "m");
        assertUntrusted(ModelVerifier.trusting(KEYS.getPublic()), certified);
        assertUntrusted(ModelVerifier.trustingRoots(root), bare);
    }

    @Test
    void certificates_notTheKeysOrNotForSigning_areRefused() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> ModelSigner.certificates(KEYS.getPrivate(), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSigner.certificates(ROOT_KEYS.getPrivate(), List.of(leaf)))
                .withMessageContaining("belong together");
        X509Certificate other =
                TestCertificates.leaf(KEYS.getPublic(), "middle", MIDDLE_KEYS.getPrivate(), KeyUsage.keyAgreement);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSigner.certificates(KEYS.getPrivate(), List.of(other)))
                .withMessageContaining("signatures");
    }

    @Test
    void resign_certifiedSignature_isTheSigners() {
        ModelSigner signer = ModelSigner.certificates(KEYS.getPrivate(), List.of(leaf, middle));
        SignatureFiles again = signer.resign(FILES, "m", signer.sign(FILES, "m"), Set.of("f"));
        ModelVerifier.trustingRoots(root).load(FILES, again).close();
    }

    @Test
    void readCertificates_chainFile_givesAllInOrder() throws Exception {
        Path pem = directory.resolve("chain.pem");
        Files.writeString(pem, "leaf\n" + pem(leaf) + "its issuer\n" + pem(middle));
        assertThat(SigningKeys.readCertificates(pem)).containsExactly(leaf, middle);
    }

    @Test
    void readCertificates_somethingElse_isNamed() throws Exception {
        Path pem = Files.writeString(directory.resolve("chain.pem"), "nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.readCertificates(pem))
                .withMessageContaining("CERTIFICATE");
        Files.writeString(pem, pem(leaf) + Pem.encode("CERTIFICATE", new byte[20]));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readCertificates(pem));
        Files.writeString(pem, pem(leaf) + "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readCertificates(pem));
        Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n".repeat(10_000));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readCertificates(pem));
        byte[] large = new byte[1024 * 1024 + 1];
        Arrays.fill(large, (byte) ' ');
        Files.write(pem, large);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.readCertificates(pem))
                .withMessageContaining("1048576");
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return Pem.encode("CERTIFICATE", certificate.getEncoded());
    }

    private static void assertUntrusted(ModelVerifier verifier, SignatureFiles signature) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier.load(FILES, signature))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED_KEY));
    }
}
