package io.aidc.training.data.internal;

import java.io.IOException;

/** Repeats bytes that were unpacked before, as all formats of the Lempel-Ziv family do. */
final class Copy {
    private Copy() {}

    /** Repeats what lies a distance back; where it overlaps with its copy, the copy is repeated. */
    static void within(byte[] out, int to, int distance, int length) throws IOException {
        if (distance < 1 || distance > to) {
            throw new IOException("a copy reaches back %d bytes at byte %d".formatted(distance, to));
        }
        if (distance >= length) {
            System.arraycopy(out, to - distance, out, to, length);
            return;
        }
        for (int i = to; i < to + length; i++) {
            out[i] = out[i - distance];
        }
    }
}
