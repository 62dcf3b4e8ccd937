package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.Hkdf;
import io.aidc.security.internal.Xaes256Gcm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.AEADBadTagException;

/**
 * A key-encryption key in a file of its owner (0600 where the file system knows owners), such as one that an orchestrator
 * mounts from its secrets. Whoever can read the file has the key; it replaces a key service where there is none.
 *
 * <p>The file is {@code "AIDCKEK1"} and 32 random bytes. The id is {@code file:} and 32 hex digits, derived from the key: a
 * copy of the file elsewhere is the same key. Wrapped keys are a random nonce (24) and XAES-256-GCM, with the context as
 * associated data.
 *
 * <p><em>Thread-safe.</em>
 *
 * @see <a href="https://c2sp.org/XAES-256-GCM">C2SP XAES-256-GCM</a>
 */
public final class FileKeyEncryptionKey implements KeyEncryptionKey, AutoCloseable {
    private static final byte[] MAGIC = "AIDCKEK1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID_LABEL = "io.aidc key-encryption key id v1".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 16;

    private final byte[] key;
    private final String id;
    private boolean closed;

    private FileKeyEncryptionKey(byte[] key) {
        this.key = key;
        this.id = "file:" + HexFormat.of().formatHex(Hkdf.expand("HmacSHA512", key, ID_LABEL, ID_BYTES));
    }

    /**
     * Makes a fresh key.
     *
     * @param file must not exist
     * @return the key
     * @throws KeyRingException if the file exists
     * @throws VaultIoException if it cannot be written
     */
    public static FileKeyEncryptionKey create(Path file) {
        byte[] key = RingFile.random(KEY_BYTES);
        try {
            AtomicFile.create(file, AtomicFile.Access.OWNER, out -> {
                out.write(MAGIC);
                out.write(key);
            });
            return new FileKeyEncryptionKey(key);
        } catch (VaultIoException e) {
            Arrays.fill(key, (byte) 0);
            throw e.getCause() instanceof FileAlreadyExistsException
                    ? new KeyRingException(Reason.EXISTS, file, "exists; keys are never overwritten")
                    : e;
        }
    }

    /**
     * Reads a key that {@link #create} wrote.
     *
     * @param file where it is kept
     * @return the key
     * @throws KeyRingException if the file holds something else
     * @throws VaultIoException if it cannot be read
     */
    public static FileKeyEncryptionKey open(Path file) {
        Objects.requireNonNull(file, "file");
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAGIC.length + KEY_BYTES + 1);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read key " + file, e);
        }
        try {
            if (bytes.length != MAGIC.length + KEY_BYTES
                    || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new KeyRingException(Reason.NOT_A_KEY_RING, file, "is no key-encryption key");
            }
            return new FileKeyEncryptionKey(Arrays.copyOfRange(bytes, MAGIC.length, bytes.length));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public synchronized byte[] wrap(byte[] plain, byte[] context) {
        requireOpen();
        byte[] nonce = RingFile.random(Xaes256Gcm.NONCE_BYTES);
        byte[] encrypted = Xaes256Gcm.encrypt(key, nonce, plain, context);
        byte[] wrapped = Arrays.copyOf(nonce, nonce.length + encrypted.length);
        System.arraycopy(encrypted, 0, wrapped, nonce.length, encrypted.length);
        return wrapped;
    }

    @Override
    public synchronized byte[] unwrap(byte[] wrapped, byte[] context) {
        requireOpen();
        if (wrapped.length < Xaes256Gcm.NONCE_BYTES) {
            throw new UnsealException();
        }
        byte[] nonce = Arrays.copyOf(wrapped, Xaes256Gcm.NONCE_BYTES);
        byte[] encrypted = Arrays.copyOfRange(wrapped, nonce.length, wrapped.length);
        try {
            return Xaes256Gcm.decrypt(key, nonce, encrypted, context);
        } catch (AEADBadTagException e) {
            throw new UnsealException();
        }
    }

    /** Wipes the key; every other method but {@link #id} then throws {@link IllegalStateException}. Twice is harmless. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(key, (byte) 0);
    }

    /** Shows the id only. */
    @Override
    public String toString() {
        return "FileKeyEncryptionKey[%s]".formatted(id);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this key is closed");
        }
    }
}
