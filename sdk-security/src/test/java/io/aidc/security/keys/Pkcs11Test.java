package io.aidc.security.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.UnsealException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A PKCS#11 token, by SoftHSM where the machine has it (Debian's {@code softhsm2}). The library reads where its tokens are
 * from the environment, hence the other JVM.
 */
class Pkcs11Test {
    private static final String PIN = "1234";

    @TempDir
    private Path directory;

    @Test
    void token_whoseKeyNeverLeavesIt_protectsARing() throws Exception {
        Path library = Stream.of(
                        "/usr/lib/softhsm/libsofthsm2.so",
                        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                        "/usr/lib64/pkcs11/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
        if (library == null) {
            System.err.println("PKCS#11 TEST SKIPPED: no libsofthsm2.so on this machine");
            Assumptions.abort("no PKCS#11 token");
            return;
        }
        Path settings = Files.writeString(
                directory.resolve("softhsm.conf"),
                "directories.tokendir = %s\nobjectstore.backend = file\n"
                        .formatted(Files.createDirectory(directory.resolve("tokens"))));
        Path provider = Files.writeString(directory.resolve("provider.cfg"), """
                name = Test
                library = %s
                slotListIndex = 0
                attributes(generate, CKO_SECRET_KEY, *) = {
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                }
                """.formatted(library));
        assertThat(run(
                        settings,
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        "t",
                        "--pin",
                        PIN,
                        "--so-pin",
                        PIN))
                .contains("initialized");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String output = run(
                settings,
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                provider.toString(),
                directory.resolve("ring").toString());
        assertThat(output.lines())
                .containsSubsequence(
                        "extractable: false", "ring: opened", "other context: refused", "changed: refused");
    }

    private static String run(Path settings, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", settings.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** What the other JVM runs. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            Provider provider = Security.getProvider("SunPKCS11").configure(args[0]);
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, PIN.toCharArray());
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(256);
            SecretKey key = generator.generateKey();
            store.setKeyEntry("ring-kek", key, null, null);
            System.out.println("extractable: " + (key.getEncoded() != null));

            Path file = Path.of(args[1]);
            KeyEncryptionKey kek = KeyStoreKeyEncryptionKey.of(store, "ring-kek", PIN.toCharArray());
            KeyRing.create(file, kek).close();
            try (KeyRing ring = KeyRing.open(file, kek)) {
                System.out.println("ring: " + (ring.primary() == 1 ? "opened" : "broken"));
            }
            byte[] wrapped = kek.wrap(new byte[32], new byte[] {1});
            System.out.println("other context: " + outcome(kek, wrapped, new byte[] {2}));
            wrapped[20] ^= 1;
            System.out.println("changed: " + outcome(kek, wrapped, new byte[] {1}));
        }

        private static String outcome(KeyEncryptionKey kek, byte[] wrapped, byte[] context) throws IOException {
            try {
                kek.unwrap(wrapped, context);
                return "opened";
            } catch (UnsealException e) {
                return "refused";
            }
        }
    }
}
