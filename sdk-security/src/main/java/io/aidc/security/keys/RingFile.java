package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.Xaes256Gcm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The file of a key ring, version 2, big-endian: {@code "AIDCRING"}, u8 version, u8 {@linkplain RingProtection protection}
 * and its parameters, nonce (24), then {@link RingContent} under XAES-256-GCM with everything before as associated data.
 * Version 1 knew passphrases only, and a shorter content; it is read, and written as version 2 at the next change.
 */
final class RingFile {
    static final Duration LOCK_WAIT = Duration.ofSeconds(10);
    private static final byte[] MAGIC = "AIDCRING".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 2;
    private static final int FIXED_BYTES = 10;
    private static final int MAX_BYTES = 1 << 20;

    private final Path path;
    private final RingProtection protection;
    private final Duration lockWait;
    private State seen;

    /** What tells a file from another in its place, without reading it. */
    private record State(
            FileTime modified, long bytes, @Nullable Object key) {
        static final State NONE = new State(FileTime.fromMillis(0), -1, null);

        static State of(Path path) {
            try {
                BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
                return new State(found.lastModifiedTime(), found.size(), found.fileKey());
            } catch (IOException e) {
                return NONE; // whoever reads the file will be told why
            }
        }
    }

    /** An opened file: what it held, and the handle to write it. */
    record Opened(RingFile file, RingContent content) {}

    private RingFile(Path path, RingProtection protection, Duration lockWait, State seen) {
        this.path = path;
        this.protection = protection;
        this.lockWait = lockWait;
        this.seen = seen;
    }

    static RingFile create(Path path, RingProtection protection, RingContent content) {
        byte[] bytes = encrypt(protection, content);
        try {
            AtomicFile.create(path, AtomicFile.Access.OWNER, out -> out.write(bytes));
        } catch (VaultIoException e) {
            protection.wipe();
            throw e.getCause() instanceof FileAlreadyExistsException ? exists(path) : e;
        }
        return new RingFile(path, protection, LOCK_WAIT, State.NONE);
    }

    static void requireAbsent(Path path) {
        if (Files.exists(path)) {
            throw exists(path);
        }
    }

    static Opened open(Path named, RingProtection.Opener opener, Duration lockWait) {
        Path path = real(named);
        State seen = State.of(path);
        byte[] bytes = read(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = version(path, in);
        try {
            RingProtection protection = opener.open(path, type(path, version, in), in);
            try {
                return new Opened(
                        new RingFile(path, protection, lockWait, seen), decrypt(protection, version, bytes, in));
            } catch (AEADBadTagException | IllegalArgumentException e) {
                protection.wipe();
                throw e;
            }
        } catch (AEADBadTagException | IllegalArgumentException | BufferUnderflowException e) {
            throw new KeyRingException(Reason.NOT_OPENED, path, "wrong passphrase or key, or the file was changed");
        }
    }

    /**
     * Applies a change to what the file holds, which may be newer than what is known, and writes it.
     *
     * @return what the file holds then
     */
    RingContent update(RingContent known, UnaryOperator<RingContent> change) {
        return RingLock.holding(path, lockWait, () -> write(protection, known, change));
    }

    /** Like {@link #update}, under another protection. */
    Opened protect(RingContent known, RingProtection other) {
        RingContent written = RingLock.holding(path, lockWait, () -> write(other, known, RingContent::protectedAnew));
        protection.wipe();
        return new Opened(new RingFile(path, other, lockWait, State.NONE), written);
    }

    /** Whether there is another file than was last read or written here, good or not; no, if there is none. */
    boolean hasChanged() {
        State now = State.of(path);
        return !now.equals(seen) && !now.equals(State.NONE);
    }

    /** What the file holds, if nobody put an older or another one in its place. */
    RingContent newest(RingContent known) {
        seen = State.of(path);
        byte[] bytes = read(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = version(path, in);
        byte[] parameters = new byte[Math.min(protection.parameters().length, Math.max(0, in.remaining() - 1))];
        boolean same = type(path, version, in) == protection.type();
        in.get(parameters);
        try {
            if (same && Arrays.equals(parameters, protection.parameters())) {
                RingContent found = decrypt(protection, version, bytes, in);
                if (found.follows(known)) {
                    return found;
                }
                found.wipe();
            }
        } catch (AEADBadTagException | IllegalArgumentException | BufferUnderflowException e) {
            throw changed(path);
        }
        throw changed(path);
    }

    private RingContent write(RingProtection with, RingContent known, UnaryOperator<RingContent> change) {
        RingContent found = newest(known);
        List<RingContent.Key> kept = List.of();
        try {
            RingContent changed = change.apply(found);
            byte[] bytes = encrypt(with, changed);
            AtomicFile.replace(path, AtomicFile.Access.OWNER, out -> out.write(bytes));
            seen = State.of(path);
            kept = changed.keys();
            return changed;
        } finally {
            found.wipeBut(kept);
        }
    }

    Path path() {
        return path;
    }

    void wipe() {
        protection.wipe();
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static KeyRingException changed(Path path) {
        return new KeyRingException(
                Reason.CHANGED_ON_DISK, path, "is another file or an older one than was opened; open it again");
    }

    private static KeyRingException exists(Path path) {
        return new KeyRingException(Reason.EXISTS, path, "exists; a key ring is never overwritten");
    }

    /** Where the file itself is: a change would put a new file in the place of a link, and leave the keys behind it. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new VaultIoException("Cannot read key ring " + path, e);
        }
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

    private static int version(Path path, ByteBuffer in) {
        byte[] magic = new byte[MAGIC.length];
        boolean longEnough = in.remaining() >= FIXED_BYTES + Xaes256Gcm.NONCE_BYTES + Xaes256Gcm.TAG_BYTES;
        if (longEnough) {
            in.get(magic);
        }
        if (!longEnough || !Arrays.equals(magic, MAGIC)) {
            throw new KeyRingException(Reason.NOT_A_KEY_RING, path, "is not a key ring");
        }
        return in.get();
    }

    private static int type(Path path, int version, ByteBuffer in) {
        int type = in.get();
        boolean known = switch (version) {
            case 1 -> type == RingProtection.PASSPHRASE;
            case VERSION -> type == RingProtection.PASSPHRASE || type == RingProtection.KEK;
            default -> false;
        };
        if (!known) {
            throw new KeyRingException(
                    Reason.NOT_A_KEY_RING,
                    path,
                    "has version %d and protection %d; known are versions 1 and 2 with protections 1 and 2"
                            .formatted(version, type));
        }
        return type;
    }

    private static byte[] encrypt(RingProtection protection, RingContent content) {
        byte[] nonce = random(Xaes256Gcm.NONCE_BYTES);
        byte[] prefix = ByteBuffer.allocate(FIXED_BYTES + protection.parameters().length + nonce.length)
                .put(MAGIC)
                .put((byte) VERSION)
                .put((byte) protection.type())
                .put(protection.parameters())
                .put(nonce)
                .array();
        byte[] plaintext = content.encode();
        try {
            byte[] ciphertext = Xaes256Gcm.encrypt(protection.key(), nonce, plaintext, prefix);
            return ByteBuffer.allocate(prefix.length + ciphertext.length)
                    .put(prefix)
                    .put(ciphertext)
                    .array();
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /**
     * @param in stands before the nonce
     */
    private static RingContent decrypt(RingProtection protection, int version, byte[] file, ByteBuffer in)
            throws AEADBadTagException {
        byte[] nonce = new byte[Xaes256Gcm.NONCE_BYTES];
        in.get(nonce);
        byte[] plaintext = new byte[0];
        try {
            plaintext = Xaes256Gcm.decrypt(
                    protection.key(),
                    nonce,
                    Arrays.copyOfRange(file, in.position(), file.length),
                    Arrays.copyOf(file, in.position()));
            return version == 1 ? RingContent.decodeV1(plaintext) : RingContent.decode(plaintext);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }
}
