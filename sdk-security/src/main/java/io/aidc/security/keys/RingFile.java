package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.Xaes256Gcm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * The file of a key ring, version 1, big-endian: {@code "AIDCRING"}, u8 version, u8 key derivation (1 = Argon2id v1.3), u32
 * memory in KiB, u32 passes, u32 lanes, salt (16), commitment (32), nonce (24), then {@link RingContent} under
 * XAES-256-GCM with everything before as associated data.
 */
final class RingFile {
    private static final byte[] MAGIC = "AIDCRING".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int ARGON2ID = 1;
    private static final int PREFIX_BYTES = 94;
    private static final int MAX_BYTES = 1 << 20;

    private final Path path;
    private final PassphraseKey lock;
    private byte[] lastSeen;

    /** An opened file: what it held, and the handle to write it. */
    record Opened(RingFile file, RingContent content) {}

    private RingFile(Path path, PassphraseKey lock, byte[] lastSeen) {
        this.path = path;
        this.lock = lock;
        this.lastSeen = lastSeen;
    }

    static RingFile create(Path path, char[] passphrase, PassphraseCost cost, RingContent content) {
        if (Files.exists(path)) {
            throw exists(path);
        }
        byte[] salt = random(PassphraseKey.SALT_BYTES);
        PassphraseKey lock = PassphraseKey.derive(passphrase, salt, cost);
        byte[] bytes = encrypt(lock, content);
        try {
            AtomicFile.create(path, AtomicFile.Access.OWNER, out -> out.write(bytes));
        } catch (VaultIoException e) {
            lock.wipe();
            throw e.getCause() instanceof FileAlreadyExistsException ? exists(path) : e;
        }
        return new RingFile(path, lock, bytes);
    }

    static Opened open(Path path, char[] passphrase, PassphraseCost limit) {
        byte[] bytes = read(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        PassphraseCost cost = readCost(path, in, limit);
        byte[] salt = new byte[PassphraseKey.SALT_BYTES];
        in.get(salt);
        PassphraseKey lock = PassphraseKey.derive(passphrase, salt, cost);
        try {
            RingContent content = decrypt(lock, bytes);
            return new Opened(new RingFile(path, lock, bytes), content);
        } catch (AEADBadTagException | IllegalArgumentException e) {
            lock.wipe();
            throw new KeyRingException(Reason.NOT_OPENED, path, "wrong passphrase, or the file was changed");
        }
    }

    /** Replaces the file, unless somebody else did so since it was last seen. */
    void write(RingContent content) {
        byte[] bytes = encrypt(lock, content);
        Path lockFile = path.resolveSibling("." + path.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = channel.tryLock()) {
            if (held == null || !Arrays.equals(read(path), lastSeen)) {
                throw changed();
            }
            AtomicFile.replace(path, AtomicFile.Access.OWNER, out -> out.write(bytes));
        } catch (OverlappingFileLockException e) {
            throw changed();
        } catch (IOException e) {
            throw new VaultIoException("Cannot lock key ring " + path, e);
        }
        lastSeen = bytes;
    }

    void wipe() {
        lock.wipe();
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private KeyRingException changed() {
        return new KeyRingException(
                Reason.CHANGED_ON_DISK, path, "was changed by somebody else since it was opened; open it again");
    }

    private static KeyRingException exists(Path path) {
        return new KeyRingException(Reason.EXISTS, path, "exists; a key ring is never overwritten");
    }

    private static byte[] read(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new KeyRingException(Reason.OVER_LIMIT, path, "is longer than %d bytes".formatted(MAX_BYTES));
            }
            return bytes;
        } catch (IOException e) {
            throw new VaultIoException("Cannot read key ring " + path, e);
        }
    }

    private static PassphraseCost readCost(Path path, ByteBuffer in, PassphraseCost limit) {
        byte[] magic = new byte[MAGIC.length];
        boolean longEnough = in.remaining() >= PREFIX_BYTES + Xaes256Gcm.TAG_BYTES;
        if (longEnough) {
            in.get(magic);
        }
        if (!longEnough || !Arrays.equals(magic, MAGIC)) {
            throw new KeyRingException(Reason.NOT_A_KEY_RING, path, "is not a key ring");
        }
        int version = in.get();
        int derivation = in.get();
        if (version != VERSION || derivation != ARGON2ID) {
            throw new KeyRingException(
                    Reason.NOT_A_KEY_RING,
                    path,
                    "has version %d and key derivation %d; known are 1 and 1".formatted(version, derivation));
        }
        PassphraseCost cost = new PassphraseCost(in.getInt(), in.getInt(), in.getInt());
        if (!cost.isWithin(limit)) {
            throw new KeyRingException(
                    Reason.OVER_LIMIT, path, "asks for %s; at most %s are allowed".formatted(cost, limit));
        }
        return cost;
    }

    private static byte[] encrypt(PassphraseKey lock, RingContent content) {
        PassphraseCost cost = lock.cost();
        byte[] nonce = random(Xaes256Gcm.NONCE_BYTES);
        byte[] prefix = ByteBuffer.allocate(PREFIX_BYTES)
                .put(MAGIC)
                .put((byte) VERSION)
                .put((byte) ARGON2ID)
                .putInt(cost.memoryKib())
                .putInt(cost.passes())
                .putInt(cost.lanes())
                .put(lock.salt())
                .put(lock.commitment())
                .put(nonce)
                .array();
        byte[] plaintext = content.encode();
        byte[] key = lock.key();
        try {
            byte[] ciphertext = Xaes256Gcm.encrypt(key, nonce, plaintext, prefix);
            return ByteBuffer.allocate(PREFIX_BYTES + ciphertext.length)
                    .put(prefix)
                    .put(ciphertext)
                    .array();
        } finally {
            Arrays.fill(plaintext, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static RingContent decrypt(PassphraseKey lock, byte[] file) throws AEADBadTagException {
        int nonceAt = PREFIX_BYTES - Xaes256Gcm.NONCE_BYTES;
        byte[] commitment = Arrays.copyOfRange(file, nonceAt - PassphraseKey.COMMITMENT_BYTES, nonceAt);
        if (!MessageDigest.isEqual(commitment, lock.commitment())) {
            throw new AEADBadTagException("another key");
        }
        byte[] key = lock.key();
        byte[] plaintext = new byte[0];
        try {
            plaintext = Xaes256Gcm.decrypt(
                    key,
                    Arrays.copyOfRange(file, nonceAt, PREFIX_BYTES),
                    Arrays.copyOfRange(file, PREFIX_BYTES, file.length),
                    Arrays.copyOf(file, PREFIX_BYTES));
            return RingContent.decode(plaintext);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(plaintext, (byte) 0);
        }
    }
}
