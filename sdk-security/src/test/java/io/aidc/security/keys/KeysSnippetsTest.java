package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vault;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysSnippetsTest {
    @TempDir
    private Path directory;

    @Test
    void limits_rotateByThemselves() {
        try (KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase")) {
            // @start region="limits"
            ring.limit(KeyLimits.none().maxAge(Duration.ofDays(90)).maxBytes(1L << 50)); // then a fresh version
            // @end
            assertThat(ring.limits().maxAge()).hasDays(90);
        }
    }

    @Test
    void keystore_protectsARing() throws Exception {
        char[] pin = "1234".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setEntry(
                "ring-kek",
                new KeyStore.SecretKeyEntry(KeyGenerator.getInstance("AES").generateKey()),
                new KeyStore.PasswordProtection(pin));
        Path file = directory.resolve("ring");
        // @start region="keystore"
        KeyEncryptionKey token = KeyStoreKeyEncryptionKey.of(store, "ring-kek", pin);
        KeyRing.create(file, token).close(); // once
        try (Vault vault = Vault.builder().keyStore(file, token).open()) {
            assertThat(vault.keys().primary()).isEqualTo(1);
        }
        // @end
    }
}
