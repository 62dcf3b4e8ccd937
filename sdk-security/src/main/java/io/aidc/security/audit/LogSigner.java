package io.aidc.security.audit;

import io.aidc.security.KeyRingException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The key with which a log signs its checkpoints, or a witness cosigns them (Ed25519). Give the two different ones.
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="signer"}
 *
 * <p>The file is its owner's alone (0600 where the file system knows owners), and encrypted under the passphrase (Argon2id).
 * Whoever has key and log can write another past; whoever keeps a checkpoint elsewhere notices. Close wipes the key.
 *
 * <p><em>Thread-safe.</em>
 *
 * @see <a href="https://c2sp.org/signed-note">C2SP signed-note</a>
 */
public final class LogSigner implements AutoCloseable {
    static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;
    static final int MAX_NAME_BYTES = 255;
    private static final int TIME_BYTES = 8;

    private final String name;
    private final byte[] seed;
    private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    private final NoteKey logKey;
    private final NoteKey witnessKey;
    private boolean closed;

    private LogSigner(String name, byte[] seed) {
        this.name = name;
        this.seed = seed;
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        this.logKey = new NoteKey(name, NoteKey.LOG, publicKey);
        this.witnessKey = new NoteKey(name, NoteKey.WITNESS, publicKey);
    }

    /** Takes the seed, which is then this signer's to wipe. */
    static LogSigner ofSeed(String name, byte[] seed) {
        if (!Lines.isKeyName(name) || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "name must be 1 to %d bytes in UTF-8 without spaces, plus and control characters, got %s"
                            .formatted(MAX_NAME_BYTES, Printable.of(name)));
        }
        return new LogSigner(name, seed);
    }

    /**
     * Makes a fresh key, in memory only.
     *
     * @param name the origin of the log, such as {@code example.com/audit}: 1 to 255 bytes in UTF-8 without spaces and plus
     * @return the signer
     * @throws IllegalArgumentException if the name is none
     */
    public static LogSigner generate(String name) {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return ofSeed(name, seed);
    }

    /**
     * Makes a fresh key and writes it to a file under a passphrase. That costs 64 MiB of memory and some tenths of a second.
     *
     * @param file where to keep it; must not exist
     * @param name the origin of the log, as for {@link #generate}
     * @param passphrase one character at least; neither kept nor wiped
     * @return the signer
     * @throws KeyRingException if the file exists
     * @throws VaultIoException if it cannot be written
     * @throws IllegalArgumentException if the name is none, or the passphrase empty or not well-formed UTF-16
     */
    public static LogSigner create(Path file, String name, char[] passphrase) {
        LogSigner signer = generate(name);
        boolean written = false;
        try {
            LogKeyFile.create(file, name, signer.seed, passphrase);
            written = true;
            return signer;
        } finally {
            if (!written) {
                signer.close();
            }
        }
    }

    /**
     * Opens a key that {@link #create} wrote. A file that asks for more than 256 MiB of memory, 10 passes or 4 lanes is
     * refused before any of it is spent.
     *
     * @param file where it is kept
     * @param passphrase as given then; neither kept nor wiped
     * @return the signer
     * @throws KeyRingException if it does not open; a wrong passphrase and a changed file look alike
     * @throws VaultIoException if the file cannot be read
     * @throws IllegalArgumentException if the passphrase is empty or not well-formed UTF-16
     */
    public static LogSigner open(Path file, char[] passphrase) {
        return LogKeyFile.open(file, passphrase);
    }

    /**
     * Returns the name of the key.
     *
     * @return the origin of a log that it signs
     */
    public String name() {
        return name;
    }

    /**
     * Returns the public key for those who check a log that this key signs.
     *
     * @return the key in note format, type 0x01
     */
    public String verifierKey() {
        return logKey.toString();
    }

    /**
     * Returns the public key for those who check what a witness with this key cosigned.
     *
     * @return the key in note format, type 0x04
     */
    public String witnessKey() {
        return witnessKey.toString();
    }

    NoteSignature sign(Checkpoint checkpoint) {
        byte[] text = checkpoint.text().getBytes(StandardCharsets.UTF_8);
        return NoteSignature.of(name, logKey.id(), signature(text));
    }

    NoteSignature cosign(Checkpoint checkpoint, Instant now) {
        byte[] signature = signature(NoteKey.cosigned(checkpoint, now.getEpochSecond()));
        byte[] timed = ByteBuffer.allocate(TIME_BYTES + signature.length)
                .putLong(now.getEpochSecond())
                .put(signature)
                .array();
        return NoteSignature.of(name, witnessKey.id(), timed);
    }

    private synchronized byte[] signature(byte[] message) {
        requireOpen();
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    synchronized byte[] seed() {
        requireOpen();
        return seed.clone();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this log signer is closed");
        }
    }

    /** Wipes the key; nothing can be signed then. Closing twice is harmless. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(seed, (byte) 0);
    }

    /** Shows the public key. */
    @Override
    public String toString() {
        return "LogSigner[%s]".formatted(logKey);
    }
}
