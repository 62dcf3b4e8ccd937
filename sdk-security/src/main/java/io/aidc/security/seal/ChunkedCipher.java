package io.aidc.security.seal;

import io.aidc.security.UnsealException;
import io.aidc.security.internal.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Encrypts messages of up to 4 PiB in chunks of 16 KiB: C2SP chunked encryption, without a header of our own, for use with
 * other programs that speak that format. Most callers want {@link io.aidc.security.Vault} instead.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="chunked"}
 *
 * <p>A message is a random salt (24 bytes), a commitment to the key and context (32), and the encrypted chunks; it is 56
 * bytes and 16 a chunk longer than the plaintext. The last chunk is shorter than the others, so that a cut is noticed. The
 * length of the plaintext is not hidden. The commitment is checked before anything is decrypted, and no byte is handed out
 * before its chunk is authenticated. Streams take 32 KiB of memory however long the message is. Whether a message went
 * through an array, a stream or several threads cannot be seen in it.
 *
 * <p>One key may encrypt 2<sup>55</sup> messages of 32 MiB, 2<sup>35</sup> of 32 GiB or 2<sup>25</sup> of 1 TiB.
 *
 * <p><em>Thread-safe: each message has its own state. A stream is confined to one thread at a time.</em>
 *
 * @see <a href="https://c2sp.org/chunked-encryption">C2SP chunked-encryption v1, Cobblestone-128 and Cobblestone-256</a>
 */
public final class ChunkedCipher {
    static final int HEADER_BYTES = ChunkKeys.SALT_BYTES + ChunkKeys.COMMITMENT_BYTES;

    private final ChunkAead aead;
    private final byte[] key;
    private final Workers workers;

    private ChunkedCipher(ChunkAead aead, byte[] key, Workers workers) {
        if (key.length != aead.keyBytes()) {
            throw new IllegalArgumentException(
                    "key must be %d bytes for %s, got %d".formatted(aead.keyBytes(), aead, key.length));
        }
        this.aead = aead;
        this.key = key;
        this.workers = workers;
    }

    /**
     * Returns Cobblestone-256: AES-256-GCM and HKDF-SHA-512.
     *
     * @param key 32 uniformly random bytes, copied; not a passphrase
     * @return the cipher
     * @throws IllegalArgumentException if the key is not 32 bytes long
     */
    public static ChunkedCipher aes256(byte[] key) {
        return new ChunkedCipher(ChunkAead.AES_256, key.clone(), Workers.none());
    }

    /**
     * Returns Cobblestone-128: AES-128-GCM and HKDF-SHA-512.
     *
     * @param key 16 uniformly random bytes, copied; not a passphrase
     * @return the cipher
     * @throws IllegalArgumentException if the key is not 16 bytes long
     */
    public static ChunkedCipher aes128(byte[] key) {
        return new ChunkedCipher(ChunkAead.AES_128, key.clone(), Workers.none());
    }

    /** A cipher without a copy of the key, which the caller wipes once the messages it needs are opened. */
    static ChunkedCipher borrowing(ChunkAead aead, byte[] key, Workers workers) {
        return new ChunkedCipher(aead, key, workers);
    }

    /**
     * Shares the chunks of one array among several threads. Streams stay on one thread.
     *
     * @param executor lends threads, and is never shut down here; one that is full or closed costs speed only
     * @param threads how many work on one message at once, the caller's included, &gt;= 1
     * @return another cipher of the same key
     * @throws IllegalArgumentException if the number is below 1
     */
    public ChunkedCipher on(Executor executor, int threads) {
        return new ChunkedCipher(aead, key, Workers.on(Objects.requireNonNull(executor, "executor"), threads));
    }

    /**
     * Encrypts a message held in memory.
     *
     * @param plaintext at most about 2 GiB less 2 MiB
     * @param context what to bind it to, such as a purpose and a name; the same bytes decrypt
     * @return the encrypted message
     * @throws IllegalArgumentException if the message would not fit an array
     */
    public byte[] encrypt(byte[] plaintext, byte[] context) {
        return encrypt(plaintext, context, salt());
    }

    byte[] encrypt(byte[] plaintext, byte[] context, byte[] salt) {
        long size = encryptedSize(plaintext.length);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("%d bytes are too many for one array".formatted(plaintext.length));
        }
        byte[] message = new byte[(int) size];
        try {
            encrypt(new Region.OfArray(plaintext, 0), plaintext.length, new Region.OfArray(message, 0), context, salt);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return message;
    }

    void encrypt(Region plaintext, long length, Region message, byte[] context) throws IOException {
        encrypt(plaintext, length, message, context, salt());
    }

    private void encrypt(Region plaintext, long length, Region message, byte[] context, byte[] salt)
            throws IOException {
        ChunkKeys keys = ChunkKeys.derive(aead, key, salt, context);
        byte[] header = new byte[HEADER_BYTES];
        Region.Piece room = message.room(0, header);
        System.arraycopy(salt, 0, room.array(), room.offset(), salt.length);
        System.arraycopy(keys.commitment(), 0, room.array(), room.offset() + salt.length, ChunkKeys.COMMITMENT_BYTES);
        message.wrote(0, HEADER_BYTES, header);
        ChunkPass.encrypt(keys, workers, plaintext, length, message.from(HEADER_BYTES));
    }

    /**
     * Decrypts a message held in memory.
     *
     * @param message the whole encrypted message
     * @param context the bytes it was bound to
     * @return the plaintext, the caller's to wipe
     * @throws UnsealException if anything differs from what was encrypted
     */
    public byte[] decrypt(byte[] message, byte[] context) {
        byte[] plaintext = new byte[(int) plaintextSize(message.length)];
        boolean done = false;
        try {
            decrypt(new Region.OfArray(message, 0), message.length, new Region.OfArray(plaintext, 0), context);
            done = true;
            return plaintext;
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        } finally {
            if (!done) {
                Arrays.fill(plaintext, (byte) 0);
            }
        }
    }

    void decrypt(Region message, long length, Region plaintext, byte[] context) throws IOException {
        plaintextSize(length);
        ChunkKeys keys = keys(message, context);
        Region body = message.from(HEADER_BYTES);
        ChunkPass.decrypt(keys, workers, body, length - HEADER_BYTES, plaintext, 0);
    }

    /**
     * Encrypts what is written to the returned stream. Closing it writes the last chunk and closes the sink; until then the
     * message is incomplete and will be refused. To give a message up, close the sink instead.
     *
     * @param sink where the encrypted message goes; 56 bytes are written at once
     * @param context what to bind it to; the same bytes decrypt
     * @return takes the plaintext
     * @throws IOException if the sink fails
     */
    public OutputStream encryptingStream(OutputStream sink, byte[] context) throws IOException {
        return encryptingStream(sink, context, salt(), length -> {});
    }

    OutputStream encryptingStream(OutputStream sink, byte[] context, LongConsumer meter) throws IOException {
        return encryptingStream(sink, context, salt(), meter);
    }

    OutputStream encryptingStream(OutputStream sink, byte[] context, byte[] salt, LongConsumer meter)
            throws IOException {
        Objects.requireNonNull(sink, "sink");
        ChunkKeys keys = ChunkKeys.derive(aead, key, salt, context);
        sink.write(salt);
        sink.write(keys.commitment());
        return new EncryptingStream(sink, keys, meter);
    }

    /**
     * Decrypts what the source holds, up to its end. What has been read is what was encrypted, but only the end of the
     * stream shows that nothing is missing behind it. A read that meets bytes which are not authentic throws
     * {@link UnsealException}, and so does every later one.
     *
     * @param source holds the encrypted message; 56 bytes are read at once; closed with the stream
     * @param context the bytes it was bound to
     * @return gives the plaintext
     * @throws UnsealException if key or context are not those of the message
     * @throws IOException if the source fails
     */
    public InputStream decryptingStream(InputStream source, byte[] context) throws IOException {
        Objects.requireNonNull(source, "source");
        byte[] header = source.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES) {
            throw new UnsealException();
        }
        return new DecryptingStream(source, keys(new Region.OfArray(header, 0), context));
    }

    /**
     * Opens a message for reading at any place. Its length is authenticated before this returns, by its last chunk.
     *
     * @param source holds the encrypted message, from its position 0 to its end; closed with the channel
     * @param context the bytes it was bound to
     * @return gives the plaintext
     * @throws UnsealException if key or context are not those of the message, or it was cut
     * @throws IOException if the source fails
     */
    public SealedChannel decryptingChannel(SeekableByteChannel source, byte[] context) throws IOException {
        return decryptingChannel(source, 0, context);
    }

    SealedChannel decryptingChannel(SeekableByteChannel source, long offset, byte[] context) throws IOException {
        long length = source.size() - offset;
        plaintextSize(length);
        ChunkKeys keys = keys(new Region.OfChannel(source, offset), context);
        return new SealedChannel(source, offset + HEADER_BYTES, length - HEADER_BYTES, keys, workers);
    }

    /** Reads salt and commitment, and refuses before any chunk unless they are those of key and context. */
    private ChunkKeys keys(Region message, byte[] context) throws IOException {
        Region.Piece header = message.read(0, HEADER_BYTES, new byte[HEADER_BYTES]);
        int commitmentAt = header.offset() + ChunkKeys.SALT_BYTES;
        byte[] salt = Arrays.copyOfRange(header.array(), header.offset(), commitmentAt);
        byte[] commitment = Arrays.copyOfRange(header.array(), commitmentAt, commitmentAt + ChunkKeys.COMMITMENT_BYTES);
        ChunkKeys keys = ChunkKeys.derive(aead, key, salt, context);
        if (!MessageDigest.isEqual(commitment, keys.commitment())) {
            throw new UnsealException();
        }
        return keys;
    }

    private static byte[] salt() {
        byte[] salt = new byte[ChunkKeys.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return salt;
    }

    /**
     * Returns how long a message becomes.
     *
     * @param plaintextBytes &gt;= 0
     * @return bytes
     * @throws IllegalArgumentException if the length is negative
     */
    public static long encryptedSize(long plaintextBytes) {
        if (plaintextBytes < 0) {
            throw new IllegalArgumentException("plaintextBytes must be >= 0, got " + plaintextBytes);
        }
        long chunks = plaintextBytes / ChunkCrypter.PLAIN_BYTES + 1;
        return HEADER_BYTES + plaintextBytes + chunks * ChunkCrypter.TAG_BYTES;
    }

    /** The length inside a message, or a refusal when no message has that length. */
    static long plaintextSize(long messageBytes) {
        long body = messageBytes - HEADER_BYTES;
        long tail = body % ChunkCrypter.SEALED_BYTES;
        if (body < ChunkCrypter.TAG_BYTES || tail < ChunkCrypter.TAG_BYTES) {
            throw new UnsealException();
        }
        return body - (body / ChunkCrypter.SEALED_BYTES + 1) * ChunkCrypter.TAG_BYTES;
    }
}
