package io.aidc.storage.internal.restic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The one-time authenticator Poly1305.
 *
 * <p>The accumulator is kept in three words of 64, 64 and a few bits; {@code r} is clamped, so its two words are below 2⁶⁰ and
 * no product overflows two words. Twice as fast as one with words of 26 bits. Takes a time that depends on the length only.
 *
 * <p>Confined: one thread at a time.
 *
 * @see <a href="https://cr.yp.to/mac/poly1305-20050329.pdf">Bernstein, The Poly1305-AES message-authentication code</a>
 */
final class Poly1305 {
    /** The length of {@code r}, of {@code s} and of the tag. */
    static final int BLOCK_BYTES = 16;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long CLAMP_LOW = 0x0FFF_FFFC_0FFF_FFFFL;
    private static final long CLAMP_HIGH = 0x0FFF_FFFC_0FFF_FFFCL;

    private final long r0;
    private final long r1;
    private final long s0;
    private final long s1;
    private long h0;
    private long h1;
    private long h2;

    private Poly1305(byte[] r, byte[] s) {
        r0 = word(r, 0) & CLAMP_LOW;
        r1 = word(r, 8) & CLAMP_HIGH;
        s0 = word(s, 0);
        s1 = word(s, 8);
    }

    /** Writes the tag of a message, 16 bytes. */
    static void tag(byte[] r, byte[] s, byte[] in, int inAt, int length, byte[] out, int outAt) {
        var poly = new Poly1305(r, s);
        int whole = length - length % BLOCK_BYTES;
        // Pieces, so that the JIT sees many calls instead of one long loop.
        for (int at = 0; at < whole; ) {
            int end = Math.min(whole, at + (8 << 10));
            poly.add(in, inAt + at, inAt + end, 1);
            at = end;
        }
        if (whole < length) {
            byte[] last = Arrays.copyOf(Arrays.copyOfRange(in, inAt + whole, inAt + length), BLOCK_BYTES);
            last[length - whole] = 1;
            poly.add(last, 0, BLOCK_BYTES, 0);
        }
        poly.finish(out, outAt);
    }

    /** For each block {@code h = (h + block) · r mod 2¹³⁰ − 5}, of which only multiples of 2¹³⁰ are reduced here. */
    private void add(byte[] in, int from, int to, long top) {
        long a0 = h0;
        long a1 = h1;
        long a2 = h2;
        long r1By5 = r1 + (r1 >>> 2); // r1 is a multiple of 4
        for (int at = from; at < to; at += BLOCK_BYTES) {
            long m0 = word(in, at);
            long m1 = word(in, at + 8);
            a0 += m0;
            long carry = carry(a0, m0);
            a1 += m1;
            a2 += top + carry(a1, m1);
            a1 += carry;
            a2 += carry(a1, carry);

            long p0 = a0 * r0;
            long q0 = a1 * r1By5;
            long d0 = p0 + q0;
            long d0High = high(a0, r0) + high(a1, r1By5) + carry(d0, q0);
            long p1 = a0 * r1;
            long q1 = a1 * r0;
            long d1 = p1 + q1;
            long d1High = high(a0, r1) + high(a1, r0) + carry(d1, q1);
            long t1 = a2 * r1By5;
            d1 += t1;
            d1High += carry(d1, t1);
            d1 += d0High;
            d1High += carry(d1, d0High);
            long d2 = a2 * r0 + d1High;

            long fold = (d2 >>> 2) + (d2 & ~3L); // 5 · (d2 / 4)
            a0 = d0 + fold;
            carry = carry(a0, fold);
            a1 = d1 + carry;
            a2 = (d2 & 3) + carry(a1, carry);
        }
        h0 = a0;
        h1 = a1;
        h2 = a2;
    }

    private void finish(byte[] out, int outAt) {
        long g0 = h0 + 5;
        long carry = carry(g0, 5);
        long g1 = h1 + carry;
        long g2 = h2 + carry(g1, carry);
        long reduced = -(g2 >>> 2 & 1); // all ones if h ≥ 2¹³⁰ − 5
        long t0 = (h0 & ~reduced) | (g0 & reduced);
        long t1 = (h1 & ~reduced) | (g1 & reduced);
        long low = t0 + s0;
        WORD.set(out, outAt, low);
        WORD.set(out, outAt + 8, t1 + s1 + carry(low, s0));
    }

    private static long word(byte[] bytes, int at) {
        return (long) WORD.get(bytes, at);
    }

    /** 1 if adding this to something gave a sum that wrapped. */
    private static long carry(long sum, long added) {
        return Long.compareUnsigned(sum, added) < 0 ? 1 : 0;
    }

    /** The upper word of an unsigned product; the second factor is not negative. */
    private static long high(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b);
    }
}
