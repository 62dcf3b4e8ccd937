package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeysTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void readPrivate_everyCurve_givesTheSamePair(String curve) throws Exception {
        KeyPair pair = pair(curve);
        Path pem = directory.resolve("key.pem");
        SigningKeys.writePrivate(pair, pem);
        KeyPair read = SigningKeys.readPrivate(pem);
        assertThat(read.getPublic()).isEqualTo(pair.getPublic());
        ModelSigner.key(new KeyPair(pair.getPublic(), read.getPrivate()));
        Path publicPem = directory.resolve("public.pem");
        SigningKeys.writePublic(pair.getPublic(), publicPem);
        assertThat(SigningKeys.readPublic(publicPem)).isEqualTo(pair.getPublic());
    }

    @Test
    void generate_isP256() {
        assertThat(Curve.of(SigningKeys.generate().getPublic())).contains(Curve.P256);
    }

    @Test
    void readPublic_textAroundTheBlock_isSkipped() throws IOException {
        KeyPair pair = SigningKeys.generate();
        Path pem = directory.resolve("public.pem");
        String block = Pem.encode("PUBLIC KEY", pair.getPublic().getEncoded());
        Files.writeString(pem, "Key of ours\n\t00:b2\n\n" + block.replace("\n", "\r\n") + "trailer\n");
        assertThat(SigningKeys.readPublic(pem)).isEqualTo(pair.getPublic());
    }

    @Test
    void writePrivate_existingFile_isKept() throws IOException {
        Path pem = Files.writeString(directory.resolve("key.pem"), "mine");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> SigningKeys.writePrivate(SigningKeys.generate(), pem))
                .withCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(pem).hasContent("mine");
    }

    @Test
    void read_somethingElse_isNamed() throws Exception {
        Path pem = directory.resolve("key.pem");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> SigningKeys.readPrivate(pem))
                .withCauseInstanceOf(NoSuchFileException.class);
        Files.writeString(pem, "no key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.readPrivate(pem))
                .withMessageContaining("no PEM block");
        Files.writeString(pem, Pem.encode("PRIVATE KEY", new byte[20]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.readPrivate(pem))
                .withMessageContaining("P-256");
        Files.writeString(pem, Pem.encode("PUBLIC KEY", new byte[20]));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPublic(pem));
        Files.writeString(pem, "-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----\n");
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPublic(pem));
        Files.write(pem, new byte[65 * 1024]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.readPublic(pem))
                .withMessageContaining("65536");
        for (String label : List.of("PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE")) {
            Files.writeString(pem, Pem.encode(label, FormatPartsTest.nestedWithoutLengths(40_000)));
            assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPrivate(pem));
            assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPublic(pem));
            assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readCertificates(pem));
        }
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Files.writeString(pem, Pem.encode("PRIVATE KEY", rsa.getPrivate().getEncoded()));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPrivate(pem));
        Files.writeString(pem, Pem.encode("PUBLIC KEY", rsa.getPublic().getEncoded()));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPublic(pem));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_garbledPem_givesDocumentedFailuresOnly(long seed) throws Exception {
        Random random = new Random(seed);
        KeyPair pair = SigningKeys.generate();
        List<byte[]> blocks = List.of(
                pair.getPrivate().getEncoded(),
                pair.getPublic().getEncoded(),
                TestCertificates.root("root", pair).getEncoded());
        List<String> labels = List.of("PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE");
        List<Consumer<Path>> readers =
                List.of(SigningKeys::readPrivate, SigningKeys::readPublic, SigningKeys::readCertificates);
        Path pem = directory.resolve("garbled.pem");
        for (int i = 0; i < 30; i++) {
            int kind = i % blocks.size();
            byte[] der = blocks.get(kind).clone();
            der[random.nextInt(der.length)] = (byte) random.nextInt();
            byte[] text = Pem.encode(labels.get(kind), der).getBytes(StandardCharsets.US_ASCII);
            if (random.nextBoolean()) {
                text[random.nextInt(text.length)] = (byte) random.nextInt();
            }
            Files.write(pem, text);
            Throwable failure = catchThrowable(() -> readers.get(kind).accept(pem));
            assertThat(failure == null || failure instanceof IllegalArgumentException)
                    .as("%s", failure)
                    .isTrue();
        }
    }

    static KeyPair pair(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }
}
