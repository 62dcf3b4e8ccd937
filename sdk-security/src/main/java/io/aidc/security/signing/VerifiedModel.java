package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Printable;
import io.aidc.security.keys.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A model whose signature was valid and whose files matched it. Only signed files can be opened, and each is hashed again
 * as it is read: the bytes handed out are the bytes that were signed, whatever happened to the file meanwhile.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="verify"}
 *
 * <p><em>Confined: one thread at a time.</em>
 */
public final class VerifiedModel implements AutoCloseable {
    private final ModelTree tree;
    private final Map<String, String> digests;
    private final List<SecretBytes> handedOut = new ArrayList<>();
    private boolean closed;

    VerifiedModel(ModelTree tree, Map<String, String> digests) {
        this.tree = tree;
        this.digests = digests;
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
        return List.copyOf(digests.keySet());
    }

    /**
     * Reads a file into memory and checks it there.
     *
     * @param name one of {@link #names()}; shorter than 2 GiB
     * @return a direct buffer of the whole file; it shows zeros after {@link #close()}, and what was signed for as long as
     *     nobody closes this model, even if nobody holds it any more
     * @throws IllegalArgumentException if the name is not signed, or the file does not fit one buffer
     * @throws ModelMismatchException if the file is not the signed one any more
     * @throws VaultIoException if it cannot be read
     * @throws IllegalStateException if closed
     */
    public ByteBuffer read(String name) {
        requireOpen();
        String signed = digests.get(name);
        if (signed == null) {
            throw new IllegalArgumentException(
                    "name must be one of the %d signed files, got %s".formatted(digests.size(), Printable.of(name)));
        }
        SecretBytes content = content(name);
        var sha256 = Sha256.create();
        sha256.update(content.buffer());
        if (!HexFormat.of().formatHex(sha256.digest()).equals(signed)) {
            content.close();
            throw new ModelMismatchException(tree.name(), List.of(), List.of(), List.of(name));
        }
        handedOut.add(content);
        return content.buffer();
    }

    /** Overwrites all buffers that were handed out with zeros. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        handedOut.forEach(SecretBytes::close);
    }

    private SecretBytes content(String name) {
        try (SeekableByteChannel in = Sha256.open(tree.resolve(name))) {
            return content(in);
        } catch (IOException e) {
            throw new VaultIoException(
                    "Cannot read %s of model %s".formatted(Printable.of(name), Printable.of(tree.name())), e);
        }
    }

    static SecretBytes content(SeekableByteChannel in) throws IOException {
        long size = in.size();
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the file has %d bytes; at most %d fit one buffer".formatted(size, Integer.MAX_VALUE));
        }
        SecretBytes content = SecretBytes.allocate((int) size);
        boolean done = false;
        try {
            ByteBuffer target = content.buffer();
            while (target.hasRemaining() && in.read(target) >= 0) {
                // a file cut meanwhile leaves zeros, which the digest will not match
            }
            done = true;
            return content;
        } finally {
            if (!done) {
                content.close();
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this model is closed");
        }
    }
}
