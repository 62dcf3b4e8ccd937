package io.aidc.security.seal;

import io.aidc.security.UnsealException;
import io.aidc.security.internal.Workers;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Encrypts or decrypts successive chunks of a message whose length is known, on as many threads as there are. Chunks do not
 * depend on one another, so that the bytes are those of one thread.
 */
final class ChunkPass {
    /** Chunks that a thread takes at once; what it holds of them, twice 128 KiB, stays in its core's cache. */
    private static final int TAKEN = 8;

    private final int mode;
    private final ChunkKeys keys;
    private final int inBytes;
    private final int outBytes;

    private ChunkPass(int mode, ChunkKeys keys) {
        boolean encrypts = mode == Cipher.ENCRYPT_MODE;
        this.mode = mode;
        this.keys = keys;
        this.inBytes = encrypts ? ChunkCrypter.PLAIN_BYTES : ChunkCrypter.SEALED_BYTES;
        this.outBytes = encrypts ? ChunkCrypter.SEALED_BYTES : ChunkCrypter.PLAIN_BYTES;
    }

    /** Encrypts a whole message. */
    static void encrypt(ChunkKeys keys, Workers workers, Region plain, long plainBytes, Region sealed)
            throws IOException {
        long chunks = plainBytes / ChunkCrypter.PLAIN_BYTES + 1;
        new ChunkPass(Cipher.ENCRYPT_MODE, keys).run(workers, 0, chunks, plain, plainBytes, sealed);
    }

    /**
     * Decrypts chunks.
     *
     * @param sealed the first of them at position 0
     * @param plain gets authenticated bytes only, those of the first chunk at position 0
     * @param first index of the first chunk
     * @param sealedBytes whole chunks, and perhaps the last, shorter one
     * @throws UnsealException if one is not what was encrypted at its index
     */
    static void decrypt(ChunkKeys keys, Workers workers, Region sealed, long sealedBytes, Region plain, long first)
            throws IOException {
        long chunks = (sealedBytes + ChunkCrypter.SEALED_BYTES - 1) / ChunkCrypter.SEALED_BYTES;
        new ChunkPass(Cipher.DECRYPT_MODE, keys).run(workers, first, chunks, sealed, sealedBytes, plain);
    }

    private void run(Workers workers, long first, long chunks, Region in, long length, Region out) throws IOException {
        int most = (int) Math.min(TAKEN, chunks);
        AtomicLong next = new AtomicLong();
        workers.run(
                () -> {
                    boolean done = false;
                    byte[] fetched = new byte[in instanceof Region.OfArray ? 0 : most * inBytes];
                    byte[] made = new byte[out instanceof Region.OfArray ? 0 : most * outBytes];
                    ChunkCrypter crypter = new ChunkCrypter(mode, keys);
                    try {
                        for (long at = next.getAndAdd(most); at < chunks; at = next.getAndAdd(most)) {
                            int taken = (int) Math.min(most, chunks - at);
                            several(crypter, first, at, taken, in, length, fetched, out, made);
                        }
                        done = true;
                    } catch (AEADBadTagException e) {
                        throw new UnsealException();
                    } finally {
                        if (!done) {
                            next.set(chunks);
                        }
                        Arrays.fill(fetched, (byte) 0);
                        Arrays.fill(made, (byte) 0);
                    }
                },
                IOException.class);
    }

    private void several(
            ChunkCrypter crypter,
            long first,
            long at,
            int taken,
            Region in,
            long length,
            byte[] fetched,
            Region out,
            byte[] made)
            throws IOException, AEADBadTagException {
        int available = (int) Math.min((long) taken * inBytes, length - at * inBytes);
        Region.Piece from = in.read(at * inBytes, available, fetched);
        Region.Piece to = out.room(at * outBytes, made);
        int written = 0;
        for (int i = 0; i < taken; i++) {
            int size = Math.min(inBytes, available - i * inBytes);
            written += crypter.run(
                    first + at + i, from.array(), from.offset() + i * inBytes, size, to.array(), to.offset() + written);
        }
        out.wrote(at * outBytes, written, made);
    }
}
