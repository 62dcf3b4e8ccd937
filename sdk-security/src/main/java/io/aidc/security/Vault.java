package io.aidc.security;

import static io.aidc.security.VaultAccess.MANAGE_KEYS;
import static io.aidc.security.VaultAccess.REWRAP;
import static io.aidc.security.VaultAccess.SEAL;
import static io.aidc.security.VaultAccess.SHRED;
import static io.aidc.security.VaultAccess.UNSEAL;

import io.aidc.security.VaultAccess.Attempt;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.KeyFiles;
import io.aidc.security.internal.Workers;
import io.aidc.security.keys.KeyEncryptionKey;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.Decision;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.Roles;
import io.aidc.security.seal.Identity;
import io.aidc.security.seal.Recipient;
import io.aidc.security.seal.Rewrap;
import io.aidc.security.seal.SealBinding;
import io.aidc.security.seal.SealReader;
import io.aidc.security.seal.SealSuite;
import io.aidc.security.seal.SealWriter;
import io.aidc.security.seal.SealedChannel;
import io.aidc.security.seal.SealedInfo;
import io.aidc.security.seal.ShredReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Seals files, streams and buffers for one or several recipients, and unseals them.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="vault"}
 *
 * <p>Most vaults keep a key ring. Others who shall be able to open what is sealed, such as the owner of a public key, are
 * named by {@link Builder#recipient}; keys other than the ring to open with, by {@link Builder#identity}.
 *
 * <p>Whatever goes in, the same sealed format comes out, on however many threads, so that each can be unsealed in any of the
 * four ways: whole files, streams, buffers, and channels that read at any place. The name and the
 * {@linkplain Builder#context context} are bound to the content and stand readable in the sealed bytes; the length of the
 * content is not hidden either. Unsealing fails without an explanation ({@link UnsealException}) unless key, name, context
 * and every byte are right.
 *
 * <p>Who may do what can be asked before it is done ({@link Builder#allow}, {@link Builder#authorizer}), and everything
 * recorded ({@link Builder#auditTo}).
 *
 * <p>Files appear whole or not at all. Streams take constant memory. Unsealed bytes are authenticated before they are
 * handed out; those in {@link SecretBytes} are wiped on close. Copies that pass through the heap on the way, some KiB at a
 * time, are wiped as far as they are ours; what the JDK's cipher keeps inside is not. Nothing here protects against
 * somebody who can read this process's memory, or who puts back an older sealed file of the same name.
 *
 * <p><em>Thread-safe: calls run side by side. A stream is confined to one thread at a time.</em>
 *
 * @see <a href="https://c2sp.org/chunked-encryption">C2SP chunked-encryption v1, the format of the content</a>
 */
public final class Vault implements AutoCloseable {
    private static final int COPY_BYTES = 64 * 1024;

    private final VaultMaterial material;
    private final VaultAccess access;
    private final boolean isView;

    private Vault(VaultMaterial material, VaultAccess access, boolean isView) {
        this.material = material;
        this.access = access;
        this.isView = isView;
    }

    /**
     * Starts to describe a vault.
     *
     * @return a builder, for one thread
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Seals a buffer. Cost: one copy of the content in memory, sealed.
     *
     * @param plaintext from position to limit; neither moves, and the caller wipes it
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @return the sealed bytes
     * @throws IllegalArgumentException if the name is empty or too long, or the result would not fit 2 GiB
     * @throws VaultIoException if a key service cannot be reached
     * @throws IllegalStateException if this vault is closed or has no recipients
     */
    public Sealed seal(ByteBuffer plaintext, String name) {
        SealBinding binding = binding(name);
        try (Attempt attempt = access.begin(SEAL, name)) {
            Sealed sealed = new Sealed(writer().seal(plaintext, binding));
            attempt.done(() -> SealedInfo.of(sealed.array()));
            return sealed;
        } catch (IOException e) {
            throw new VaultIoException("Cannot seal " + name, e);
        }
    }

    /**
     * Seals a buffer into memory that the caller keeps and uses again.
     *
     * @param plaintext from position to limit; neither moves, and the caller wipes it
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @param target gets the sealed file from its position on, which moves behind it; not the memory of the plaintext
     * @throws IllegalArgumentException if the name is empty or too long, or the sealed file does not fit, see
     *     {@link #sealedSize}
     * @throws VaultIoException if a key service cannot be reached
     */
    public void seal(ByteBuffer plaintext, String name, ByteBuffer target) {
        SealBinding binding = binding(name);
        int start = Objects.requireNonNull(target, "target").position();
        try (Attempt attempt = access.begin(SEAL, name)) {
            writer().seal(plaintext, binding, target);
            attempt.done(() -> SealedInfo.of(target.slice(start, target.position() - start)));
        } catch (IOException e) {
            throw new VaultIoException("Cannot seal " + name, e);
        }
    }

    /**
     * Returns how long a sealed file becomes.
     *
     * @param plaintextBytes &gt;= 0
     * @param name what it is bound to, 1 to 1024 bytes in UTF-8
     * @return bytes
     * @throws IllegalArgumentException if the length is negative, or the name is empty or too long
     */
    public long sealedSize(long plaintextBytes, String name) {
        return writer().sealedSize(plaintextBytes, binding(name));
    }

    /**
     * Unseals a buffer into memory outside the heap.
     *
     * @param sealed from position to limit; neither moves
     * @param name what it must be bound to
     * @return the plaintext, the caller's to close
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     */
    public SecretBytes unseal(ByteBuffer sealed, String name) {
        SealBinding binding = binding(name);
        return unseal(sealed, binding, access.begin(UNSEAL, name));
    }

    private SecretBytes unseal(ByteBuffer sealed, SealBinding binding, Attempt begun) {
        try (Attempt attempt = begun) {
            SecretBytes plaintext = reader().unseal(sealed, binding);
            return attempt.handOver(plaintext, () -> SealedInfo.of(sealed), plaintext::close);
        } catch (IOException e) {
            throw new VaultIoException("Cannot unseal " + binding.name(), e);
        }
    }

    /**
     * Opens a sealed file in memory for a user, if the user may {@code unseal} what it is named.
     *
     * @param sealed the sealed file; its own name counts
     * @param user such as {@code scorer}, which policies know as {@code User::"scorer"}
     * @return the plaintext, or why there is none
     * @throws IllegalStateException if this vault is closed or a view, or neither {@link Builder#allow} nor
     *     {@link Builder#authorizer} was called
     * @throws IllegalArgumentException if the user's name is longer than 1000 bytes in UTF-8
     * @throws PolicyException if the request does not fit the authorizer's schema
     * @throws VaultIoException if a key service cannot be reached
     */
    public Opening open(Sealed sealed, String user) {
        VaultAccess asked = access.as(Roles.user(user));
        asked.requireAuthorizer();
        try {
            String name = SealedInfo.of(sealed.array()).binding().name();
            SealBinding binding = binding(name);
            Decision decision = asked.decide(UNSEAL, name);
            return decision.allowed()
                    ? new Opening.Opened(unseal(sealed.array(), binding, asked.new Attempt(UNSEAL, name)))
                    : new Opening.Denied(decision);
        } catch (MalformedSealException e) {
            asked.record(UNSEAL, "(not sealed)", AuditEvent.Outcome.FAILED);
            return new Opening.Unreadable();
        } catch (UnsealException e) {
            return new Opening.Unreadable();
        }
    }

    /**
     * Acts on behalf of a user: every call of the view asks first whether the user may {@code seal}, {@code unseal} or
     * {@code rewrap} what is named so, or {@code shred} or {@code manage-keys} on {@code keys/} and the ring's id, and is
     * recorded under the user.
     *
     * {@snippet class="io.aidc.security.SnippetsTest" region="access"}
     *
     * @param user such as {@code scorer}, which policies know as {@code User::"scorer"}
     * @return a view of this vault, on the same keys and threads, whose calls throw {@link NotPermittedException} if the user
     *     may not; closing it does nothing. Names that are no plain paths, see {@link Roles#resource}, are permitted to nobody
     * @throws IllegalStateException if nobody is asked and nothing recorded, or this is a view already
     * @throws IllegalArgumentException if the user's name is longer than 1000 bytes in UTF-8
     */
    public Vault as(String user) {
        return as(Roles.user(user));
    }

    /**
     * Acts on behalf of a principal of any type, as {@link #as(String)} does for a user.
     *
     * @param principal as policies know it
     * @return a view of this vault
     * @throws IllegalStateException if nobody is asked and nothing recorded, or this is a view already
     * @throws IllegalArgumentException if the principal takes more than 1024 bytes in UTF-8
     */
    public Vault as(EntityUid principal) {
        material.requireOpen();
        return new Vault(material, access.as(Objects.requireNonNull(principal, "principal")), true);
    }

    /**
     * Unseals a sealed file held in memory.
     *
     * @param sealed the sealed file
     * @param name what it must be bound to
     * @return the plaintext, the caller's to close
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     */
    public SecretBytes unseal(Sealed sealed, String name) {
        return unseal(sealed.array(), name);
    }

    /**
     * Unseals a buffer into memory that the caller keeps and uses again, such as that of a model which is reloaded. Fresh
     * memory costs more than the decryption.
     *
     * @param sealed from position to limit; neither moves
     * @param name what it must be bound to
     * @param target gets the plaintext from its position on, which moves behind it; the caller wipes it. After a failure zeros
     *     are there, and the position is where it was
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IllegalArgumentException if the plaintext does not fit; nothing was decrypted
     * @throws VaultIoException if a key service cannot be reached
     */
    public void unseal(ByteBuffer sealed, String name, ByteBuffer target) {
        SealBinding binding = binding(name);
        int start = Objects.requireNonNull(target, "target").position();
        try (Attempt attempt = access.begin(UNSEAL, name)) {
            reader().unseal(sealed, binding, target);
            attempt.handOver(target, () -> SealedInfo.of(sealed), () -> wipe(target, start));
        } catch (IOException e) {
            throw new VaultIoException("Cannot unseal " + name, e);
        }
    }

    /**
     * Seals a file. The target appears whole and is on the disk when this returns; a file that was there is replaced.
     *
     * <p>A target that is replaced loses its permissions, and a symbolic link is replaced, not followed.
     *
     * @param plaintext what to seal; stays as it is
     * @param target the sealed file, in a directory that exists
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @throws VaultIoException if reading or writing fails; the target is then as it was
     * @throws IllegalArgumentException if the name is empty or too long, or the target is the source or holds keys
     */
    public void seal(Path plaintext, Path target, String name) {
        material.requireOpen();
        requireDifferent(plaintext, target);
        if (Files.isDirectory(plaintext)) {
            throw new VaultIoException("Cannot read " + plaintext, new IOException("it is a directory"));
        }
        if (!Files.isRegularFile(plaintext)) {
            try (InputStream in = Files.newInputStream(plaintext)) {
                seal(in, target, name);
            } catch (IOException e) {
                throw new VaultIoException("Cannot read " + plaintext, e);
            }
            return;
        }
        try (FileChannel in = FileChannel.open(plaintext, StandardOpenOption.READ)) {
            seal(in, target, name);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read " + plaintext, e);
        }
    }

    /**
     * Seals what a source holds, up to its end. Unlike {@link #sealingStream}, a source that fails leaves no sealed file. The
     * target appears whole and is on the disk when this returns; a file that was there is replaced.
     *
     * @param plaintext read to its end; stays open
     * @param target the sealed file, in a directory that exists
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @throws VaultIoException if reading or writing fails; the target is then as it was
     * @throws IllegalArgumentException if the name is empty or too long, or the target holds keys
     */
    public void seal(InputStream plaintext, Path target, String name) {
        SealBinding binding = binding(name);
        SealWriter sealing = writer();
        Objects.requireNonNull(plaintext, "plaintext");
        KeyFiles.requireNone(target);
        try (Attempt attempt = access.begin(SEAL, name)) {
            AtomicFile.replace(target, AtomicFile.Access.UMASK, sink -> {
                try (OutputStream out = sealing.stream(sink, binding)) {
                    copy(plaintext, out);
                }
                attempt.done();
            });
        }
    }

    /**
     * Seals what a channel holds. The target appears whole and is on the disk when this returns; a file that was there is
     * replaced.
     *
     * @param plaintext read from its position 0 to the end it has now; stays open
     * @param target the sealed file, in a directory that exists
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @throws VaultIoException if reading or writing fails; the target is then as it was
     * @throws IllegalArgumentException if the name is empty or too long, or the target holds keys
     */
    public void seal(SeekableByteChannel plaintext, Path target, String name) {
        SealBinding binding = binding(name);
        SealWriter sealing = writer();
        Objects.requireNonNull(plaintext, "plaintext");
        KeyFiles.requireNone(target);
        try (Attempt attempt = access.begin(SEAL, name)) {
            AtomicFile.replaceByPosition(target, AtomicFile.Access.UMASK, sink -> {
                sealing.seal(plaintext, sink, binding);
                attempt.done(() -> SealedInfo.of(sink));
            });
        }
    }

    /**
     * Unseals a file. The target appears whole, after its last byte was authenticated, and is on the disk when this
     * returns; a file that was there is replaced. It belongs to its owner alone (0600) where the file system knows owners.
     * To keep plaintext off the disk, unseal into memory instead.
     *
     * @param sealed the sealed file
     * @param target the plaintext file, in a directory that exists
     * @param name what it must be bound to
     * @throws UnsealException if it does not open; the target is then as it was
     * @throws MalformedSealException if it is visibly no sealed file of a known version; the target is then as it was
     * @throws VaultIoException if reading or writing fails; the target is then as it was
     * @throws IllegalArgumentException if the target is the source or holds keys
     */
    public void unseal(Path sealed, Path target, String name) {
        SealBinding binding = binding(name);
        SealReader opening = reader();
        requireDifferent(sealed, target);
        KeyFiles.requireNone(target);
        try (Attempt attempt = access.begin(UNSEAL, name);
                FileChannel in = FileChannel.open(sealed, StandardOpenOption.READ)) {
            AtomicFile.replaceByPosition(target, AtomicFile.Access.OWNER, out -> {
                opening.unseal(in, out, binding);
                attempt.done(() -> SealedInfo.of(in));
            });
        } catch (UnsealException e) {
            throw new UnsealException(sealed);
        } catch (MalformedSealException e) {
            throw e.in(sealed);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read sealed file " + sealed, e);
        }
    }

    /**
     * Opens a sealed file for reading at any place, without a plaintext file. Header, name, context and length are checked
     * before this returns; the content as it is read.
     *
     * @param sealed the sealed file
     * @param name what it must be bound to
     * @return gives the plaintext; the caller's to close, and outlives this vault
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws VaultIoException if it cannot be read
     */
    public SealedChannel channel(Path sealed, String name) {
        SealBinding binding = binding(name);
        SealReader opening = reader();
        FileChannel file = null;
        SealedChannel channel = null;
        try (Attempt attempt = access.begin(UNSEAL, name)) {
            FileChannel in = FileChannel.open(sealed, StandardOpenOption.READ);
            file = in;
            SealedChannel plaintext = opening.channel(in, binding);
            channel = attempt.handOver(plaintext, () -> SealedInfo.of(in), plaintext);
            return channel;
        } catch (UnsealException e) {
            throw new UnsealException(sealed);
        } catch (MalformedSealException e) {
            throw e.in(sealed);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read sealed file " + sealed, e);
        } finally {
            if (file != null && channel == null) {
                closeQuietly(file);
            }
        }
    }

    /**
     * Seals what is written to the returned stream. Closing it completes the seal and closes the sink; bytes sealed by a
     * stream that was not closed do not unseal. To give up, close the sink instead.
     *
     * @param sink where the sealed bytes go; the header is written at once
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @return takes the plaintext, and outlives this vault
     * @throws IOException if the sink fails
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public OutputStream sealingStream(OutputStream sink, String name) throws IOException {
        SealBinding binding = binding(name);
        try (Attempt attempt = access.begin(SEAL, name)) {
            OutputStream stream = writer().stream(sink, binding);
            attempt.done();
            return stream;
        }
    }

    /**
     * Unseals what the source holds, up to its end. The header is checked before this returns. What has been read is
     * authentic, but only the end of the stream shows that nothing is missing behind. A read that meets bytes which are
     * not authentic throws {@link UnsealException}, and so does every later one.
     *
     * @param source holds the sealed bytes; closed with the stream
     * @param name what it must be bound to
     * @return gives the plaintext, and outlives this vault
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IOException if the source fails
     */
    public InputStream unsealingStream(InputStream source, String name) throws IOException {
        SealBinding binding = binding(name);
        try (Attempt attempt = access.begin(UNSEAL, name)) {
            InputStream stream = reader().stream(source, binding);
            return attempt.handOver(stream, null, stream);
        }
    }

    /**
     * Replaces the recipients of sealed files by those of this vault, without touching their content: after a rotation, or
     * to add or drop somebody. Files that have them already are left as they are. See {@link Rewrap} for what a crash leaves.
     * A file that whoever acts may not rewrap has failed, with {@link NotPermittedException}.
     *
     * @param files sealed files of whatever name and context, which this vault can open
     * @return one result a file, in order; one that fails does not keep the others from being done
     * @throws IllegalStateException if this vault is closed, or has nothing to open with or nobody to seal for
     */
    public List<Rewrap.Result> rewrap(Collection<Path> files) {
        Map<Path, String> names = new ConcurrentHashMap<>();
        List<Rewrap.Result> results = material.rewrap()
                .asking((file, name) -> {
                    names.put(file, name);
                    access.require(REWRAP, name);
                })
                .files(files);
        access.recordRewraps(results, names);
        return results;
    }

    /**
     * Destroys a version of the key ring's key for ever, and reports which sealed files that makes unreadable.
     *
     * @param version not the primary
     * @param files where sealed files are; they are read, not changed
     * @return the report
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is the primary, or this vault has no key ring
     * @throws VaultIoException if a file cannot be read; nothing was destroyed
     * @throws KeyRingException if the ring cannot be changed; nothing was destroyed
     */
    public ShredReport shred(int version, Collection<Path> files) {
        KeyRing ring = material.ring();
        try (Attempt attempt = access.begin(SHRED, "keys/" + ring.id())) {
            ShredReport report = ShredReport.destroying(ring, version, files);
            attempt.done();
            return report;
        }
    }

    /**
     * Returns the key ring, to list, rotate, disable and destroy versions. Whose hands it gets into is recorded; what is done
     * with it then, as changes by the program.
     *
     * @return the ring in use; closed with this vault if this vault opened it
     * @throws IllegalStateException if this vault is closed or has no key ring
     */
    public KeyRing keys() {
        KeyRing ring = material.ring();
        try (Attempt attempt = access.begin(MANAGE_KEYS, "keys/" + ring.id())) {
            attempt.done();
        }
        return ring;
    }

    /**
     * Ends this vault and the threads it started, and its key ring if {@link Builder#keyStore} opened it. Every other method,
     * also of the views, then throws {@link IllegalStateException}. Closing twice is harmless, and so is closing a view.
     */
    @Override
    public void close() {
        if (!isView) {
            material.close();
        }
    }

    private SealBinding binding(String name) {
        return material.binding(name);
    }

    private SealWriter writer() {
        return material.writer();
    }

    private SealReader reader() {
        return material.reader();
    }

    private static void requireDifferent(Path source, Path target) {
        try {
            if (Files.exists(target) && Files.isSameFile(source, target)) {
                throw new IllegalArgumentException(
                        "source and target must be different files, got %s".formatted(target));
            }
        } catch (IOException e) {
            throw new VaultIoException("Cannot read " + source, e);
        }
    }

    private static void wipe(ByteBuffer target, int start) {
        byte[] zeros = new byte[COPY_BYTES];
        int end = target.position();
        target.position(start);
        for (int at = start; at < end; at += zeros.length) {
            target.put(at, zeros, 0, Math.min(zeros.length, end - at));
        }
    }

    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            // it was only read, and the failure that brought us here is the one to report
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[COPY_BYTES];
        try {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                out.write(piece, 0, length);
            }
        } finally {
            Arrays.fill(piece, (byte) 0);
        }
    }

    /**
     * Describes a vault.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private final Map<String, String> context = new LinkedHashMap<>();
        private final List<Recipient> recipients = new ArrayList<>();
        private final List<Identity> identities = new ArrayList<>();
        private @Nullable Path file;
        private char @Nullable [] passphrase;
        private @Nullable KeyEncryptionKey protection;
        private @Nullable KeyRing ring;
        private @Nullable Executor executor;
        private final Roles.Builder allowed = Roles.define();
        private final Set<String> users = new LinkedHashSet<>();
        private @Nullable AuditTrail trail;
        private @Nullable Authorizer authorizer;
        private SealSuite suite = SealSuite.COBBLESTONE_256;
        private int threads;

        private Builder() {}

        /**
         * Opens the keys from a file; {@link KeyRing#create} makes one. Excludes {@link #keys}.
         *
         * @param file a key ring file
         * @param passphrase its passphrase; read by {@link #open()}, neither kept beyond that nor wiped
         * @return this
         * @throws IllegalStateException if keys were given already
         */
        public Builder keyStore(Path file, char[] passphrase) {
            requireNoKeys();
            this.file = Objects.requireNonNull(file, "file");
            this.passphrase = Objects.requireNonNull(passphrase, "passphrase");
            return this;
        }

        /**
         * Opens the keys from a file that a key service or device protects. Excludes {@link #keys}.
         *
         * @param file a key ring file
         * @param protection the key that it was made with; asked by {@link #open()}
         * @return this
         * @throws IllegalStateException if keys were given already
         */
        public Builder keyStore(Path file, KeyEncryptionKey protection) {
            requireNoKeys();
            this.file = Objects.requireNonNull(file, "file");
            this.protection = Objects.requireNonNull(protection, "protection");
            return this;
        }

        /**
         * Uses keys that are open already, perhaps in several vaults. Excludes {@link #keyStore}.
         *
         * @param ring stays the caller's to close, after this vault
         * @return this
         * @throws IllegalStateException if keys were given already
         */
        public Builder keys(KeyRing ring) {
            requireNoKeys();
            this.ring = Objects.requireNonNull(ring, "ring");
            return this;
        }

        /**
         * Adds one who can open what this vault seals, besides the key ring. By default there is none.
         *
         * @param recipient of 32 at most, the key ring included, and one passphrase at most
         * @return this
         */
        public Builder recipient(Recipient recipient) {
            recipients.add(Objects.requireNonNull(recipient, "recipient"));
            return this;
        }

        /**
         * Adds a key to open with, besides the key ring. By default there is none.
         *
         * @param identity tried after those that were added before
         * @return this
         */
        public Builder identity(Identity identity) {
            identities.add(Objects.requireNonNull(identity, "identity"));
            return this;
        }

        /**
         * Binds a pair, such as a tenant or a purpose, to all that this vault seals, and requires it of all that it
         * unseals. It stands readable in the sealed bytes. By default there is none.
         *
         * @param key 1 to 255 bytes in UTF-8, not given before
         * @param value 0 to 4096 bytes in UTF-8
         * @return this
         * @throws IllegalArgumentException if key or value is too long, there are more than 32 pairs or 16 KiB of them
         * @throws IllegalStateException if the key was given already
         */
        public Builder context(String key, String value) {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
            if (context.containsKey(key)) {
                throw new IllegalStateException("context %s is %s already".formatted(key, context.get(key)));
            }
            Map<String, String> more = new LinkedHashMap<>(context);
            more.put(key, value);
            context.putAll(new SealBinding("a name", more).context());
            return this;
        }

        /**
         * Chooses how content is encrypted when sealing. Unsealing knows every suite.
         *
         * @param suite by default {@link SealSuite#COBBLESTONE_256}
         * @return this
         */
        public Builder suite(SealSuite suite) {
            this.suite = Objects.requireNonNull(suite, "suite");
            return this;
        }

        /**
         * Shares the chunks of one file, buffer or long channel read among threads of the vault's own, which end with it.
         * Streams stay on one thread. By default everything runs on the caller's thread. Excludes {@link #executor}.
         *
         * @param threads how many work on one file at once, the caller's included, &gt;= 1
         * @return this
         * @throws IllegalArgumentException if the number is below 1
         * @throws IllegalStateException if threads were given already
         */
        public Builder threads(int threads) {
            requireNoThreads(threads);
            this.threads = threads;
            return this;
        }

        /**
         * Shares the chunks of one file, buffer or long channel read among borrowed threads. Excludes {@link #threads}.
         *
         * @param executor lends threads, and is never shut down here; one that is full or closed costs speed only
         * @param threads how many work on one file at once, the caller's included, &gt;= 1
         * @return this
         * @throws IllegalArgumentException if the number is below 1
         * @throws IllegalStateException if threads were given already
         */
        public Builder executor(Executor executor, int threads) {
            requireNoThreads(threads);
            this.executor = Objects.requireNonNull(executor, "executor");
            this.threads = threads;
            return this;
        }

        /**
         * Lets a user unseal. From then on nothing is unsealed but for users who may: through {@link Vault#as} and
         * {@link Vault#open}. Sealing stays open to the program itself, and to nobody else. Excludes {@link #authorizer}.
         *
         * @param user such as {@code scorer}
         * @param pattern what: a name such as {@code models/fraud/7}, all below a folder such as {@code models/fraud/*}, or
         *     {@code *} for anything
         * @return this
         * @throws IllegalArgumentException if the pattern is something else
         * @throws IllegalStateException if {@link #authorizer} was called
         */
        public Builder allow(String user, String pattern) {
            if (authorizer != null) {
                throw new IllegalStateException("authorizer is chosen already: " + authorizer);
            }
            allowed.role(user);
            if (users.add(user)) {
                allowed.assign(user, user);
            }
            allowed.may(UNSEAL, pattern);
            return this;
        }

        /**
         * Asks before anything is done on behalf of somebody ({@link Vault#as}, {@link Vault#open}). From then on nothing is
         * unsealed without saying for whom. What the program does on its own behalf otherwise, such as sealing, is not asked.
         * Requests are as {@link Roles#request(String, String, String)} makes them; the vault's context is theirs too. A schema
         * must declare both, as {@link Roles#schema} does but for the context; what does not fit gets
         * {@link PolicyException}.
         * Excludes {@link #allow}.
         *
         * @param authorizer decides, and records its decisions if it has a trail of its own
         * @return this
         * @throws IllegalStateException if there is one already, or {@link #allow} was called
         */
        public Builder authorizer(Authorizer authorizer) {
            if (this.authorizer != null || !users.isEmpty()) {
                throw new IllegalStateException(
                        this.authorizer != null ? "authorizer is chosen already" : "allow is chosen already: " + users);
            }
            this.authorizer = Objects.requireNonNull(authorizer, "authorizer");
            return this;
        }

        /**
         * Records what is done through the vault, and by whom: each seal, unseal, rewrap and shred, done or failed, and
         * each change of the key ring if {@link #keyStore} opened it; of a ring given to {@link #keys}, whoever gives it
         * records the changes ({@link KeyRing#onChange}). Records never hold a part of the content; where the header is at hand
         * again, that is everywhere but for streams, they name the file by its id.
         *
         * <p>Plaintext and sealed files are recorded before they are handed out or appear, so that what cannot be recorded is
         * not done; streams and channels when they are opened; rewraps and changes of keys right after they were made. Refusals
         * are recorded here if the authorizer has no trail of its own.
         *
         * @param trail takes the records, on the caller's thread
         * @return this
         * @throws IllegalStateException if there is a trail already
         */
        public Builder auditTo(AuditTrail trail) {
            if (this.trail != null) {
                throw new IllegalStateException("auditTo is chosen already");
            }
            this.trail = Objects.requireNonNull(trail, "trail");
            return this;
        }

        /**
         * Opens the vault. With {@link #keyStore} and a passphrase this takes some tenths of a second and 64 MiB for a while.
         *
         * @return the open vault
         * @throws KeyRingException if the key ring does not open
         * @throws VaultIoException if its file cannot be read, or the key service not be reached
         * @throws IllegalStateException if there are neither keys, recipients nor identities
         * @throws IllegalArgumentException if there are too many recipients
         */
        public Vault open() {
            if (file == null && ring == null && recipients.isEmpty() && identities.isEmpty()) {
                throw new IllegalStateException("keys are missing: call keyStore, keys, recipient or identity");
            }
            KeyRing opened = ring;
            if (file != null && passphrase != null) {
                opened = KeyRing.open(file, passphrase);
            } else if (file != null && protection != null) {
                opened = KeyRing.open(file, protection);
            }
            boolean done = false;
            try {
                Workers workers =
                        executor == null ? Workers.own("seal", Math.max(1, threads)) : Workers.on(executor, threads);
                VaultMaterial material =
                        new VaultMaterial(opened, ring == null, recipients, identities, suite, workers, context);
                AuditTrail to = trail;
                if (to != null && opened != null && ring == null) {
                    opened.onChange(change -> VaultAccess.record(to, change));
                }
                VaultAccess access = new VaultAccess(decider(), to, null, material.context());
                done = true;
                return new Vault(material, access, false);
            } finally {
                if (!done && opened != null && opened != ring) {
                    opened.close();
                }
            }
        }

        private @Nullable Authorizer decider() {
            if (users.isEmpty()) {
                return authorizer;
            }
            Authorizer.Builder deciding = Authorizer.builder().roles(allowed.build());
            return (trail == null ? deciding : deciding.auditTo(trail)).build();
        }

        private void requireNoKeys() {
            if (file != null || ring != null) {
                throw new IllegalStateException(
                        "keys are given already: " + (file != null ? "key ring file " + file : ring));
            }
        }

        private void requireNoThreads(int wanted) {
            if (wanted < 1) {
                throw new IllegalArgumentException("threads must be >= 1, got " + wanted);
            }
            if (threads > 0) {
                throw new IllegalStateException("threads are given already: " + threads);
            }
        }
    }
}
