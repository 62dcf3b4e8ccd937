package io.aidc.security.keys;

import java.security.SecureRandom;
import java.util.Arrays;

/** Gives the bytes it was made of, in order, and no more: the randomness of a published vector. */
final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;
    private int position;

    FixedRandom(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] out) {
        if (position + out.length > bytes.length) {
            throw new IllegalStateException("only %d bytes are left".formatted(bytes.length - position));
        }
        byte[] next = Arrays.copyOfRange(bytes, position, position + out.length);
        System.arraycopy(next, 0, out, 0, out.length);
        position += out.length;
    }
}
