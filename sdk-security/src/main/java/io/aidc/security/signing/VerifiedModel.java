package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Printable;
import io.aidc.security.keys.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model whose signature was valid. Only signed files can be read, and what is read is hashed on its way: the bytes handed
 * out are the bytes that were signed, whatever happened to the file before, meanwhile or later.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="verify"}
 *
 * <p>A file is read as a whole, or in ranges if the model was signed by shards, which is how a model of any size is loaded
 * tensor by tensor:
 *
 * {@snippet class="io.aidc.security.signing.SigningSnippetsTest" region="range"}
 *
 * <p>Buffers of {@code read} live until this model is closed; whoever wants to let go of them one by one takes
 * {@code readSecret}. The file read last stays open until another is read or this model is closed.
 *
 * <p>Where the verifier was told to use several threads, so does a read that spans several shards.
 *
 * <p><em>Confined: one thread at a time.</em>
 */
public final class VerifiedModel implements AutoCloseable {
    private final String model;
    private final Map<String, SignedFile> files;
    private final Serialization serialization;
    private final Hashing hashing;
    private final VerifiedReads reads;
    private final List<SecretBytes> handedOut = new ArrayList<>();
    private boolean closed;

    VerifiedModel(String model, Statement statement, Hashing hashing) {
        this.model = model;
        this.files = statement.files();
        this.serialization = statement.serialization();
        this.hashing = hashing;
        this.reads = new VerifiedReads(model, serialization, hashing);
    }

    /**
     * Lists the signed files, relative to the model, with {@code /}. A model that is a single file has the one name
     * {@code .}
     *
     * @return unmodifiable, in the order of the signature
     * @throws IllegalStateException if closed
     */
    public List<String> names() {
        requireOpen();
        return List.copyOf(files.keySet());
    }

    /**
     * Returns how long a file is: as signed if the model was signed by shards; otherwise as it is at present, which nobody has
     * signed until it is read.
     *
     * @param name one of {@link #names()}
     * @return bytes, &gt;= 0
     * @throws IllegalArgumentException if the name is not signed
     * @throws VaultIoException if the file cannot be opened
     * @throws IllegalStateException if closed
     */
    public long size(String name) {
        SignedFile file = signed(name);
        return serialization.isByShards() ? file.size() : guarded(name, () -> reads.size(name));
    }

    /**
     * Reads a file into memory and checks it there.
     *
     * @param name one of {@link #names()}; shorter than 2 GiB
     * @return a direct buffer of the whole file; it shows zeros after {@link #close()}, and what was signed for as long as
     *     nobody closes this model, even if nobody holds it any more
     * @throws IllegalArgumentException if the name is not signed, or the file does not fit one buffer
     * @throws ModelMismatchException if the file is not the signed one
     * @throws VaultIoException if it cannot be read
     * @throws IllegalStateException if closed
     */
    public ByteBuffer read(String name) {
        return kept(readSecret(name));
    }

    /**
     * Reads part of a file into memory. Cost: every shard that the range touches is read and hashed as a whole, but for the one
     * at whose edge the last range ended or began, if that is at most 64 MiB long: it is remembered. Small shards, of some
     * MiB, suit many small ranges.
     *
     * @param name one of {@link #names()}
     * @param offset the first byte, &gt;= 0
     * @param length how many bytes, &gt;= 0; offset and length together at most {@link #size}
     * @return a direct buffer of those bytes; it shows zeros after {@link #close()}
     * @throws IllegalArgumentException if the name is not signed, or the range is not inside the file
     * @throws ModelMismatchException if a shard, or the file's length, is not the signed one
     * @throws VaultIoException if it cannot be read
     * @throws IllegalStateException if closed, or if the model was signed by whole files
     */
    public ByteBuffer read(String name, long offset, int length) {
        return kept(readSecret(name, offset, length));
    }

    /**
     * Reads a file as {@link #read(String)} does.
     *
     * @param name one of {@link #names()}; shorter than 2 GiB
     * @return the whole file, the caller's to close, whether this model is closed earlier or later
     * @throws IllegalArgumentException if the name is not signed, or the file does not fit one buffer
     * @throws ModelMismatchException if the file is not the signed one
     * @throws VaultIoException if it cannot be read
     * @throws IllegalStateException if closed
     */
    public SecretBytes readSecret(String name) {
        SignedFile file = signed(name);
        return guarded(name, () -> reads.whole(name, file));
    }

    /**
     * Reads part of a file as {@link #read(String, long, int)} does.
     *
     * @param name one of {@link #names()}
     * @param offset the first byte, &gt;= 0
     * @param length how many bytes, &gt;= 0; offset and length together at most {@link #size}
     * @return those bytes, the caller's to close, whether this model is closed earlier or later
     * @throws IllegalArgumentException if the name is not signed, or the range is not inside the file
     * @throws ModelMismatchException if a shard, or the file's length, is not the signed one
     * @throws VaultIoException if it cannot be read
     * @throws IllegalStateException if closed, or if the model was signed by whole files
     */
    public SecretBytes readSecret(String name, long offset, int length) {
        SignedFile file = signed(name);
        if (!serialization.isByShards()) {
            throw new IllegalStateException(
                    "this model is signed by whole files; to read ranges, sign it with ModelSigner.shards");
        }
        if (offset < 0 || length < 0 || offset > file.size() - length) {
            throw new IllegalArgumentException("range must lie in the %d bytes of %s, got offset %d, length %d"
                    .formatted(file.size(), Printable.of(name), offset, length));
        }
        return guarded(name, () -> reads.range(name, file, offset, length));
    }

    /** Overwrites all buffers of {@code read} with zeros. Closing twice is harmless. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handedOut.forEach(SecretBytes::close);
        hashing.close();
        try {
            reads.close();
        } catch (IOException e) {
            throw new VaultIoException("Cannot close model " + Printable.of(model), e);
        }
    }

    private interface Read<T> {
        T run() throws IOException;
    }

    /** After a failure the file is opened afresh. */
    private <T> T guarded(String name, Read<T> read) {
        boolean done = false;
        try {
            T result = read.run();
            done = true;
            return result;
        } catch (IOException e) {
            throw new VaultIoException(
                    "Cannot read %s of model %s".formatted(Printable.of(name), Printable.of(model)), e);
        } finally {
            if (!done) {
                reads.forget();
            }
        }
    }

    private ByteBuffer kept(SecretBytes content) {
        handedOut.add(content);
        return content.buffer();
    }

    private SignedFile signed(String name) {
        requireOpen();
        SignedFile file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException(
                    "name must be one of the %d signed files, got %s".formatted(files.size(), Printable.of(name)));
        }
        return file;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this model is closed");
        }
    }
}
