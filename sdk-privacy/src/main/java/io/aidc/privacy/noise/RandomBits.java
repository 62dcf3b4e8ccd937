package io.aidc.privacy.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A stream of secret random bits: AES-256 in counter mode under a key from {@link SecureRandom}, read 4 KiB at a time.
 *
 * <p>A fresh key is drawn every 2^20 blocks (16 MiB). There is no way to seed it. Opening costs some microseconds, a
 * bit far less than asking {@code SecureRandom} each time. Confined: one thread at a time.
 */
public final class RandomBits implements AutoCloseable {
    private static final int BUFFER_BYTES = 4096;
    private static final int REFILLS_PER_KEY = (1 << 20) / (BUFFER_BYTES / 16);
    private static final byte[] ZEROS = new byte[BUFFER_BYTES];
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Consumer<byte[]> entropy;
    private final @Nullable NoisePool pool;
    private final Cipher cipher;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position = BUFFER_BYTES;
    private int refillsLeft;
    private long reservoir;
    private int reservoirBits;
    private boolean closed;

    RandomBits(Consumer<byte[]> entropy) {
        this(entropy, null);
    }

    private RandomBits(Consumer<byte[]> entropy, @Nullable NoisePool pool) {
        this.entropy = entropy;
        this.pool = pool;
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES/CTR/NoPadding", e);
        }
    }

    /**
     * Opens a stream with a key of its own.
     *
     * @return the stream, to be closed after use
     */
    public static RandomBits open() {
        return new RandomBits(new SecureRandom()::nextBytes);
    }

    static RandomBits open(NoisePool pool) {
        return new RandomBits(new SecureRandom()::nextBytes, pool);
    }

    /**
     * Draws 64 bits.
     *
     * @return a uniform value, any {@code long}
     * @throws IllegalStateException after {@link #close()}
     */
    public long nextLong() {
        if (position == BUFFER_BYTES) {
            refill();
        }
        long value = (long) LONGS.get(buffer, position);
        position += Long.BYTES;
        return value;
    }

    /**
     * Draws a few bits; eight draws of eight bits use up one {@link #nextLong()}.
     *
     * @param count how many, 1 to 31
     * @return a uniform value in [0, 2^count)
     * @throws IllegalArgumentException if {@code count} is outside 1 to 31
     * @throws IllegalStateException after {@link #close()}
     */
    public int nextBits(int count) {
        if (count < 1 || count > 31) {
            throw new IllegalArgumentException("count must be in 1 to 31, got " + count);
        }
        if (reservoirBits < count) {
            reservoir = nextLong();
            reservoirBits = Long.SIZE;
        }
        int value = (int) (reservoir & ((1L << count) - 1));
        reservoir >>>= count;
        reservoirBits -= count;
        return value;
    }

    /**
     * Draws below a bound, without bias.
     *
     * @param bound one more than the largest value, 1 to 2^62
     * @return a uniform value in [0, bound)
     * @throws IllegalArgumentException if the bound is outside 1 to 2^62
     * @throws IllegalStateException after {@link #close()}
     * @see <a href="https://arxiv.org/abs/1805.10941">Lemire 2019</a>, with 63-bit words
     */
    public long nextBelow(long bound) {
        if (bound < 1 || bound > 1L << 62) {
            throw new IllegalArgumentException("bound must be in 1 to 2^62, got " + bound);
        }
        while (true) {
            long word = nextLong() >>> 1;
            // the product of two 63-bit numbers, cut at bit 63
            long low = (word * bound) & Long.MAX_VALUE;
            if (low >= bound || low >= (Long.MAX_VALUE - bound + 1) % bound) {
                return (Math.multiplyHigh(word, bound) << 1) | ((word * bound) >>> 63);
            }
        }
    }

    /**
     * Decides with an exact probability: every digit of the binary expansion counts.
     *
     * @param probability in [0, 1]
     * @return true with exactly that probability
     * @throws IllegalArgumentException if it is not in [0, 1]
     * @throws IllegalStateException after {@link #close()}
     */
    public boolean nextBoolean(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be in [0, 1], got " + probability);
        }
        if (probability == 1) {
            return true;
        }
        double rest = probability;
        while (rest > 0) {
            // compare 32 binary digits of the probability with 32 random ones
            double digits = rest * 0x1p32;
            long whole = (long) digits;
            long drawn = nextLong() >>> 32;
            if (drawn != whole) {
                return drawn < whole;
            }
            rest = digits - whole;
        }
        return false;
    }

    /** Forgets the key and everything buffered. Calling it again does nothing. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(buffer, (byte) 0);
        reservoir = 0;
        reservoirBits = 0;
        position = BUFFER_BYTES;
        try {
            // the cipher keeps a key schedule until it gets another key
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[32], "AES"), new IvParameterSpec(new byte[16]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot replace the AES key", e);
        }
    }

    /** Takes a number from the pool that this stream belongs to, or draws one now. */
    long noise(Object distribution, ToLongFunction<RandomBits> draw) {
        return pool == null ? draw.applyAsLong(this) : pool.take(distribution, draw);
    }

    private void refill() {
        if (closed) {
            throw new IllegalStateException("this random stream is closed");
        }
        try {
            if (refillsLeft == 0) {
                rekey();
            }
            cipher.update(ZEROS, 0, BUFFER_BYTES, buffer, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-CTR failed", e);
        }
        refillsLeft--;
        position = 0;
    }

    private void rekey() throws GeneralSecurityException {
        byte[] key = new byte[32];
        try {
            entropy.accept(key);
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        refillsLeft = REFILLS_PER_KEY;
    }
}
