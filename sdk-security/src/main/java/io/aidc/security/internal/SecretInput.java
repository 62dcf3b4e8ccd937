package io.aidc.security.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads what may be a secret, such as the file of a private key, and leaves no copy but the one it returns. */
public final class SecretInput {
    private SecretInput() {}

    /**
     * Reads a stream to its end, or one byte more than is allowed. {@link InputStream#readNBytes(int)} would leave what it
     * read in an array of its own.
     *
     * @param in stays open
     * @param maxBytes how many bytes are allowed
     * @return at most {@code maxBytes + 1} bytes, the caller's to wipe
     * @throws IOException if reading fails
     */
    public static byte[] read(InputStream in, int maxBytes) throws IOException {
        byte[] room = new byte[maxBytes + 1];
        try {
            return Arrays.copyOf(room, in.readNBytes(room, 0, room.length));
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }
}
