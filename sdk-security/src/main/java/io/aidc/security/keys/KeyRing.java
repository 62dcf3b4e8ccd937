package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Hkdf;
import io.aidc.security.internal.Xaes256Gcm;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of one 256-bit key, kept in a file under a passphrase or a key-encryption key. One version, the primary,
 * wraps the keys of what is sealed; every enabled version unwraps.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="rotate"}
 *
 * <p>Each change is on the disk when the method returns. When it throws, it did not happen, or, if flushing the directory
 * failed after all else was done, happened on the disk alone. The file is written beside and renamed, and belongs to its
 * owner alone (0600) where the file system knows owners. Old blocks of the file may survive on the medium, and in backups.
 *
 * <p>Several programs, and several objects in one, may have the file open. A change is made to what the file holds at that
 * moment, under the lock of an empty file beside it, which stays; a file that somebody replaced by an older one is
 * noticed and refused. Sealing looks whether the file was changed, and then follows it; if that cannot be read, it goes on
 * with what is known. Versions that others made are found when they are needed; versions that others disabled or destroyed go
 * on to open here until this object seals or changes something, calls {@link #refresh} or is opened again.
 *
 * <p>Opening, and sealing without {@linkplain KeyLimits limits}, only read the file, so that it may lie on a read-only mount.
 *
 * <p>Checking a passphrase costs 64 MiB of memory and some tenths of a second (Argon2id, 3 passes, 1 lane). A file may ask
 * for at most 256 MiB, 10 passes and 4 lanes; this is checked before any is spent. The keys lie in the heap until close.
 *
 * <p><em>Thread-safe: every method holds one lock; changes hold it while they write the file, and tell it afterwards.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9106">RFC 9106, Argon2</a>
 * @see <a href="https://c2sp.org/XAES-256-GCM">C2SP XAES-256-GCM</a>
 */
public final class KeyRing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final byte[] DERIVED = "io.aidc derived key v1\0".getBytes(StandardCharsets.US_ASCII);

    private final Clock clock;
    private final Usage usage = new Usage();
    private final List<Consumer<KeyChange>> listeners = new CopyOnWriteArrayList<>();
    private RingFile file;
    private RingContent content;
    private boolean closed;

    private KeyRing(RingFile.Opened opened, Clock clock) {
        this.file = opened.file();
        this.content = opened.content();
        this.clock = clock;
    }

    /**
     * Makes a key ring with one fresh version, under a passphrase.
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
        RingFile.requireAbsent(file);
        return create(file, RingProtection.byPassphrase(passphrase, cost), clock);
    }

    /**
     * Makes a key ring with one fresh version, under a key that a service or device keeps. That is asked once when the ring
     * is made and once each time it is opened.
     *
     * @param file where to keep it; must not exist
     * @param protection wraps the key of the file
     * @return the open ring
     * @throws KeyRingException if the file exists
     * @throws VaultIoException if it cannot be written, or the service not be reached
     */
    public static KeyRing create(Path file, KeyEncryptionKey protection) {
        return create(file, protection, Clock.systemUTC());
    }

    static KeyRing create(Path file, KeyEncryptionKey protection, Clock clock) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(protection, "protection");
        RingFile.requireAbsent(file);
        return create(file, RingProtection.byKek(file, protection), clock);
    }

    private static KeyRing create(Path file, RingProtection protection, Clock clock) {
        RingContent content = RingContent.fresh(RingFile.random(RingContent.ID_BYTES), freshKey(), now(clock));
        return new KeyRing(new RingFile.Opened(RingFile.create(file, protection, content), content), clock);
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
        return open(file, passphrase, Clock.systemUTC(), RingFile.LOCK_WAIT);
    }

    static KeyRing open(Path file, char[] passphrase, Clock clock, Duration lockWait) {
        Objects.requireNonNull(file, "file");
        PassphraseKey.check(Objects.requireNonNull(passphrase, "passphrase"));
        RingProtection.Opener opener = RingProtection.withPassphrase(passphrase, PassphraseCost.LIMIT);
        return new KeyRing(RingFile.open(file, opener, lockWait), clock);
    }

    /**
     * Opens a key ring that a key-encryption key protects.
     *
     * @param file where it is kept
     * @param protection the key it was made with
     * @return the open ring
     * @throws KeyRingException if it does not open
     * @throws VaultIoException if the file cannot be read, or the service not be reached
     */
    public static KeyRing open(Path file, KeyEncryptionKey protection) {
        Objects.requireNonNull(file, "file");
        RingProtection.Opener opener = RingProtection.withKek(Objects.requireNonNull(protection, "protection"));
        return new KeyRing(RingFile.open(file, opener, RingFile.LOCK_WAIT), Clock.systemUTC());
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
     * Returns the oldest version that opens.
     *
     * @return a version number, 1 unless {@link #openOnlyFrom} was called
     */
    public synchronized int minimumVersion() {
        return open().minimum();
    }

    /**
     * Returns how much one version is used before the next takes over.
     *
     * @return the limits, by default {@link KeyLimits#none()}
     */
    public synchronized KeyLimits limits() {
        return open().limits();
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
     * Tells each change that this object makes, once it is on the disk, on the thread that made it and outside the ring's
     * lock. What the listener throws reaches whoever asked for the change, which stays made. Changes by other objects and
     * programs are not told.
     *
     * @param listener is told after those that were added before, even if one of them failed
     */
    public void onChange(Consumer<KeyChange> listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Reads the file again, to see what others changed.
     *
     * @throws KeyRingException if the file is an older or another one, or under another protection
     * @throws VaultIoException if it cannot be read
     */
    public synchronized void refresh() {
        become(file.newest(open()));
    }

    /**
     * Makes a fresh version and lets it be the primary. The older ones go on to open what was sealed under them.
     *
     * @return the new version
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     * @throws IllegalStateException if there are 10&nbsp;000 versions
     */
    public int rotate() {
        KeyChange change;
        synchronized (this) {
            commit(found -> found.rotated(freshKey(), now(clock)));
            change = changed(KeyChange.Kind.ROTATED, primary());
        }
        tell(change);
        return change.version();
    }

    /**
     * Limits how much one version is used. Counting begins now, and in other objects and programs that have the file open
     * when they next seal; a ring without limits writes nothing when it seals.
     *
     * @param limits replace those of before
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     */
    public void limit(KeyLimits limits) {
        Objects.requireNonNull(limits, "limits");
        KeyChange change;
        synchronized (this) {
            commit(found -> found.with(limits));
            change = changed(KeyChange.Kind.LIMITED, primary());
        }
        tell(change);
    }

    /**
     * Lets a version open nothing until it is enabled again.
     *
     * @param version neither the primary nor a destroyed one
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is the primary or destroyed
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     */
    public void disable(int version) {
        change(version, KeyState.DISABLED, KeyChange.Kind.DISABLED);
    }

    /**
     * Lets a disabled version open again.
     *
     * @param version not a destroyed one; one that is enabled stays so
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is destroyed
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     */
    public void enable(int version) {
        change(version, KeyState.ENABLED, KeyChange.Kind.ENABLED);
    }

    /**
     * Removes a version's key for ever. What is sealed under it can no longer be opened with this file; a copy of the file
     * from before still can.
     *
     * @param version not the primary; destroying twice is harmless
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is the primary
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     */
    public void destroy(int version) {
        synchronized (this) {
            if (open().key(version).about().state() == KeyState.DESTROYED) {
                return;
            }
        }
        change(version, KeyState.DESTROYED, KeyChange.Kind.DESTROYED);
    }

    /**
     * Lets versions below one open nothing any more, enabled or not. It cannot be taken back.
     *
     * @param version at most the primary, and at least the {@linkplain #minimumVersion() minimum} there is
     * @throws IllegalArgumentException if it is out of that range
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     */
    public void openOnlyFrom(int version) {
        KeyChange change;
        synchronized (this) {
            commit(found -> {
                if (version < found.minimum() || version > found.primary()) {
                    throw new IllegalArgumentException(
                            "version must be %d to %d, got %d".formatted(found.minimum(), found.primary(), version));
                }
                return found.openOnlyFrom(version);
            });
            change = changed(KeyChange.Kind.MINIMUM_RAISED, version);
        }
        tell(change);
    }

    /**
     * Puts the ring under another passphrase. Copies of the file from before keep the old one.
     *
     * @param passphrase one character at least, used as it is; neither kept nor wiped
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written
     * @throws IllegalArgumentException if the passphrase is empty or not well-formed UTF-16
     */
    public void protectWith(char[] passphrase) {
        protect(RingProtection.byPassphrase(passphrase, PassphraseCost.DEFAULT));
    }

    /**
     * Puts the ring under a key that a service or device keeps. Copies of the file from before keep the old protection.
     *
     * @param protection wraps the key of the file
     * @throws KeyRingException if the file is an older or another one, or stays locked
     * @throws VaultIoException if it cannot be written, or the service not be reached
     */
    public void protectWith(KeyEncryptionKey protection) {
        Path path;
        synchronized (this) {
            open();
            path = file.path();
        }
        protect(RingProtection.byKek(path, protection));
    }

    void protect(RingProtection protection) {
        KeyChange change;
        synchronized (this) {
            RingFile.Opened opened = file.protect(open(), protection);
            file = opened.file();
            become(opened.content());
            change = changed(KeyChange.Kind.PROTECTED_ANEW, primary());
        }
        tell(change);
    }

    WrappedKey wrap(byte[] dataKey, byte[] context) {
        if (dataKey.length < 1 || dataKey.length > WrappedKey.MAX_DATA_KEY) {
            throw new IllegalArgumentException(
                    "dataKey must be 1 to %d bytes, got %d".formatted(WrappedKey.MAX_DATA_KEY, dataKey.length));
        }
        Admission admission;
        WrappedKey wrapped;
        synchronized (this) { // in one: a version that was admitted may be destroyed the moment after
            admission = admit();
            wrapped = wrapped(admission.version(), dataKey, context);
        }
        tell(admission);
        return wrapped;
    }

    private WrappedKey wrapped(int version, byte[] dataKey, byte[] context) {
        byte[] nonce = RingFile.random(Xaes256Gcm.NONCE_BYTES);
        byte[] encrypted = Xaes256Gcm.encrypt(open().key(version).bytes(), nonce, dataKey, context);
        byte[] bytes = Arrays.copyOf(nonce, nonce.length + encrypted.length);
        System.arraycopy(encrypted, 0, bytes, nonce.length, encrypted.length);
        return new WrappedKey(id(), version, bytes);
    }

    /** The version for one message more, rotated if need be. */
    int admitted() {
        Admission admission = admit();
        tell(admission);
        return admission.version();
    }

    private record Admission(int version, @Nullable KeyChange change) {}

    private synchronized Admission admit() {
        KeyChange change = null;
        Instant now = now(clock);
        open();
        if (file.hasChanged()) {
            lookForNewer(); // somebody may have destroyed what is the primary here
        }
        if (!usage.admits(content, now)) {
            AtomicReference<RingContent> before = new AtomicReference<>(content);
            commit(found -> {
                before.set(found);
                return usage.reserve(found, file.path(), now, KeyRing::freshKey);
            });
            if (content.primary() != before.get().primary()) {
                change = changed(KeyChange.Kind.ROTATED, content.primary());
            }
            if (!content.limits().areNone()) {
                usage.reserved(before.get(), content);
            }
        }
        if (!content.limits().areNone()) {
            usage.take(content.primary());
        }
        return new Admission(content.primary(), change);
    }

    synchronized void countBytes(int version, long bytes) {
        if (closed
                || content.limits().areNone()
                || version < 1
                || version > content.keys().size()) {
            return;
        }
        long more = usage.use(content.limits(), version, bytes);
        if (more > 0) {
            try {
                commit(found -> found.with(
                        version, key -> new RingContent.Key(key.about().used(0, more), key.bytes())));
            } catch (VaultException e) {
                usage.owe(version, more);
                LOG.warn("sealed bytes could not be counted ring={} version={} bytes={}", id(), version, more, e);
            }
        }
    }

    synchronized byte[] unwrap(WrappedKey wrapped, byte[] context) {
        if (!wrapped.ring().equals(id())) {
            throw new UnsealException();
        }
        byte[] bytes = wrapped.bytes();
        byte[] nonce = Arrays.copyOf(bytes, Xaes256Gcm.NONCE_BYTES);
        byte[] encrypted = Arrays.copyOfRange(bytes, Xaes256Gcm.NONCE_BYTES, bytes.length);
        try {
            return Xaes256Gcm.decrypt(usable(wrapped.version()), nonce, encrypted, context);
        } catch (AEADBadTagException e) {
            throw new UnsealException();
        }
    }

    synchronized byte[] derive(int version, String purpose, int bytes) {
        if (bytes < 16 || bytes > 64) {
            throw new IllegalArgumentException("bytes must be 16 to 64, got " + bytes);
        }
        if (version > open().keys().size()) {
            lookForNewer();
        }
        content.key(version);
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(DERIVED);
        info.writeBytes(purpose.getBytes(StandardCharsets.UTF_8));
        return Hkdf.expand("HmacSHA512", usable(version), info.toByteArray(), bytes);
    }

    /** The key of a version that may open. */
    private byte[] usable(int version) {
        if (version > open().keys().size()) {
            lookForNewer();
        }
        if (version > content.keys().size()) {
            throw new UnsealException();
        }
        RingContent.Key key = content.key(version);
        if (key.about().state() != KeyState.ENABLED || version < content.minimum()) {
            LOG.debug(
                    "opening refused ring={} version={} state={} minimum={}",
                    id(),
                    version,
                    key.about().state(),
                    content.minimum());
            throw new UnsealException();
        }
        return key.bytes();
    }

    private void lookForNewer() {
        try {
            refresh();
        } catch (VaultException e) {
            LOG.debug("key ring file could not be read again ring={}", id(), e);
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

    private void change(int version, KeyState state, KeyChange.Kind kind) {
        KeyChange change;
        synchronized (this) {
            open().key(version);
            commit(found -> {
                KeyState before = found.key(version).about().state();
                if (version == found.primary() && state != KeyState.ENABLED) {
                    throw new IllegalStateException("version %d is the primary; rotate first".formatted(version));
                }
                if (before == KeyState.DESTROYED && state != KeyState.DESTROYED) {
                    throw new IllegalStateException("version %d is destroyed".formatted(version));
                }
                return found.with(version, key -> key.in(state));
            });
            change = changed(kind, version);
        }
        tell(change);
    }

    private KeyChange changed(KeyChange.Kind kind, int version) {
        LOG.info("key ring changed ring={} kind={} version={}", id(), kind, version);
        return new KeyChange(id(), kind, version);
    }

    private void tell(Admission admission) {
        if (admission.change() != null) {
            tell(admission.change());
        }
    }

    private void tell(KeyChange change) {
        RuntimeException failure = null;
        for (Consumer<KeyChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Makes a change to what the file holds. */
    private void commit(UnaryOperator<RingContent> change) {
        become(file.update(open(), change));
    }

    /** Takes what was read from the file, in arrays of its own, in place of what is known, which is wiped. */
    private void become(RingContent newer) {
        if (!newer.limits().equals(content.limits())) {
            usage.limitsChanged();
        }
        content.wipe();
        content = newer;
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
