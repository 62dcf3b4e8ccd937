package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Xaes256Gcm;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of one 256-bit key, kept in a file under a passphrase. One version, the primary, wraps the keys of what is
 * sealed; every enabled version unwraps.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="rotate"}
 *
 * <p>Each change is on the disk when the method returns. When it throws, it did not happen, or, if flushing the directory
 * failed after all else was done, happened on the disk alone, and the next change is refused. The file is written beside and renamed, and
 * belongs to its owner alone (0600) where the file system knows owners. If another program or another {@code KeyRing}
 * changed the file meanwhile, the change is refused; an empty lock file beside the ring, left in place, sees to that. Old blocks of the file may survive on the medium, and in backups.
 *
 * <p>Checking a passphrase costs 64 MiB of memory and some tenths of a second (Argon2id, 3 passes, 1 lane). A file may ask
 * for at most 256 MiB, 10 passes and 4 lanes; this is checked before any is spent. The keys lie in the heap until close.
 *
 * <p><em>Thread-safe: every method holds one lock; changes hold it while they write the file.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9106">RFC 9106, Argon2</a>
 * @see <a href="https://c2sp.org/XAES-256-GCM">C2SP XAES-256-GCM</a>
 */
public final class KeyRing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    private final RingFile file;
    private final Clock clock;
    private RingContent content;
    private boolean closed;

    private KeyRing(RingFile file, RingContent content, Clock clock) {
        this.file = file;
        this.content = content;
        this.clock = clock;
    }

    /**
     * Makes a key ring with one fresh version.
     *
     * @param file where to keep it; must not exist
     * @param passphrase one character at least, used as it is (no normalisation); neither kept nor wiped
     * @return the open ring
     * @throws KeyRingException if the file exists
     * @throws VaultIoException if it cannot be written
     * @throws IllegalArgumentException if the passphrase is empty or not well-formed UTF-16
     */
    public static KeyRing create(Path file, char[] passphrase) {
        return create(file, passphrase, PassphraseCost.DEFAULT, Clock.systemUTC());
    }

    static KeyRing create(Path file, char[] passphrase, PassphraseCost cost, Clock clock) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(passphrase, "passphrase");
        byte[] id = RingFile.random(RingContent.ID_BYTES);
        RingContent content = new RingContent(id, 0, List.of()).rotated(freshKey(), now(clock));
        return new KeyRing(RingFile.create(file, passphrase, cost, content), content, clock);
    }

    /**
     * Opens a key ring.
     *
     * @param file where it is kept
     * @param passphrase as given to {@link #create}; neither kept nor wiped
     * @return the open ring
     * @throws KeyRingException if it does not open; a wrong passphrase and a changed file look alike
     * @throws VaultIoException if the file cannot be read
     * @throws IllegalArgumentException if the passphrase is empty or not well-formed UTF-16
     */
    public static KeyRing open(Path file, char[] passphrase) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(passphrase, "passphrase");
        RingFile.Opened opened = RingFile.open(file, passphrase, PassphraseCost.LIMIT);
        return new KeyRing(opened.file(), opened.content(), Clock.systemUTC());
    }

    /**
     * Returns the random id that tells this ring from others; it is no secret.
     *
     * @return 32 lower-case hex digits
     */
    public synchronized String id() {
        return HexFormat.of().formatHex(open().ringId());
    }

    /**
     * Returns the version that wraps.
     *
     * @return a version number, &gt;= 1
     */
    public synchronized int primary() {
        return open().primary();
    }

    /**
     * Lists all versions there ever were.
     *
     * @return unmodifiable, oldest first
     */
    public synchronized List<KeyVersion> versions() {
        return open().keys().stream().map(RingContent.Key::about).toList();
    }

    /**
     * Makes a fresh version and lets it be the primary. The older ones go on to open what was sealed under them.
     *
     * @return the new version
     * @throws KeyRingException if somebody else changed the file
     * @throws VaultIoException if it cannot be written
     * @throws IllegalStateException if there are 10&nbsp;000 versions
     */
    public synchronized int rotate() {
        commit(open().rotated(freshKey(), now(clock)));
        LOG.info("key ring rotated ring={} primary={}", id(), primary());
        return primary();
    }

    /**
     * Lets a version open nothing until it is enabled again.
     *
     * @param version neither the primary nor a destroyed one
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is the primary or destroyed
     * @throws KeyRingException if somebody else changed the file
     * @throws VaultIoException if it cannot be written
     */
    public synchronized void disable(int version) {
        change(version, KeyState.DISABLED);
    }

    /**
     * Lets a disabled version open again.
     *
     * @param version not a destroyed one
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is destroyed
     * @throws KeyRingException if somebody else changed the file
     * @throws VaultIoException if it cannot be written
     */
    public synchronized void enable(int version) {
        if (version != open().primary()) {
            change(version, KeyState.ENABLED);
        }
    }

    /**
     * Removes a version's key for ever. What is sealed under it can no longer be opened with this file; a copy of the file
     * from before still can.
     *
     * @param version not the primary; destroying twice is harmless
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is the primary
     * @throws KeyRingException if somebody else changed the file
     * @throws VaultIoException if it cannot be written
     */
    public synchronized void destroy(int version) {
        if (open().key(version).about().state() != KeyState.DESTROYED) {
            byte[] key = open().key(version).bytes();
            change(version, KeyState.DESTROYED);
            Arrays.fill(key, (byte) 0);
        }
    }

    synchronized WrappedKey wrap(byte[] dataKey, byte[] context) {
        if (dataKey.length < 1 || dataKey.length > WrappedKey.MAX_DATA_KEY) {
            throw new IllegalArgumentException(
                    "dataKey must be 1 to %d bytes, got %d".formatted(WrappedKey.MAX_DATA_KEY, dataKey.length));
        }
        byte[] nonce = RingFile.random(Xaes256Gcm.NONCE_BYTES);
        byte[] encrypted = Xaes256Gcm.encrypt(open().key(primary()).bytes(), nonce, dataKey, context);
        byte[] bytes = Arrays.copyOf(nonce, nonce.length + encrypted.length);
        System.arraycopy(encrypted, 0, bytes, nonce.length, encrypted.length);
        return new WrappedKey(id(), primary(), bytes);
    }

    synchronized byte[] unwrap(WrappedKey wrapped, byte[] context) {
        if (!wrapped.ring().equals(id()) || wrapped.version() > open().keys().size()) {
            throw new UnsealException();
        }
        RingContent.Key key = open().key(wrapped.version());
        if (key.about().state() != KeyState.ENABLED) {
            LOG.debug(
                    "unwrapping refused ring={} version={} state={}",
                    id(),
                    wrapped.version(),
                    key.about().state());
            throw new UnsealException();
        }
        byte[] bytes = wrapped.bytes();
        byte[] nonce = Arrays.copyOf(bytes, Xaes256Gcm.NONCE_BYTES);
        byte[] encrypted = Arrays.copyOfRange(bytes, Xaes256Gcm.NONCE_BYTES, bytes.length);
        try {
            return Xaes256Gcm.decrypt(key.bytes(), nonce, encrypted, context);
        } catch (AEADBadTagException e) {
            throw new UnsealException();
        }
    }

    /** Overwrites the keys in memory; every other method then throws {@link IllegalStateException}. Twice is harmless. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            content.wipe();
            file.wipe();
        }
    }

    /** Shows no key. */
    @Override
    public synchronized String toString() {
        return closed ? "KeyRing[closed]" : "KeyRing[id=%s, primary=%d]".formatted(id(), primary());
    }

    private void change(int version, KeyState state) {
        KeyState before = open().key(version).about().state();
        if (version == open().primary()) {
            throw new IllegalStateException("version %d is the primary; rotate first".formatted(version));
        }
        if (before == KeyState.DESTROYED) {
            throw new IllegalStateException("version %d is destroyed".formatted(version));
        }
        if (before != state) {
            commit(open().with(version, key -> key.in(state)));
            LOG.info("key version changed ring={} version={} state={}", id(), version, state);
        }
    }

    private void commit(RingContent next) {
        file.write(next);
        content = next;
    }

    private RingContent open() {
        if (closed) {
            throw new IllegalStateException("this key ring is closed");
        }
        return content;
    }

    private static byte[] freshKey() {
        return RingFile.random(RingContent.KEY_BYTES);
    }

    private static Instant now(Clock clock) {
        return Instant.ofEpochMilli(clock.millis());
    }
}
