package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.WrappedKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes and reads sealed files, version 1: a {@linkplain SealBinding binding}, the data key wrapped for a key ring, and
 * the content in the C2SP chunked format. {@link io.aidc.security.Vault} offers the same with files and buffers.
 *
 * <p>The layout: the written-once part; two slots of equal size; zeros up to a multiple of 4096 bytes; then Cobblestone-256
 * under a random data key of 32 bytes, with SHA-512 of the written-once part as its context. The same hash is the
 * associated data when the ring wraps the data key.
 *
 * <p><em>Thread-safe: it keeps no state.</em>
 */
public final class SealedFormat {
    private static final int SLOT_BYTES = 1792;
    private static final int ALIGNMENT = 4096;
    private static final int DATA_KEY_BYTES = 32;

    private SealedFormat() {}

    /**
     * Seals what is written to the returned stream. Closing it completes the sealed file and closes the sink; a stream that
     * was not closed leaves bytes that do not unseal. To give up, close the sink instead.
     *
     * @param sink where the sealed file goes; the header is written at once
     * @param binding what to bind it to
     * @param ring whose primary key can open it
     * @return takes the plaintext; confined to one thread at a time
     * @throws IOException if the sink fails
     * @throws IllegalStateException if the ring is closed
     */
    public static OutputStream sealingStream(OutputStream sink, SealBinding binding, KeyRing ring) throws IOException {
        return sealingStream(sink, new SealedHeader(random(SealedHeader.FILE_ID_BYTES), binding, "", SLOT_BYTES), ring);
    }

    static OutputStream sealingStream(OutputStream sink, SealedHeader header, KeyRing ring) throws IOException {
        byte[] dataKey = random(DATA_KEY_BYTES);
        try {
            byte[] prefix = header.encode();
            byte[] hash = sha512(prefix);
            Slot slot = new Slot(1, List.of(RingRecipient.of(InsecureDataKeys.wrap(ring, dataKey, hash))));
            byte[] live = slot.encode(SLOT_BYTES);
            HeaderMac.write(dataKey, prefix, live);
            sink.write(prefix);
            sink.write(live);
            sink.write(new byte[SLOT_BYTES + padding(prefix.length, SLOT_BYTES)]);
            return ChunkedCipher.borrowing(dataKey).encryptingStream(sink, hash);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /**
     * Unseals what the source holds, up to its end. The header is read and checked before this returns. What has been read
     * from the stream is authentic, but only its end shows that nothing is missing behind. A read that meets bytes which
     * are not authentic throws {@link UnsealException}, and so does every later one.
     *
     * @param source holds the sealed file; closed with the stream
     * @param binding what it must be bound to
     * @param ring opens it
     * @return gives the plaintext; confined to one thread at a time
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IOException if the source fails
     * @throws IllegalStateException if the ring is closed
     */
    public static InputStream unsealingStream(InputStream source, SealBinding binding, KeyRing ring)
            throws IOException {
        return opened(source, binding, ring);
    }

    /**
     * Unseals a sealed file held in memory.
     *
     * @param sealed the sealed file, from position to limit; neither moves
     * @param binding what it must be bound to
     * @param ring opens it
     * @return the plaintext, the caller's to close
     * @throws UnsealException if it does not open
     * @throws MalformedSealException if it is visibly no sealed file of a known version
     * @throws IllegalStateException if the ring is closed
     */
    public static SecretBytes unseal(ByteBuffer sealed, SealBinding binding, KeyRing ring) {
        ByteBuffer rest = sealed.duplicate();
        SecretBytes plaintext = null;
        boolean done = false;
        try (DecryptingStream stream = opened(new ByteBufferInputStream(rest), binding, ring)) {
            long size = ChunkedCipher.plaintextSize(rest.remaining() + ChunkedCipher.HEADER_BYTES);
            plaintext = SecretBytes.allocate((int) size);
            stream.readFully(plaintext.buffer());
            done = true;
            return plaintext;
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        } finally {
            if (plaintext != null && !done) {
                plaintext.close();
            }
        }
    }

    /**
     * Returns how long a sealed file becomes.
     *
     * @param plaintextBytes &gt;= 0
     * @param binding what it is bound to
     * @return bytes
     * @throws IllegalArgumentException if the length is negative
     */
    public static long sealedSize(long plaintextBytes, SealBinding binding) {
        int prefix = new SealedHeader(new byte[SealedHeader.FILE_ID_BYTES], binding, "", SLOT_BYTES).encode().length;
        return prefix + 2L * SLOT_BYTES + padding(prefix, SLOT_BYTES) + ChunkedCipher.encryptedSize(plaintextBytes);
    }

    private static DecryptingStream opened(InputStream source, SealBinding binding, KeyRing ring) throws IOException {
        SealedHeader header = SealedHeader.read(source);
        byte[] prefix = header.encode();
        byte[] slotA = SealedHeader.exactly(source, header.slotBytes());
        byte[] slotB = SealedHeader.exactly(source, header.slotBytes());
        if (!Slot.isZero(SealedHeader.exactly(source, padding(prefix.length, header.slotBytes())))) {
            throw SealedHeader.broken("the padding is not zero");
        }
        Optional<Slot> first = Slot.decode(slotA);
        Optional<Slot> second = Slot.decode(slotB);
        if (!header.binding().equals(binding) || (first.isEmpty() && second.isEmpty())) {
            throw new UnsealException();
        }
        byte[] hash = sha512(prefix);
        byte[] dataKey = new byte[0];
        try {
            if (first.isPresent()) {
                dataKey = dataKey(first.get(), slotA, prefix, hash, ring);
            }
            if (second.isPresent()) {
                byte[] again = dataKey(second.get(), slotB, prefix, hash, ring);
                Arrays.fill(dataKey, (byte) 0);
                dataKey = again;
            }
            return ChunkedCipher.borrowing(dataKey).decrypting(source, hash);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    private static byte[] dataKey(Slot slot, byte[] bytes, byte[] prefix, byte[] hash, KeyRing ring) {
        String id = ring.id();
        WrappedKey wrapped = slot.recipients().stream()
                .flatMap(recipient -> RingRecipient.read(recipient, id).stream())
                .findFirst()
                .orElseThrow(UnsealException::new);
        byte[] dataKey = InsecureDataKeys.unwrap(ring, wrapped, hash);
        if (dataKey.length != DATA_KEY_BYTES || !HeaderMac.matches(dataKey, prefix, bytes)) {
            Arrays.fill(dataKey, (byte) 0);
            throw new UnsealException();
        }
        return dataKey;
    }

    private static int padding(int prefixBytes, int slotBytes) {
        return Math.floorMod(-(prefixBytes + 2 * slotBytes), ALIGNMENT);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static byte[] sha512(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-512 is missing in this JVM", e);
        }
    }
}
