package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultException;
import io.aidc.security.internal.Workers;
import io.aidc.security.keys.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Opens sealed files as one of several identities. {@link io.aidc.security.Vault} offers the same with files, and makes them
 * too.
 *
 * <p><em>Thread-safe: it keeps no state.</em>
 */
public final class SealReader {
    private static final int HEAD_ATTEMPTS = 4;

    private final List<Identity> identities;
    private final Workers workers;

    private SealReader(List<Identity> identities, Workers workers) {
        this.identities = identities;
        this.workers = workers;
    }

    /**
     * Returns a reader.
     *
     * @param identities at least one; tried in this order, where a file names them
     * @return the reader
     * @throws IllegalArgumentException if there is none
     */
    public static SealReader as(List<Identity> identities) {
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("identities must be one at least, got none");
        }
        return new SealReader(List.copyOf(identities), Workers.none());
    }

    /**
     * Shares the chunks of one buffer, file or long read of a channel among several threads. Streams stay on one thread.
     *
     * @param executor lends threads, and is never shut down here
     * @param threads how many work on one file at once, the caller's included, &gt;= 1
     * @return another reader
     * @throws IllegalArgumentException if the number is below 1
     */
    public SealReader on(Executor executor, int threads) {
        return new SealReader(identities, Workers.on(Objects.requireNonNull(executor, "executor"), threads));
    }

    /**
     * Unseals what the source holds, up to its end. The header is read and checked before this returns. What has been read
     * from the stream is authentic, but only its end shows that nothing is missing behind. A read that meets bytes which
     * are not authentic throws {@link UnsealException}, and so does every later one.
     *
     * @param source holds the sealed file; closed with the stream
     * @param binding what it must be bound to
     * @return gives the plaintext; confined to one thread at a time
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IOException if the source or a key service fails
     */
    public InputStream stream(InputStream source, SealBinding binding) throws IOException {
        SealedHead head = SealedHead.read(Objects.requireNonNull(source, "source"));
        return with(head, contentKey(head, binding), cipher -> cipher.decryptingStream(source, head.hash()));
    }

    /**
     * Unseals a sealed file held in memory, into memory outside the heap.
     *
     * @param sealed the sealed file, from position to limit; neither moves
     * @param binding what it must be bound to
     * @return the plaintext, the caller's to close
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IllegalArgumentException if the plaintext would not fit one buffer
     * @throws IOException if a key service fails
     */
    public SecretBytes unseal(ByteBuffer sealed, SealBinding binding) throws IOException {
        SealedHead head = SealedHead.read(new ByteBufferInputStream(sealed.duplicate()));
        byte[] contentKey = contentKey(head, binding);
        Region body = Region.of(sealed).from(head.bytes());
        return with(head, contentKey, cipher -> {
            int bodyBytes = sealed.remaining() - head.bytes();
            SecretBytes plaintext = SecretBytes.allocate((int) ChunkedCipher.plaintextSize(bodyBytes));
            boolean done = false;
            try {
                cipher.decrypt(body, bodyBytes, Region.of(plaintext.buffer()), head.hash());
                done = true;
                return plaintext;
            } finally {
                if (!done) {
                    plaintext.close();
                }
            }
        });
    }

    /**
     * Unseals a sealed file held in memory, into memory that the caller keeps and uses again.
     *
     * @param sealed the sealed file, from position to limit; neither moves
     * @param binding what it must be bound to
     * @param target gets the plaintext from its position on, which moves behind it; after a failure zeros are there, and the
     *     position is where it was
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IllegalArgumentException if the plaintext does not fit; nothing was decrypted
     * @throws IOException if a key service fails
     */
    public void unseal(ByteBuffer sealed, SealBinding binding, ByteBuffer target) throws IOException {
        SealedHead head = SealedHead.read(new ByteBufferInputStream(sealed.duplicate()));
        int bodyBytes = sealed.remaining() - head.bytes();
        int size = (int) ChunkedCipher.plaintextSize(bodyBytes);
        if (size > target.remaining()) {
            throw new IllegalArgumentException(
                    "target must have room for %d bytes, got %d".formatted(size, target.remaining()));
        }
        Region body = Region.of(sealed).from(head.bytes());
        ByteBuffer room = target.slice(target.position(), size);
        with(head, contentKey(head, binding), cipher -> {
            boolean done = false;
            try {
                cipher.decrypt(body, bodyBytes, Region.of(room), head.hash());
                done = true;
                return target.position(target.position() + size);
            } finally {
                if (!done) {
                    room.clear().put(new byte[size]);
                }
            }
        });
    }

    /**
     * Unseals a file.
     *
     * @param sealed a regular file
     * @param target empty; gets authenticated bytes only, but is incomplete if this throws
     * @param binding what it must be bound to
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IOException if reading, writing or a key service fails
     */
    public void unseal(FileChannel sealed, FileChannel target, SealBinding binding) throws IOException {
        Located found = locate(sealed, binding);
        with(found.head(), found.contentKey(), cipher -> {
            Region body = new Region.OfChannel(sealed, found.head().bytes());
            long bodyBytes = sealed.size() - found.head().bytes();
            cipher.decrypt(
                    body,
                    bodyBytes,
                    new Region.OfChannel(target, 0),
                    found.head().hash());
            return target;
        });
    }

    /**
     * Opens a sealed file for reading at any place. Header, binding and length are checked before this returns.
     *
     * @param sealed the sealed file, from its position 0 to its end; closed with the channel that is returned
     * @param binding what it must be bound to
     * @return gives the plaintext
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IOException if the source or a key service fails
     */
    public SealedChannel channel(SeekableByteChannel sealed, SealBinding binding) throws IOException {
        Located found = locate(sealed, binding);
        SealedHead head = found.head();
        return with(head, found.contentKey(), cipher -> cipher.decryptingChannel(sealed, head.bytes(), head.hash()));
    }

    List<Identity> identities() {
        return identities;
    }

    private interface Use<T> {
        T of(ChunkedCipher cipher) throws IOException;
    }

    private <T> T with(SealedHead head, byte[] contentKey, Use<T> use) throws IOException {
        try {
            return use.of(ChunkedCipher.borrowing(head.header().suite().aead(), contentKey, workers));
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Located(SealedHead head, byte[] contentKey) {}

    /** Reads the header again if it does not open and has changed: its recipients may be replaced at this moment. */
    private Located locate(SeekableByteChannel sealed, SealBinding binding) throws IOException {
        SealedHead head = head(sealed);
        for (int attempt = 1; ; attempt++) {
            try {
                return new Located(head, contentKey(head, binding));
            } catch (VaultException e) {
                SealedHead again = head(sealed);
                if (attempt == HEAD_ATTEMPTS || again.equalBytes(head)) {
                    throw e;
                }
                head = again;
            }
        }
    }

    static SealedHead head(SeekableByteChannel sealed) throws IOException {
        return SealedHead.read(Channels.newInputStream(sealed.position(0)));
    }

    private byte[] contentKey(SealedHead head, SealBinding binding) throws IOException {
        head.slots();
        if (!head.header().binding().equals(binding)) {
            throw new UnsealException();
        }
        byte[] dataKey = head.open(identities).dataKey();
        try {
            return head.header().suite().contentKey(dataKey);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }
}
