package io.aidc.security;

import io.aidc.security.internal.AtomicFile;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.seal.SealBinding;
import io.aidc.security.seal.SealedFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Seals files, streams and buffers under a key ring, and unseals them.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="vault"}
 *
 * <p>Whatever goes in, the same sealed format comes out, so that each can be unsealed in any of the three ways. The name
 * and the {@linkplain Builder#context context} are bound to the content and stand readable in the sealed bytes; the length
 * of the content is not hidden either. Unsealing fails without an explanation ({@link UnsealException}) unless key, name,
 * context and every byte are right.
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

    private final KeyRing ring;
    private final boolean ringIsOurs;
    private final Map<String, String> context;
    private volatile boolean closed;

    private Vault(KeyRing ring, boolean ringIsOurs, Map<String, String> context) {
        this.ring = ring;
        this.ringIsOurs = ringIsOurs;
        this.context = context;
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
     */
    public Sealed seal(ByteBuffer plaintext, String name) {
        SealBinding binding = binding(name);
        long size = SealedFormat.sealedSize(plaintext.remaining(), binding);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d bytes are too many for one array; seal a file or a stream".formatted(plaintext.remaining()));
        }
        ExactOutput out = new ExactOutput((int) size);
        byte[] piece = new byte[Math.min(COPY_BYTES, Math.max(1, plaintext.remaining()))];
        try (OutputStream sealing = SealedFormat.sealingStream(out, binding, ring)) {
            for (ByteBuffer rest = plaintext.duplicate(); rest.hasRemaining(); ) {
                int length = Math.min(piece.length, rest.remaining());
                rest.get(piece, 0, length);
                sealing.write(piece, 0, length);
            }
        } catch (IOException e) {
            throw new VaultIoException("Cannot seal in memory", e);
        } finally {
            Arrays.fill(piece, (byte) 0);
        }
        return new Sealed(out.bytes());
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
        return SealedFormat.unseal(sealed, binding(name), ring);
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
        return unseal(sealed.bytes(), name);
    }

    /**
     * Seals a file. The target appears whole and is on the disk when this returns; a file that was there is replaced.
     *
     * @param plaintext what to seal; stays as it is
     * @param target the sealed file, in a directory that exists
     * @param name what to bind it to, 1 to 1024 bytes in UTF-8
     * @throws VaultIoException if reading or writing fails; the target is then as it was
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public void seal(Path plaintext, Path target, String name) {
        SealBinding binding = binding(name);
        AtomicFile.replace(target, AtomicFile.Access.UMASK, sink -> {
            try (InputStream in = Files.newInputStream(plaintext);
                    OutputStream sealing = SealedFormat.sealingStream(sink, binding, ring)) {
                copy(in, sealing);
            }
        });
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
     */
    public void unseal(Path sealed, Path target, String name) {
        SealBinding binding = binding(name);
        AtomicFile.replace(target, AtomicFile.Access.OWNER, sink -> {
            try (InputStream in = Files.newInputStream(sealed);
                    InputStream plaintext = SealedFormat.unsealingStream(in, binding, ring)) {
                copy(plaintext, sink);
            }
        });
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
        return SealedFormat.sealingStream(Objects.requireNonNull(sink, "sink"), binding(name), ring);
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
        return SealedFormat.unsealingStream(Objects.requireNonNull(source, "source"), binding(name), ring);
    }

    /**
     * Returns the key ring, to list, rotate, disable and destroy versions.
     *
     * @return the ring in use; closed with this vault if this vault opened it
     * @throws IllegalStateException if this vault is closed
     */
    public KeyRing keys() {
        requireOpen();
        return ring;
    }

    /**
     * Ends this vault, and its key ring if {@link Builder#keyStore} opened it. Every other method then throws
     * {@link IllegalStateException}. Closing twice is harmless.
     */
    @Override
    public void close() {
        closed = true;
        if (ringIsOurs) {
            ring.close();
        }
    }

    private SealBinding binding(String name) {
        Objects.requireNonNull(name, "name");
        requireOpen();
        return new SealBinding(name, context);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this vault is closed");
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

    /** Gives up its array without a copy; the size is known beforehand. */
    private static final class ExactOutput extends ByteArrayOutputStream {
        ExactOutput(int size) {
            super(size);
        }

        byte[] bytes() {
            return count == buf.length ? buf : toByteArray();
        }
    }

    /**
     * Describes a vault.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private final Map<String, String> context = new LinkedHashMap<>();
        private @Nullable Path file;
        private char @Nullable [] passphrase;
        private @Nullable KeyRing ring;

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
         * Opens the vault. With {@link #keyStore} this takes some tenths of a second and 64 MiB for a while.
         *
         * @return the open vault
         * @throws KeyRingException if the key ring does not open
         * @throws VaultIoException if its file cannot be read
         * @throws IllegalStateException if neither {@link #keyStore} nor {@link #keys} was called
         */
        public Vault open() {
            if (ring != null) {
                return new Vault(ring, false, Map.copyOf(context));
            }
            if (file == null || passphrase == null) {
                throw new IllegalStateException("keys are missing: call keyStore or keys");
            }
            return new Vault(KeyRing.open(file, passphrase), true, Map.copyOf(context));
        }

        private void requireNoKeys() {
            if (file != null || ring != null) {
                throw new IllegalStateException(
                        "keys are given already: " + (file != null ? "key ring file " + file : ring));
            }
        }
    }
}
