package io.aidc.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.TlsMaterialException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.tls.TestCertificates.Issued;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsMaterialTest {
    private static final KeyPair RSA = TestCertificates.keys("RSA", 2048);

    @TempDir
    private Path directory;

    private Material material;

    @BeforeEach
    void writeFiles() {
        material = new Material(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void open_keyAsSec1_isTaken(String curve) throws Exception {
        Issued issued = issued(TestCertificates.keys(curve, 0));
        PrivateKeyInfo info =
                PrivateKeyInfo.getInstance(issued.keys().getPrivate().getEncoded());
        ECPrivateKey key = new ECPrivateKey(
                521,
                ECPrivateKey.getInstance(info.parsePrivateKey()).getKey(),
                info.getPrivateKeyAlgorithm().getParameters());
        material.write("server.pem", issued.certificatePem());
        material.write(
                "server.key",
                TestCertificates.pem("EC PARAMETERS", new byte[] {5, 0})
                        + TestCertificates.pem("EC PRIVATE KEY", key.getEncoded()));
        material.server().open().close();
    }

    @Test
    void open_keyWithItsPublicKey_isTaken() throws Exception {
        Issued issued = issued(TestCertificates.keys("Ed25519", 0));
        PrivateKeyInfo info =
                PrivateKeyInfo.getInstance(issued.keys().getPrivate().getEncoded());
        byte[] publicKey = SubjectPublicKeyInfo.getInstance(
                        issued.keys().getPublic().getEncoded())
                .getPublicKeyData()
                .getOctets();
        byte[] version2 =
                new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey(), null, publicKey).getEncoded();
        material.write("server.pem", issued.certificatePem());
        material.write("server.key", TestCertificates.pem("PRIVATE KEY", version2));
        material.server().open().close();
    }

    @Test
    void open_keyAsPkcs1_isTaken() throws Exception {
        material.write("server.pem", issued(RSA).certificatePem());
        byte[] pkcs1 = PrivateKeyInfo.getInstance(RSA.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        material.write("server.key", TestCertificates.pem("RSA PRIVATE KEY", pkcs1));
        material.server().open().close();
    }

    @Test
    void open_oneFileForAll_isTaken() {
        Path all = material.write(
                "all.pem",
                "# comment\n" + Material.SERVER.keyPem() + "Bag Attributes\n" + Material.SERVER.certificatePem());
        TlsContext.builder().certificate(all).privateKey(all).open().close();
    }

    @Test
    void open_certificatesSignedWithPss_areTaken() {
        Issued authority =
                TestCertificates.certificate("rsa").keys(RSA).authority().selfSigned();
        material.write(
                "server",
                TestCertificates.certificate("server")
                        .signedWith(pss("SHA-256"))
                        .issuedBy(authority));
        material.server().open().close();
    }

    @Test
    void open_certificateSignedWithPssAndSha1_isWeak() {
        Issued authority =
                TestCertificates.certificate("rsa").keys(RSA).authority().selfSigned();
        material.write(
                "server",
                TestCertificates.certificate("server").signedWith(pss("SHA-1")).issuedBy(authority));
        assertRefused(Reason.WEAK, "server.pem", "1.3.14.3.2.26");
    }

    @Test
    void open_keyBoundToPssWithSha1_isWeak() {
        // the parameters of RSASSA-PSS default to SHA-1
        var bound = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.1.10"), new DERSequence());
        var key = SubjectPublicKeyInfo.getInstance(RSA.getPublic().getEncoded()).getPublicKeyData();
        writeServer(new SubjectPublicKeyInfo(bound, key.getOctets()));
        assertRefused(Reason.WEAK, "server.pem", "1.3.14.3.2.26");
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2047})
    void open_shortRsa_isWeak(int bits) {
        material.write("server", issued(TestCertificates.keys("RSA", bits)));
        assertRefused(Reason.WEAK, "server.pem", ">= 2048 bits, got " + bits);
    }

    @Test
    void open_dsa_isWeak() {
        KeyPair dsa = TestCertificates.keys("DSA", 2048);
        material.write(
                "server", TestCertificates.certificate("server").keys(dsa).selfSigned());
        assertRefused(Reason.WEAK, "server.pem", "1.2.840.10040.4.1");
        material.write("server", Material.SERVER);
        material.write(
                "server.key",
                TestCertificates.pem("PRIVATE KEY", dsa.getPrivate().getEncoded()));
        assertRefused(Reason.WEAK, "server.key", "1.2.840.10040.4.1");
        material.write("server.key", TestCertificates.pem("DSA PRIVATE KEY", new byte[1]));
        assertRefused(Reason.WEAK, "server.key", "DSA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.3.132.0.33", "1.3.132.0.10", "1.3.36.3.3.2.8.1.1.7"})
    void open_otherCurve_isWeak(String curve) throws Exception {
        var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, new ASN1ObjectIdentifier(curve));
        writeServer(new SubjectPublicKeyInfo(algorithm, new byte[57]));
        assertRefused(Reason.WEAK, "server.pem", curve);
        material.write("server", Material.SERVER);
        ECPrivateKey key = new ECPrivateKey(224, BigInteger.TWO, new ASN1ObjectIdentifier(curve));
        material.write("server.key", TestCertificates.pem("EC PRIVATE KEY", key.getEncoded()));
        assertRefused(Reason.WEAK, "server.key", curve);
    }

    @Test
    void open_curveWithoutName_isWeak() {
        var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, new DERSequence());
        writeServer(new SubjectPublicKeyInfo(algorithm, new byte[57]));
        assertRefused(Reason.WEAK, "server.pem", "without a name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.3.101.113", "1.3.101.110", "1.2.3.4"})
    void open_unknownAlgorithm_isWeak(String algorithm) {
        writeServer(
                new SubjectPublicKeyInfo(new AlgorithmIdentifier(new ASN1ObjectIdentifier(algorithm)), new byte[32]));
        assertRefused(Reason.WEAK, "server.pem", algorithm);
    }

    @ParameterizedTest
    @CsvSource({"MD5withRSA,1.2.840.113549.1.1.4", "SHA1withRSA,1.2.840.113549.1.1.5"})
    void open_oldSignature_isWeak(String signature, String oid) {
        material.write(
                "server",
                TestCertificates.certificate("server")
                        .keys(RSA)
                        .signedWith(signature)
                        .selfSigned());
        assertRefused(Reason.WEAK, "server.pem", oid);
    }

    @Test
    void open_oldSignatureOfAuthority_isWeak() {
        Issued old = TestCertificates.certificate("old")
                .authority()
                .signedWith("SHA1withECDSA")
                .selfSigned();
        material.write("ca.pem", Material.AUTHORITY.certificatePem() + old.certificatePem());
        TlsMaterialException refusal = refusal(material.client());
        assertThat(refusal.reason()).isEqualTo(Reason.WEAK);
        assertThat(refusal).hasMessageContaining("certificate 2");
    }

    @Test
    void open_encryptedKey_isRefused() {
        material.write("server.key", TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[4]));
        assertRefused(Reason.ENCRYPTED_KEY, "server.key", "encrypted");
        material.write("server.key", """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """);
        assertRefused(Reason.ENCRYPTED_KEY, "server.key", "encrypted");
    }

    @Test
    void open_keyOfAnother_isAMismatch() {
        material.write("server.key", Material.CLIENT.keyPem());
        assertRefused(Reason.KEY_MISMATCH, "server.key", "first certificate");
        material.write(
                "server.key",
                TestCertificates.pem("PRIVATE KEY", RSA.getPrivate().getEncoded()));
        assertRefused(Reason.KEY_MISMATCH, "server.key", "first certificate");
        KeyPair otherCurve = TestCertificates.keys("secp384r1", 0);
        material.write(
                "server.key",
                TestCertificates.pem("PRIVATE KEY", otherCurve.getPrivate().getEncoded()));
        assertRefused(Reason.KEY_MISMATCH, "server.key", "first certificate");
    }

    @Test
    void open_noKeyOrTwo_isUnreadable() {
        material.write("server.key", Material.SERVER.certificatePem());
        assertRefused(Reason.UNREADABLE, "server.key", "one private key, got 0");
        material.write("server.key", Material.SERVER.keyPem().repeat(2));
        assertRefused(Reason.UNREADABLE, "server.key", "one private key, got 2");
        material.write("server.key", TestCertificates.pem("OPENSSH PRIVATE KEY", new byte[4]));
        assertRefused(Reason.UNREADABLE, "server.key", "cannot be parsed");
    }

    @Test
    void open_noCertificate_isUnreadable() {
        material.write("server.pem", Material.SERVER.keyPem());
        assertRefused(Reason.UNREADABLE, "server.pem", "CERTIFICATE");
    }

    @Test
    void open_chainOutOfOrder_isBroken() {
        Issued intermediate =
                TestCertificates.certificate("intermediate").authority().issuedBy(Material.AUTHORITY);
        Issued leaf = TestCertificates.certificate("leaf").issuedBy(intermediate);
        material.write("server", leaf);
        material.write(
                "server.pem",
                leaf.certificatePem() + Material.AUTHORITY.certificatePem() + intermediate.certificatePem());
        assertRefused(Reason.BROKEN_CHAIN, "server.pem", "certificate 1, CN=leaf");
    }

    @Test
    void open_chainThroughNamesake_isBroken() {
        material.write(
                "server.pem",
                Material.SERVER.certificatePem()
                        + TestCertificates.authority("authority").certificatePem());
        assertRefused(Reason.BROKEN_CHAIN, "server.pem", "issued by certificate 2");
    }

    @Test
    void open_chainThroughNoAuthority_isBroken() {
        Issued leaf = TestCertificates.certificate("leaf").issuedBy(Material.SERVER);
        material.write("server", leaf);
        material.write("server.pem", leaf.certificatePem() + Material.SERVER.certificatePem());
        assertRefused(Reason.BROKEN_CHAIN, "server.pem", "issued by certificate 2");
    }

    @ParameterizedTest
    @CsvSource({"-1,false", "0,true", "60,true", "61,false"})
    void open_atTheEdgesOfValidity_isTakenWithin(long second, boolean taken) {
        Instant from = Instant.parse("2030-01-01T00:00:00Z");
        material.write(
                "server",
                TestCertificates.certificate("server")
                        .valid(from, from.plusSeconds(60))
                        .issuedBy(Material.AUTHORITY));
        TlsContext.Builder server = material.server().clock(Clock.fixed(from.plusSeconds(second), ZoneOffset.UTC));
        if (taken) {
            server.open().close();
        } else {
            assertThat(refusal(server).reason()).isEqualTo(Reason.NOT_VALID_NOW);
        }
    }

    @Test
    void open_leafAmongAuthorities_isRefused() {
        material.write("ca.pem", Material.AUTHORITY.certificatePem() + Material.SERVER.certificatePem());
        TlsMaterialException refusal = refusal(material.client());
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_AN_AUTHORITY);
        assertThat(refusal).hasMessageContaining("certificate 2, CN=server");
    }

    @Test
    void open_expiredAuthority_isLeftOutAndAloneRefused() throws Exception {
        Instant past = Instant.parse("2021-01-01T00:00:00Z");
        Issued expired = TestCertificates.certificate("expired")
                .authority()
                .valid(past, past.plusSeconds(1))
                .selfSigned();
        material.write("ca.pem", expired.certificatePem());
        assertThat(refusal(material.client()).reason()).isEqualTo(Reason.NOT_VALID_NOW);

        material.write("ca.pem", expired.certificatePem() + Material.AUTHORITY.certificatePem());
        material.write("server", TestCertificates.certificate("server").issuedBy(expired));
        try (TlsContext server = material.server().open();
                TlsContext client = material.client().open()) {
            var pair = new EnginePair(
                    Material.clientEngine(client.sslContext()),
                    server.sslContext().createSSLEngine());
            assertThatThrownBy(pair::connect).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void open_largestFiles_areTakenAndOneByteMoreIsNot() {
        String key = Material.SERVER.keyPem();
        String chain = Material.SERVER.certificatePem();
        material.write("server.key", key + "#".repeat(64 * 1024 - key.length()));
        material.write("server.pem", chain + "#".repeat(1024 * 1024 - chain.length()));
        material.server().open().close();
        material.write("server.key", key + "#".repeat(64 * 1024 - key.length() + 1));
        assertRefused(Reason.OVER_LIMIT, "server.key", "65536 bytes");
        material.write("server.key", key);
        material.write("server.pem", chain + "#".repeat(1024 * 1024 - chain.length() + 1));
        assertRefused(Reason.OVER_LIMIT, "server.pem", "1048576 bytes");
    }

    @Test
    void open_64Authorities_areTakenAnd65AreNot() {
        material.write("ca.pem", Material.AUTHORITY.certificatePem().repeat(64));
        material.client().open().close();
        material.write("ca.pem", Material.AUTHORITY.certificatePem().repeat(65));
        assertThat(refusal(material.client()).reason()).isEqualTo(Reason.OVER_LIMIT);
    }

    @Test
    void open_fileMissing_isAnIoFailure() throws Exception {
        Files.delete(material.path("ca.pem"));
        TlsContext.Builder client = material.client();
        assertThatThrownBy(client::open).isInstanceOf(VaultIoException.class).hasMessageContaining("ca.pem");
    }

    @Test
    void open_deeplyNestedKey_isRefused() {
        byte[] nested = new byte[32 * 1024];
        for (int i = 0; i + 1 < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        material.write("server.key", TestCertificates.pem("PRIVATE KEY", nested));
        assertRefused(Reason.UNREADABLE, "server.key", "cannot be parsed");
        material.write("server.pem", TestCertificates.pem("CERTIFICATE", nested));
        assertRefused(Reason.UNREADABLE, "server.pem", "cannot be parsed");
    }

    @Test
    void open_optionMissing_isNamed() {
        Path file = material.path("ca.pem");
        assertMissing(TlsContext.builder(), "certificate or trusting");
        assertMissing(TlsContext.builder().certificate(file), "privateKey");
        assertMissing(TlsContext.builder().privateKey(file), "certificate");
        assertMissing(TlsContext.builder().trusting(file).requireClientCertificate(), "certificate");
        assertMissing(material.server().requireClientCertificate(), "trusting");
        assertMissing(material.server().acceptingAnyName(), "trusting");
    }

    @Test
    void builder_secondValue_namesTheFirst() {
        Path first = Path.of("first.pem");
        TlsContext.Builder builder = TlsContext.builder()
                .certificate(first)
                .privateKey(first)
                .trusting(first)
                .reloadEvery(Duration.ofMinutes(7))
                .onReload(reload -> {});
        assertThatThrownBy(() -> builder.certificate(first))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("first.pem");
        assertThatThrownBy(() -> builder.privateKey(first))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("first.pem");
        assertThatThrownBy(() -> builder.trusting(first))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("first.pem");
        assertThatThrownBy(() -> builder.reloadEvery(Duration.ofDays(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PT7M");
        assertThatThrownBy(() -> builder.onReload(reload -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("onReload");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.999999999S", "PT0S", "PT-1S", "PT876000H0.000000001S"})
    void reloadEvery_outOfRange_isRefused(String every) {
        TlsContext.Builder builder = TlsContext.builder();
        assertThatThrownBy(() -> builder.reloadEvery(Duration.parse(every)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT1S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT876000H"})
    void reloadEvery_limits_areTaken(String every) {
        material.server().reloadEvery(Duration.parse(every)).open().close();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void open_changedFiles_failsInDocumentedWays(long seed) throws IOException {
        Random random = new Random(seed);
        for (String name : new String[] {"server.pem", "server.key", "ca.pem"}) {
            byte[] good = Files.readAllBytes(material.path(name));
            for (int round = 0; round < 4; round++) {
                Files.write(
                        material.path(name),
                        random.nextBoolean() ? changedText(good, random) : changedDer(good, random));
                try {
                    material.mutualServer().open().close();
                } catch (TlsMaterialException e) {
                    assertThat(e).hasMessageContaining(name.equals("ca.pem") ? "ca.pem" : "server");
                }
            }
            Files.write(material.path(name), good);
        }
    }

    private static byte[] changedText(byte[] text, Random random) {
        byte[] changed = text.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
    }

    private static byte[] changedDer(byte[] text, Random random) {
        String[] lines = new String(text, StandardCharsets.US_ASCII).split("\n", -1);
        StringBuilder body = new StringBuilder();
        for (int i = 1; i < lines.length && !lines[i].startsWith("-"); i++) {
            body.append(lines[i]);
        }
        byte[] der = changedText(Base64.getDecoder().decode(body.toString()), random);
        String label = lines[0].substring("-----BEGIN ".length(), lines[0].length() - "-----".length());
        return TestCertificates.pem(label, der).getBytes(StandardCharsets.US_ASCII);
    }

    private static PSSParameterSpec pss(String hash) {
        return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), 32, 1);
    }

    private static Issued issued(KeyPair keys) {
        return TestCertificates.certificate("server").keys(keys).issuedBy(Material.AUTHORITY);
    }

    private void writeServer(SubjectPublicKeyInfo key) {
        byte[] der = TestCertificates.certificate("server").publicKey(key).encodedBy(Material.AUTHORITY);
        material.write("server.pem", TestCertificates.pem("CERTIFICATE", der));
    }

    private static TlsMaterialException refusal(TlsContext.Builder builder) {
        TlsMaterialException refusal = catchThrowableOfType(TlsMaterialException.class, builder::open);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private void assertRefused(Reason reason, String file, String detail) {
        TlsMaterialException refusal = refusal(material.server());
        assertThat(refusal).hasMessageContaining(file).hasMessageContaining(detail);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    private static void assertMissing(TlsContext.Builder builder, String option) {
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(option)
                .hasMessageContaining("missing");
    }
}
