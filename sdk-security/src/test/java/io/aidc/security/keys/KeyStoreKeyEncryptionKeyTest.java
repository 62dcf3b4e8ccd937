package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyStore;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyStoreKeyEncryptionKeyTest extends KeyEncryptionKeyContract {
    private static final char[] PIN = "1234".toCharArray();

    private KeyStore store;

    @BeforeEach
    void makeStore() throws Exception {
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(256);
        store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (String alias : new String[] {"kek", "other"}) {
            store.setEntry(
                    alias, new KeyStore.SecretKeyEntry(generator.generateKey()), new KeyStore.PasswordProtection(PIN));
        }
    }

    @Override
    protected KeyEncryptionKey key() {
        return KeyStoreKeyEncryptionKey.of(store, "kek", PIN);
    }

    @Override
    protected KeyEncryptionKey otherKey() {
        return KeyStoreKeyEncryptionKey.of(store, "other", PIN);
    }

    @Test
    void of_wrongAliasPinOrKey_isRefused() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyStoreKeyEncryptionKey.of(store, "none", PIN))
                .withMessageContaining("none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyStoreKeyEncryptionKey.of(store, "kek", "4321".toCharArray()));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreKeyEncryptionKey.of(store, "", PIN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyStoreKeyEncryptionKey.of(store, "a".repeat(201), PIN))
                .withMessageContaining("201");
        store.setEntry(
                "hmac",
                new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "HmacSHA256")),
                new KeyStore.PasswordProtection(PIN));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreKeyEncryptionKey.of(store, "hmac", PIN));
    }

    @Test
    void toString_showsNoKey() {
        assertThat(key().toString()).startsWith("KeyStoreKeyEncryptionKey[keystore:kek, ");
    }
}
