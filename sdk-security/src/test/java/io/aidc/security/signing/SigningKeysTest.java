package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Files.writeString(pem, Pem.encode("PRIVATE KEY", rsa.getPrivate().getEncoded()));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPrivate(pem));
        Files.writeString(pem, Pem.encode("PUBLIC KEY", rsa.getPublic().getEncoded()));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.readPublic(pem));
    }

    static KeyPair pair(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }
}
