package io.aidc.security.keys;

import io.aidc.security.UnsealException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A key-encryption key in a JDK key store: a PKCS#11 token or hardware module, whose key never leaves it, or a file.
 *
 * {@snippet class="io.aidc.security.keys.KeysSnippetsTest" region="keystore"}
 *
 * <p>Wrapped keys are a random nonce (12), then AES-GCM with the context as associated data, computed by the key store's own
 * provider. With random nonces of that length one key should wrap no more than 2<sup>32</sup> keys (NIST SP 800-38D, 8.3):
 * one for each sealed file, or one for each time a ring is protected.
 *
 * <p><em>Thread-safe, if the key store's provider is.</em>
 */
public final class KeyStoreKeyEncryptionKey implements KeyEncryptionKey {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int MAX_ALIAS_BYTES = 200;

    private final String id;
    private final SecretKey key;
    private final Provider provider;

    private KeyStoreKeyEncryptionKey(String id, SecretKey key, Provider provider) {
        this.id = id;
        this.key = key;
        this.provider = provider;
    }

    /**
     * Takes an AES key from a key store. The id is {@code keystore:} and the alias.
     *
     * @param store loaded; for a token, that of its {@code SunPKCS11} provider
     * @param alias of an AES key that may encrypt and decrypt; at most 200 bytes in UTF-8
     * @param pin of the key, as the key store wants it; neither kept nor wiped
     * @return the key
     * @throws IllegalArgumentException if there is no such AES key, the pin is wrong, or the alias too long
     */
    public static KeyStoreKeyEncryptionKey of(KeyStore store, String alias, char[] pin) {
        Objects.requireNonNull(alias, "alias");
        int length = alias.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_ALIAS_BYTES) {
            throw new IllegalArgumentException(
                    "alias must be 1 to %d bytes in UTF-8, got %d".formatted(MAX_ALIAS_BYTES, length));
        }
        try {
            if (!(store.getKey(alias, pin) instanceof SecretKey key)
                    || !key.getAlgorithm().equals("AES")) {
                throw new IllegalArgumentException("the key store has no AES key " + alias);
            }
            // a file's keys are plain bytes, for the JDK's own AES; those of a token work with its provider alone
            Provider provider = key.getEncoded() == null
                    ? store.getProvider()
                    : Cipher.getInstance("AES/GCM/NoPadding").getProvider();
            return new KeyStoreKeyEncryptionKey("keystore:" + alias, key, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key store does not give key %s: %s".formatted(alias, e), e);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public byte[] wrap(byte[] plain, byte[] context) throws IOException {
        byte[] nonce = RingFile.random(NONCE_BYTES);
        try {
            byte[] encrypted = run(Cipher.ENCRYPT_MODE, nonce, plain, context);
            byte[] wrapped = Arrays.copyOf(nonce, NONCE_BYTES + encrypted.length);
            System.arraycopy(encrypted, 0, wrapped, NONCE_BYTES, encrypted.length);
            return wrapped;
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException("the key store does not encrypt with " + id, e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) throws IOException {
        if (wrapped.length < NONCE_BYTES + TAG_BYTES) {
            throw new UnsealException();
        }
        byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
        try {
            return run(Cipher.DECRYPT_MODE, nonce, Arrays.copyOfRange(wrapped, NONCE_BYTES, wrapped.length), context);
        } catch (AEADBadTagException | IllegalBlockSizeException e) {
            throw new UnsealException();
        } catch (InvalidKeyException e) {
            throw new IOException("the key store does not decrypt with " + id, e);
        } catch (GeneralSecurityException | ProviderException e) {
            throw refusalOf(e);
        }
    }

    /** A token says in words of its own that a tag is wrong, and the same exception may mean that it is gone. */
    private IOException refusalOf(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("CKR_ENCRYPTED_DATA") || message.contains("CKR_AEAD_DECRYPT_FAILED")) {
                throw new UnsealException();
            }
        }
        return new IOException("the key store does not decrypt with " + id, e);
    }

    private byte[] run(int mode, byte[] nonce, byte[] input, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(context);
        return cipher.doFinal(input);
    }

    /** Shows the id only. */
    @Override
    public String toString() {
        return "KeyStoreKeyEncryptionKey[%s, %s]".formatted(id, provider.getName());
    }
}
