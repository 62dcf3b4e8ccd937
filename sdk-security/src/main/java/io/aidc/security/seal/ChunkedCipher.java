package io.aidc.security.seal;

import io.aidc.security.UnsealException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * Encrypts messages of up to 4 PiB in chunks of 16 KiB: C2SP chunked encryption, without a header of our own, for use with
 * other programs that speak that format. Most callers want {@link io.aidc.security.Vault} instead.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="chunked"}
 *
 * <p>A message is a random salt (24 bytes), a commitment to the key and context (32), and the encrypted chunks; it is 56
 * bytes and 16 a chunk longer than the plaintext. The last chunk is shorter than the others, so that a cut is noticed. The
 * length of the plaintext is not hidden. The commitment is checked before anything is decrypted, and no byte is handed out
 * before its chunk is authenticated. Streams take 32 KiB of memory however long the message is.
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

    private ChunkedCipher(ChunkAead aead, byte[] key) {
        if (key.length != aead.keyBytes()) {
            throw new IllegalArgumentException(
                    "key must be %d bytes for %s, got %d".formatted(aead.keyBytes(), aead, key.length));
        }
        this.aead = aead;
        this.key = key;
    }

    /**
     * Returns Cobblestone-256: AES-256-GCM and HKDF-SHA-512.
     *
     * @param key 32 uniformly random bytes, copied; not a passphrase
     * @return the cipher
     * @throws IllegalArgumentException if the key is not 32 bytes long
     */
    public static ChunkedCipher aes256(byte[] key) {
        return new ChunkedCipher(ChunkAead.AES_256, key.clone());
    }

    /**
     * Returns Cobblestone-128: AES-128-GCM and HKDF-SHA-512.
     *
     * @param key 16 uniformly random bytes, copied; not a passphrase
     * @return the cipher
     * @throws IllegalArgumentException if the key is not 16 bytes long
     */
    public static ChunkedCipher aes128(byte[] key) {
        return new ChunkedCipher(ChunkAead.AES_128, key.clone());
    }

    /** Cobblestone-256 without a copy of the key, which the caller wipes once the streams it needs are made. */
    static ChunkedCipher borrowing(byte[] key) {
        return new ChunkedCipher(ChunkAead.AES_256, key);
    }

    /**
     * Encrypts a message held in memory.
     *
     * @param plaintext at most about 2 GiB less 2 MiB
     * @param context what to bind it to, such as a purpose and a name; the same bytes decrypt
     * @return the encrypted message
     */
    public byte[] encrypt(byte[] plaintext, byte[] context) {
        long size = encryptedSize(plaintext.length);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("%d bytes are too many for one array".formatted(plaintext.length));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) size);
        try (OutputStream stream = encryptingStream(out, context)) {
            stream.write(plaintext);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return out.toByteArray();
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
        long size = plaintextSize(message.length);
        byte[] plaintext = new byte[(int) size];
        boolean done = false;
        try (DecryptingStream stream = decrypting(new ByteArrayInputStream(message), context)) {
            stream.readFully(ByteBuffer.wrap(plaintext));
            done = true;
            return plaintext;
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        } finally {
            if (!done) {
                Arrays.fill(plaintext, (byte) 0);
            }
        }
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
        byte[] salt = new byte[ChunkKeys.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return encryptingStream(sink, context, salt);
    }

    OutputStream encryptingStream(OutputStream sink, byte[] context, byte[] salt) throws IOException {
        Objects.requireNonNull(sink, "sink");
        ChunkKeys keys = ChunkKeys.derive(aead, key, salt, context);
        sink.write(salt);
        sink.write(keys.commitment());
        return new EncryptingStream(sink, keys);
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
        return decrypting(source, context);
    }

    DecryptingStream decrypting(InputStream source, byte[] context) throws IOException {
        Objects.requireNonNull(source, "source");
        byte[] header = source.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES) {
            throw new UnsealException();
        }
        byte[] salt = Arrays.copyOf(header, ChunkKeys.SALT_BYTES);
        ChunkKeys keys = ChunkKeys.derive(aead, key, salt, context);
        byte[] commitment = Arrays.copyOfRange(header, ChunkKeys.SALT_BYTES, HEADER_BYTES);
        if (!MessageDigest.isEqual(commitment, keys.commitment())) {
            Arrays.fill(keys.key(), (byte) 0);
            throw new UnsealException();
        }
        return new DecryptingStream(source, keys);
    }

    /**
     * Returns how long a message becomes.
     *
     * @param plaintextBytes &gt;= 0
     * @return bytes
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
