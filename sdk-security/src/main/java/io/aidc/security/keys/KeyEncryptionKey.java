package io.aidc.security.keys;

import io.aidc.security.UnsealException;
import java.io.IOException;

/**
 * A key that encrypts other keys and that this module never sees: in a key management service, a hardware module, a key
 * store, or a file. One pair of methods to write for another service.
 *
 * <p>What a service's client throws when it fails is turned into an {@link IOException}, whatever it was; other exceptions pass
 * through to whoever seals or opens.
 *
 * <p>{@link FileKeyEncryptionKey} and {@link KeyStoreKeyEncryptionKey} are two of them; {@code KeyEncryptionKeyContract}, among
 * the tests of this module, shows what the test of a further one has to check: copy it.
 *
 * <p><em>Thread-safe: implementations must be.</em>
 */
public interface KeyEncryptionKey {
    /**
     * Returns the name by which the service knows the key. It stands readable wherever a wrapped key is stored.
     *
     * @return 1 to 255 bytes in UTF-8, the same on every call
     */
    String id();

    /**
     * Encrypts a key.
     *
     * @param key 1 to 1024 bytes; neither kept nor changed
     * @param context what to bind it to, at most 1024 bytes; services call it encryption context or associated data
     * @return the wrapped key, 1 to 1024 bytes
     * @throws IOException if the service cannot be reached or refuses
     */
    byte[] wrap(byte[] key, byte[] context) throws IOException;

    /**
     * Decrypts a key.
     *
     * @param wrapped what {@link #wrap} made
     * @param context the bytes it was bound to
     * @return the key, the caller's to wipe
     * @throws UnsealException if it was wrapped by another key, with another context, or was changed; not said which
     * @throws IOException if the service cannot be reached or refuses
     */
    byte[] unwrap(byte[] wrapped, byte[] context) throws IOException;
}
