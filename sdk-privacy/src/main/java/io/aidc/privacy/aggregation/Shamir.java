package io.aidc.privacy.aggregation;

import io.aidc.privacy.noise.RandomBits;
import java.util.Arrays;
import java.util.List;

/**
 * Shares of a 32-byte secret, any {@code threshold} of which give it back while fewer say nothing about it.
 *
 * <p>The secret is cut into words of 56 bits, each the constant term of a random polynomial over {@link Field}. The
 * holder with index i gets the values at i + 1.
 *
 * @see <a href="https://doi.org/10.1145/359168.359176">Shamir 1979</a>
 */
final class Shamir {
    static final int SECRET_BYTES = 32;
    static final int WORDS = 5;
    static final int SHARE_BYTES = WORDS * Long.BYTES;
    private static final int WORD_BYTES = 7;

    private Shamir() {}

    /** Returns one share of {@link #WORDS} words per holder, in the holders' order. */
    static long[][] split(byte[] secret, int threshold, List<Integer> holders, RandomBits bits) {
        long[][] shares = new long[holders.size()][WORDS];
        long[] coefficients = new long[threshold];
        for (int word = 0; word < WORDS; word++) {
            coefficients[0] = word(secret, word);
            for (int i = 1; i < threshold; i++) {
                coefficients[i] = bits.nextBelow(Field.PRIME);
            }
            for (int holder = 0; holder < shares.length; holder++) {
                shares[holder][word] = evaluate(coefficients, holders.get(holder) + 1L);
            }
        }
        Arrays.fill(coefficients, 0);
        return shares;
    }

    /** Interpolates at 0 through all the shares given. Wrong shares give a wrong secret, not an exception. */
    static byte[] combine(List<Share> shares) {
        byte[] secret = new byte[SECRET_BYTES];
        long[] words = new long[WORDS];
        for (Share share : shares) {
            long weight = weight(share, shares);
            for (int word = 0; word < WORDS; word++) {
                words[word] = Field.add(words[word], Field.multiply(weight, share.word(word)));
            }
        }
        for (int i = 0; i < SECRET_BYTES; i++) {
            secret[i] = (byte) (words[i / WORD_BYTES] >>> (8 * (i % WORD_BYTES)));
        }
        Arrays.fill(words, 0);
        return secret;
    }

    private static long weight(Share share, List<Share> shares) {
        long above = 1;
        long below = 1;
        for (Share other : shares) {
            if (other.holder() != share.holder()) {
                above = Field.multiply(above, other.holder() + 1L);
                below = Field.multiply(below, Field.subtract(other.holder() + 1L, share.holder() + 1L));
            }
        }
        return Field.multiply(above, Field.inverse(below));
    }

    private static long evaluate(long[] coefficients, long point) {
        long value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = Field.add(Field.multiply(value, point), coefficients[i]);
        }
        return value;
    }

    private static long word(byte[] secret, int index) {
        long word = 0;
        for (int i = Math.min(SECRET_BYTES, (index + 1) * WORD_BYTES) - 1; i >= index * WORD_BYTES; i--) {
            word = word << 8 | (secret[i] & 0xff);
        }
        return word;
    }

    /** What one holder knows of one secret; the words stay out of {@code toString}. */
    static final class Share {
        private final int holder;
        private final long[] words;

        Share(int holder, long[] words) {
            this.holder = holder;
            this.words = words.clone();
        }

        int holder() {
            return holder;
        }

        long word(int index) {
            return words[index];
        }
    }
}
