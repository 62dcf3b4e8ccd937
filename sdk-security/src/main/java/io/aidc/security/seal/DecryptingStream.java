package io.aidc.security.seal;

import io.aidc.security.UnsealException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Reads the chunks of one message and hands out authenticated bytes only. After a failure every read fails alike. */
final class DecryptingStream extends InputStream {
    private final InputStream source;
    private final ChunkCrypter crypter;
    private final byte[] sealed = new byte[ChunkCrypter.SEALED_BYTES];
    private final byte[] plain = new byte[ChunkCrypter.PLAIN_BYTES];
    private int from;
    private int end;
    private long index;
    private boolean last;
    private boolean closed;
    private @Nullable IOException sourceFailure;
    private boolean refused;

    DecryptingStream(InputStream source, ChunkKeys keys) {
        this.source = source;
        this.crypter = new ChunkCrypter(Cipher.DECRYPT_MODE, keys);
    }

    @Override
    public int read() throws IOException {
        return fill() ? plain[from++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        requireUsable();
        if (from == end && !last && length >= ChunkCrypter.PLAIN_BYTES) {
            int read = nextChunk(bytes, offset);
            if (read > 0) {
                return read;
            }
        }
        if (!fill()) {
            return -1;
        }
        int taken = Math.min(length, end - from);
        System.arraycopy(plain, from, bytes, offset, taken);
        from += taken;
        return taken;
    }

    @Override
    public int available() {
        return closed || refused ? 0 : end - from;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            Arrays.fill(plain, (byte) 0);
            source.close();
        }
    }

    /** Makes bytes available, or says that the message is over. */
    private boolean fill() throws IOException {
        requireUsable();
        while (from == end && !last) {
            from = end = 0;
            end = nextChunk(plain, 0);
        }
        return from < end;
    }

    private void requireUsable() throws IOException {
        if (closed) {
            throw new IOException("this stream is closed");
        }
        if (refused) {
            throw new UnsealException();
        }
        if (sourceFailure != null) {
            throw new IOException("the source failed before", sourceFailure);
        }
    }

    /** Decrypts a chunk to where it is wanted; if it is not authentic, zeros are left there. */
    private int nextChunk(byte[] target, int offset) throws IOException {
        int length;
        try {
            length = source.readNBytes(sealed, 0, sealed.length);
        } catch (IOException e) {
            sourceFailure = e;
            throw e;
        }
        try {
            if (length < ChunkCrypter.TAG_BYTES) {
                throw new AEADBadTagException("cut");
            }
            int size = crypter.run(index++, sealed, 0, length, target, offset);
            last = length < sealed.length;
            return size;
        } catch (AEADBadTagException e) {
            refused = true;
            from = end = 0;
            Arrays.fill(plain, (byte) 0);
            throw new UnsealException();
        }
    }
}
