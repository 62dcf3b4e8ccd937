package io.aidc.security.seal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Writes the chunks of one message, and tells a meter how much plaintext went out. A full chunk is never the last, so that it
 * can go out at once.
 */
final class EncryptingStream extends OutputStream {
    private final OutputStream sink;
    private final ChunkCrypter crypter;
    private final LongConsumer meter;
    private final byte[] plain = new byte[ChunkCrypter.PLAIN_BYTES];
    private final byte[] sealed = new byte[ChunkCrypter.SEALED_BYTES];
    private int filled;
    private long index;
    private boolean failed;
    private boolean closed;

    EncryptingStream(OutputStream sink, ChunkKeys keys, LongConsumer meter) {
        this.sink = sink;
        this.crypter = new ChunkCrypter(Cipher.ENCRYPT_MODE, keys);
        this.meter = meter;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed || failed) {
            throw new IOException(closed ? "this stream is closed" : "this stream failed before");
        }
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int taken = Math.min(end - from, plain.length - filled);
            if (taken == plain.length) {
                emit(bytes, from, taken);
            } else {
                System.arraycopy(bytes, from, plain, filled, taken);
                filled += taken;
                if (filled == plain.length) {
                    emit(plain, 0, filled);
                    filled = 0;
                }
            }
            from += taken;
        }
    }

    /** Flushes what is out already; a started chunk waits until it is full or the stream is closed. */
    @Override
    public void flush() throws IOException {
        if (!closed) {
            sink.flush();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (sink) {
            if (!failed) {
                emit(plain, 0, filled);
            }
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private void emit(byte[] from, int offset, int length) throws IOException {
        boolean done = false;
        try {
            int size = crypter.run(index, from, offset, length, sealed, 0);
            sink.write(sealed, 0, size);
            index++;
            meter.accept(length);
            done = true;
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("encryption checks no tag", e);
        } finally {
            failed = !done;
        }
    }
}
