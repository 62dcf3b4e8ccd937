package io.aidc.security.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MlDsaTest {
    private static final byte[] MESSAGE = "a model".getBytes(US_ASCII);

    private static byte[] privatePem;
    private static byte[] publicPem;

    @TempDir
    private Path directory;

    @BeforeAll
    static void write(@TempDir Path shared) throws IOException {
        MlDsaKeyPair pair = MlDsaKeyPair.ofSeed(MlDsaLevel.ML_DSA_44, new byte[32]);
        pair.write(shared.resolve("key.pem"));
        pair.publicKey().write(shared.resolve("public.pem"));
        privatePem = Files.readAllBytes(shared.resolve("key.pem"));
        publicPem = Files.readAllBytes(shared.resolve("public.pem"));
    }

    @ParameterizedTest
    @EnumSource
    void sign_everyLevel_verifiesAndNothingElseDoes(MlDsaLevel level) {
        MlDsaKeyPair pair = MlDsaKeyPair.generate(level);
        byte[] signature = pair.sign(MESSAGE);
        assertThat(pair.publicKey().level()).isEqualTo(level);
        assertThat(pair.publicKey().verifies(MESSAGE, signature)).isTrue();
        assertThat(pair.publicKey().verifies("a modem".getBytes(US_ASCII), signature))
                .isFalse();
        assertThat(pair.publicKey().verifies(MESSAGE, Arrays.copyOf(signature, signature.length - 1)))
                .isFalse();
        assertThat(pair.publicKey().verifies(MESSAGE, new byte[0])).isFalse();
        assertThat(MlDsaKeyPair.generate(level).publicKey().verifies(MESSAGE, signature))
                .isFalse();
        signature[100] ^= 1;
        assertThat(pair.publicKey().verifies(MESSAGE, signature)).isFalse();
    }

    @Test
    void sign_isHedgedAndTheDeterministicFormIsNot() {
        MlDsaKeyPair pair = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);
        assertThat(pair.sign(MESSAGE)).isNotEqualTo(pair.sign(MESSAGE));
        byte[] context = {1, 2};
        byte[] signature = pair.signDeterministically(MESSAGE, context);
        assertThat(pair.signDeterministically(MESSAGE, context)).isEqualTo(signature);
        assertThat(pair.publicKey().verifies(MESSAGE, context, signature)).isTrue();
        assertThat(pair.publicKey().verifies(MESSAGE, signature)).isFalse();
        assertThat(pair.publicKey().verifies(MESSAGE, new byte[256], signature)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> pair.signDeterministically(MESSAGE, new byte[256]));
    }

    @ParameterizedTest
    @EnumSource
    void pem_writtenAndRead_isTheSameKey(MlDsaLevel level) throws IOException {
        MlDsaKeyPair pair = MlDsaKeyPair.generate(level);
        Path file = directory.resolve("key.pem");
        pair.write(file);
        MlDsaKeyPair again = MlDsaKeyPair.read(file);
        assertThat(again.publicKey()).isEqualTo(pair.publicKey()).hasSameHashCodeAs(pair.publicKey());
        assertThat(pair.publicKey().verifies(MESSAGE, again.sign(MESSAGE))).isTrue();
        pair.publicKey().write(directory.resolve("public.pem"));
        assertThat(MlDsaPublicKey.read(directory.resolve("public.pem"))).isEqualTo(pair.publicKey());
        assertThat(MlDsaPublicKey.of(level, pair.publicKey().bytes())).isEqualTo(pair.publicKey());
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> pair.write(file));
        assertThat(pair.toString()).contains(level.standardName()).doesNotContain("seed");
    }

    @Test
    void read_seedWithItsExpandedKey_isTakenAndWithAnotherRefused() throws IOException {
        byte[] seed = new byte[32];
        byte[] expanded = new MLDSAPrivateKeyParameters(MlDsaLevel.ML_DSA_65.parameters(), seed)
                .getParametersWithFormat(MLDSAPrivateKeyParameters.EXPANDED_KEY)
                .getEncoded();
        assertThat(expanded).hasSize(4032);
        assertThat(MlDsaKeyPair.read(pkcs8(seed, expanded)).publicKey())
                .isEqualTo(
                        MlDsaKeyPair.ofSeed(MlDsaLevel.ML_DSA_65, seed.clone()).publicKey());
        expanded[4000] ^= 1;
        Path other = pkcs8(seed, expanded);
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaKeyPair.read(other));
    }

    private Path pkcs8(byte[] seed, byte[] expanded) throws IOException {
        DERSequence both =
                new DERSequence(new ASN1Encodable[] {new DEROctetString(seed), new DEROctetString(expanded)});
        byte[] der = new PrivateKeyInfo(new AlgorithmIdentifier(MlDsaLevel.ML_DSA_65.oid()), both).getEncoded();
        return Files.writeString(directory.resolve("both.pem"), Pem.encode("PRIVATE KEY", der));
    }

    @Test
    void read_somethingElse_isRefused() throws IOException {
        Path missing = directory.resolve("none.pem");
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> MlDsaKeyPair.read(missing));
        Path text = Files.writeString(directory.resolve("text.pem"), "no key here");
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaKeyPair.read(text));
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaPublicKey.read(text));
        SigningKeys.writePrivate(SigningKeys.generate(), directory.resolve("ec.pem"));
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaKeyPair.read(directory.resolve("ec.pem")));
        SigningKeys.writePublic(SigningKeys.generate().getPublic(), directory.resolve("ec-public.pem"));
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaPublicKey.read(directory.resolve("ec-public.pem")));
        byte[] parameters = new PrivateKeyInfo(
                        new AlgorithmIdentifier(MlDsaLevel.ML_DSA_65.oid(), DERNull.INSTANCE),
                        new DEROctetString(new byte[32]))
                .getEncoded();
        Path withParameters =
                Files.writeString(directory.resolve("parameters.pem"), Pem.encode("PRIVATE KEY", parameters));
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaKeyPair.read(withParameters));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MlDsaPublicKey.of(MlDsaLevel.ML_DSA_65, new byte[1312]))
                .withMessageContaining("1952");
        assertThatIllegalArgumentException().isThrownBy(() -> MlDsaKeyPair.ofSeed(MlDsaLevel.ML_DSA_65, new byte[31]));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_garbledPem_isRefusedOrAKey(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 6; i++) {
            boolean isPublic = random.nextBoolean();
            byte[] bad = isPublic ? publicPem.clone() : privatePem.clone();
            bad[random.nextInt(bad.length)] = (byte) (random.nextBoolean() ? random.nextInt(128) : 'A');
            Path garbled = Files.write(directory.resolve("bad.pem"), bad);
            try {
                assertThat(isPublic ? MlDsaPublicKey.read(garbled) : MlDsaKeyPair.read(garbled))
                        .isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("bad.pem");
            }
        }
    }

    @Test
    void close_wipesAndRefuses() {
        MlDsaKeyPair pair = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);
        pair.close();
        pair.close();
        assertThatIllegalStateException().isThrownBy(() -> pair.sign(MESSAGE));
        assertThatIllegalStateException().isThrownBy(() -> pair.write(directory.resolve("key.pem")));
        assertThat(pair.publicKey()).isNotNull();
    }

    /** A second implementation, where the JDK has one (24 and later). */
    @ParameterizedTest
    @EnumSource
    void sign_verifiedByTheJdk_agrees(MlDsaLevel level) throws Exception {
        MlDsaKeyPair pair = MlDsaKeyPair.generate(level);
        X509EncodedKeySpec spki = new X509EncodedKeySpec(pair.publicKey().spki());
        Signature verifier = jdkSignature();
        verifier.initVerify(KeyFactory.getInstance(level.standardName()).generatePublic(spki));
        verifier.update(MESSAGE);
        assertThat(verifier.verify(pair.sign(MESSAGE))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void verifies_signedByTheJdk_agrees(MlDsaLevel level) throws Exception {
        Signature signer = jdkSignature();
        KeyPair pair = KeyPairGenerator.getInstance(level.standardName()).generateKeyPair();
        Path file = directory.resolve("jdk.pem");
        Files.writeString(file, Pem.encode("PUBLIC KEY", pair.getPublic().getEncoded()));
        signer.initSign(pair.getPrivate());
        signer.update(MESSAGE);
        MlDsaPublicKey key = MlDsaPublicKey.read(file);
        assertThat(key.level()).isEqualTo(level);
        assertThat(key.verifies(MESSAGE, signer.sign())).isTrue();
    }

    private static Signature jdkSignature() {
        try {
            return Signature.getInstance("ML-DSA");
        } catch (NoSuchAlgorithmException e) {
            return Assumptions.abort("ML-DSA is not in this JDK");
        }
    }
}
