package io.aidc.privacy.aggregation;

import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.RandomBits;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What clients and server agree on before a secure sum: how many take part, whom they distrust, and what is added.
 *
 * {@snippet class="io.aidc.privacy.aggregation.AggregationSnippetsTest" region="hospitals"}
 *
 * <p>Each client hides its vector under one mask of its own and one for each of {@link #degree()} neighbours, which
 * cancel in the sum. Masks of clients that leave, and the own masks of those that stay, are rebuilt from shares that
 * {@link #threshold()} neighbours must give.
 *
 * <p><b>What holds.</b> Under {@link Builder#curiousServer}, a server that follows the protocol and sees everything the
 * stated share of clients sees learns the sum over the surviving clients and nothing else about the others' vectors.
 * Under {@link Builder#semiMaliciousServer}, the server may also lie in every message after the keys are distributed,
 * to each client differently; by telling different clients of different survivors it may then obtain several sums over
 * disjoint groups of clients instead of one, as in the paper. In both, on a ring (degree below clients − 1), except
 * with probability 2^−40 over its random order, and with less than 2^−20 chance that stated dropouts stop the round; if
 * everybody is everybody's neighbour, for certain. Security of the masks rests on X25519, HKDF-SHA-256 and AES-256.
 *
 * <p><b>What does not.</b> The keys are not signed: whoever can replace them on the way, the server included, reads
 * vectors, so use connections that authenticate both ends. A client that lies about its vector shifts the sum as it
 * likes, and one that sends garbage can make its neighbours give up. The sum itself may tell much about a vector, the
 * more the fewer clients there are: of two clients, each knows the other's vector once it knows the sum. Who took part
 * is not hidden. Only noise limits what the sum tells: {@link Builder#noise} and {@link #rho()}.
 *
 * <p>Cost of a round, d numbers of b bits, k neighbours: a client draws k + 1 keystreams of 4d (b up to 32) or 8d bytes
 * and sends {@link #bytesPerClient()}; the server draws one for each survivor and up to k for each that left.
 * Immutable.
 *
 * @see <a href="https://eprint.iacr.org/2020/704">Bell, Bonawitz, Gascón, Lepoint, Raykova 2020</a> for the protocol
 * @see <a href="https://eprint.iacr.org/2017/281">Bonawitz et al. 2017</a> for the masks
 */
public final class SecureSum {
    private static final int MOST_CLIENTS = 1_000_000;
    private static final int MOST_BITS = 62;
    private static final double OVERFLOW = Math.scalb(1.0, -40);
    // each less than a step, and a little for the multiplication by the scale
    private static final double TWO_ROUNDINGS = 2 * (1 + 0x1p-20);

    private final Topology.Crowd crowd;
    private final Topology topology;
    private final int length;
    private final long largest;
    private final @Nullable Reals reals;
    private final int bits;

    private SecureSum(Topology.Crowd crowd, Topology topology, int length, long largestInteger, @Nullable Reals reals) {
        this.crowd = crowd;
        this.topology = topology;
        this.length = length;
        this.reals = reals;
        largest = reals == null ? largestInteger : (long) Math.sqrt((double) reals.squaredNorm(length));
        bits = requiredBits();
    }

    /**
     * Starts the parameters of a round.
     *
     * @param clients how many may take part, 2 to 1,000,000, colluding ones included
     * @return a builder that still needs a server, a vector and a range
     * @throws IllegalArgumentException if the number is out of range
     */
    public static Builder clients(int clients) {
        if (clients < 2 || clients > MOST_CLIENTS) {
            throw new IllegalArgumentException("clients must be in 2 to %d, got %d".formatted(MOST_CLIENTS, clients));
        }
        return new Builder(clients);
    }

    /**
     * Returns how many clients may take part; they are numbered from 0.
     *
     * @return the number of clients
     */
    public int clients() {
        return crowd.clients();
    }

    /**
     * Returns with how many others each client shares masks and secrets.
     *
     * @return the number of neighbours, even and less than clients − 1, or clients − 1
     */
    public int degree() {
        return topology.degree();
    }

    /**
     * Returns how many of its neighbours' answers rebuild a client's secret.
     *
     * <p>It is 1 only if everybody is everybody's neighbour and no two answers are certain, as with two clients: then
     * each of them could open the other's vector if the server showed it the masked one.
     *
     * @return the threshold, at least 1
     */
    public int threshold() {
        return topology.threshold();
    }

    /**
     * Returns with how few clients the round goes on; with fewer nothing is opened.
     *
     * @return (1 − dropout) · clients, rounded up
     */
    public int minimumSurvivors() {
        return crowd.staying();
    }

    /**
     * Returns how many numbers each client contributes.
     *
     * @return the length of the vectors
     */
    public int length() {
        return length;
    }

    /**
     * Returns the width b of a masked number; sums are computed modulo 2^b.
     *
     * <p>It is the least for which the sum of all clients fits, so that honest clients cannot make it overflow; noise
     * can, with probability 2^−40 for the whole vector.
     *
     * @return bits, 2 to 62
     */
    public int bits() {
        return bits;
    }

    /**
     * Returns the cost of publishing the sum as zero-concentrated differential privacy: one client's vector replaced by
     * zeros changes it by a Rényi divergence of at most ρα at every order α &gt; 1.
     *
     * <p>It is to be charged as {@code PrivacyEvent.ZeroConcentrated(rho)}, before the round; replacing a vector by
     * <em>any</em> other costs four times as much. It holds towards whoever sees the sum, one of the clients included,
     * and towards a curious server, not towards a lying one, which can split the sum into parts with less noise each.
     * Only the noise of honest clients that stay is counted: n = minimum survivors − colluding clients, of which there
     * is at least one, for each client knows its own noise. With Δ the largest norm after rounding and σ the noise of
     * one client, both in steps, d the length and τ = 10·Σ e^(−2π²σ²k/(k+1)) over k = 1 … n − 1: ρ = ½·min(Δ²/(nσ²) +
     * 2τd, (Δ/(√n·σ) + τ√d)²). Δ² = min(C² + d/4 + C + √d/2, (C + √d)²), C being clip · scale.
     *
     * @return ρ; infinity without noise
     * @see <a href="https://arxiv.org/abs/2102.06387">Kairouz, Liu, Steinke 2021, Theorem 1</a>, with 2τd where a
     *     factor of four less would need larger orders
     */
    public double rho() {
        if (reals == null || reals.noise() == null) {
            return Double.POSITIVE_INFINITY;
        }
        // a client knows its own noise
        int noisy = crowd.staying() - Math.max(1, crowd.colluding());
        return NoiseCost.rho(
                (double) reals.squaredNorm(length), length, reals.noise().standardDeviation(), noisy);
    }

    /**
     * Returns by how much one unit among many in a client's vector, such as one patient of a hospital, can move what
     * the client sends, noise aside.
     *
     * <p>Divided into the noise of one client, it gives the noise multiplier of a {@code PrivacyEvent.Gaussian} that
     * protects the unit even from the other clients, who know their own noise. Clipping brings no two vectors further
     * apart; rounding moves each coordinate of either by less than a step.
     *
     * @param norm the most by which one unit moves the client's vector in L2, &gt; 0, in the unit of the values
     * @return norm + 2·√length/scale + (length + 8)·2^−52·clip, 2^−20 of the second term added for floating-point
     *     error, in the unit of the values
     * @throws IllegalArgumentException if the norm is not positive and finite
     * @throws IllegalStateException if this sum takes integers
     */
    public double unitSensitivity(double norm) {
        Builder.checkPositive(norm, "norm");
        if (reals == null) {
            throw new IllegalStateException("this sum takes integers, which are not rounded");
        }
        // the computed norm that a vector is scaled by is off by at most (length + 8)·2^−53 of itself
        double scaling = (length + 8) * 0x1p-52 * reals.clip();
        return norm + TWO_ROUNDINGS * Math.sqrt(length) / scale() + scaling;
    }

    /**
     * Returns how many bytes a client sends in a round in which all its neighbours stay.
     *
     * @return 264 + 144 · degree + ⌈length · bits / 8⌉
     */
    public long bytesPerClient() {
        return 264 + 144L * degree() + Words.packedBytes(length, bits);
    }

    double scale() {
        return reals == null ? 1 : reals.scale();
    }

    long[] checked(long[] values) {
        if (reals != null) {
            throw new IllegalStateException("this sum takes real numbers, clip(...) was set");
        }
        checkLength(values.length);
        for (int i = 0; i < length; i++) {
            if (values[i] < -largest || values[i] > largest) {
                throw new IllegalArgumentException(
                        "values must be in [-%d, %d], the one at index %d is not".formatted(largest, largest, i));
            }
        }
        return values.clone();
    }

    long[] quantised(double[] values, RandomBits random) {
        if (reals == null) {
            throw new IllegalStateException("this sum takes integers, valuesUpTo(...) was set");
        }
        checkLength(values.length);
        for (int i = 0; i < length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("values must be finite, the one at index %d is not".formatted(i));
            }
        }
        return reals.quantise(values, random);
    }

    void checkClient(int client) {
        if (client < 0 || client >= clients()) {
            throw new IllegalArgumentException("client must be in 0 to %d, got %d".formatted(clients() - 1, client));
        }
    }

    /** Everything that both ends must agree on, as bytes to be bound into the keys. */
    byte[] fingerprint() {
        double noise =
                reals == null || reals.noise() == null ? 0 : reals.noise().standardDeviation();
        return ByteBuffer.allocate(7 * Integer.BYTES + 4 * Long.BYTES)
                .putInt(clients())
                .putInt(crowd.colluding())
                .putInt(degree())
                .putInt(threshold())
                .putInt(minimumSurvivors())
                .putInt(length)
                .putInt(bits)
                .putLong(largest)
                .putDouble(reals == null ? 0 : reals.clip())
                .putDouble(scale())
                .putDouble(noise)
                .array();
    }

    private void checkLength(int actual) {
        if (actual != length) {
            throw new IllegalArgumentException("the vector must have %d numbers, got %d".formatted(length, actual));
        }
    }

    private int requiredBits() {
        double tail = 0;
        if (reals != null && reals.noise() != null) {
            // a sum of discrete Gaussians is as sub-Gaussian as one of that variance; both sides, all coordinates
            double deviation = reals.noise().standardDeviation() * Math.sqrt(clients());
            tail = deviation * Math.sqrt(2 * Math.log(2.0 * length / OVERFLOW));
        }
        double reach = ((double) clients() * largest + tail) * (1 + 1e-12);
        int needed = Math.getExponent(reach) + 2;
        if (needed > MOST_BITS) {
            throw new IllegalArgumentException(
                    "the sum must fit in %d bits, %d clients with numbers up to %d and noise up to %.3g need %d"
                            .formatted(MOST_BITS, clients(), largest, tail, needed));
        }
        return needed;
    }

    /** Collects the parameters. Not thread-safe. */
    public static final class Builder {
        private final int clients;
        private @Nullable Double colluding;
        private boolean lyingServer;
        private @Nullable Double dropout;
        private @Nullable Integer length;
        private @Nullable Long largest;
        private @Nullable Double clip;
        private @Nullable Double scale;
        private @Nullable Double noise;

        private Builder(int clients) {
            this.clients = clients;
        }

        /**
         * Defends against a server that follows the protocol and some clients that tell it all they see.
         *
         * @param colluding the largest share of such clients, in [0, 1)
         * @return this builder
         * @throws IllegalArgumentException if the share is out of range
         * @throws IllegalStateException if the server was described before
         */
        public Builder curiousServer(double colluding) {
            checkShare(colluding, "colluding");
            once(this.colluding, "the server");
            this.colluding = colluding;
            return this;
        }

        /**
         * Defends against a server that draws the round's name and distributes keys honestly (who may try many names
         * can surround a client with colluding neighbours) and then sends what it likes, and some clients that tell it
         * all they see.
         *
         * @param colluding the largest share of such clients, in [0, 1)
         * @return this builder
         * @throws IllegalArgumentException if the share is out of range
         * @throws IllegalStateException if the server was described before
         */
        public Builder semiMaliciousServer(double colluding) {
            curiousServer(colluding);
            lyingServer = true;
            return this;
        }

        /**
         * Tolerates clients that stop answering, at whatever step; none by default.
         *
         * @param share the largest share of such clients, in [0, 1)
         * @return this builder
         * @throws IllegalArgumentException if the share is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder dropout(double share) {
            checkShare(share, "dropout");
            once(dropout, "dropout");
            dropout = share;
            return this;
        }

        /**
         * Sets how many numbers each client contributes.
         *
         * @param length numbers, 1 to 2^27
         * @return this builder
         * @throws IllegalArgumentException if the length is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder vector(int length) {
            if (length < 1 || length > 1 << 27) {
                throw new IllegalArgumentException("length must be in 1 to 2^27, got " + length);
            }
            once(this.length, "vector");
            this.length = length;
            return this;
        }

        /**
         * Adds integers and bounds them; larger ones are refused by the client that has them.
         *
         * @param largest the largest absolute value, 1 to 2^61
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if a range was set before
         */
        public Builder valuesUpTo(long largest) {
            if (largest < 1 || largest > 1L << 61) {
                throw new IllegalArgumentException("largest must be in 1 to 2^61, got " + largest);
            }
            onceRange();
            this.largest = largest;
            return this;
        }

        /**
         * Adds real vectors, each clipped to an L2 norm and rounded at random to steps of 1/scale.
         *
         * <p>The mean of what is added is the clipped vector, but for the rare rounding that is done again because it
         * came out too long; a coordinate is off by less than one step.
         *
         * @param clip the largest L2 norm of one client's vector, &gt; 0; longer vectors are shortened
         * @param scale steps per unit, &gt; 0; clip · scale is at most 2^30
         * @return this builder
         * @throws IllegalArgumentException if a number is out of range
         * @throws IllegalStateException if a range was set before
         */
        public Builder clip(double clip, double scale) {
            checkPositive(clip, "clip");
            checkPositive(scale, "scale");
            onceRange();
            this.clip = clip;
            this.scale = scale;
            return this;
        }

        /**
         * Lets each client add discrete Gaussian noise, so that not even the server sees a sum without; none by
         * default.
         *
         * <p>The sum of n survivors then carries noise of standard deviation √n times this one. {@link SecureSum#rho()}
         * is the cost. Exact sampling; rounded up by less than 2^−24.
         *
         * @param standardDeviation of one client's noise on one coordinate, in the unit of the values, at least half a
         *     step
         * @return this builder; needs {@link #clip}
         * @throws IllegalArgumentException if it is not positive and finite
         * @throws IllegalStateException if it was set before
         */
        public Builder noise(double standardDeviation) {
            checkPositive(standardDeviation, "standardDeviation");
            once(noise, "noise");
            noise = standardDeviation;
            return this;
        }

        /**
         * Computes the number of neighbours, the threshold and the width.
         *
         * <p>Cost: milliseconds; up to some seconds for a million clients and high rates.
         *
         * @return the parameters
         * @throws IllegalStateException if the server, the vector or the range is missing, or noise was asked for
         *     without a clip norm
         * @throws IllegalArgumentException if no number of neighbours can keep the promises at these rates (colluding +
         *     dropout above 0.9, or + 2 · dropout if the server may lie; too few clients; fewer than two honest ones
         *     that stay), if noise is below half a step, or if the sum needs more than 62 bits
         */
        public SecureSum build() {
            double bad = required(colluding, "curiousServer(...) or semiMaliciousServer(...)");
            double leaving = dropout == null ? 0 : dropout;
            int size = required(length, "vector(...)");
            if (clip == null && noise != null) {
                throw new IllegalStateException("noise(%s) needs clip(...)".formatted(noise));
            }
            if (clip == null) {
                required(largest, "valuesUpTo(...) or clip(...)");
            }
            Topology.Crowd crowd = crowd(bad, leaving);
            long integers = largest == null ? 0 : largest;
            return new SecureSum(crowd, Topology.of(crowd), size, integers, reals());
        }

        private Topology.Crowd crowd(double bad, double leaving) {
            double load = bad + (lyingServer ? 2 : 1) * leaving;
            if (load > 0.9) {
                throw new IllegalArgumentException("colluding + %sdropout must be at most 0.9, got %s and %s"
                        .formatted(lyingServer ? "2 * " : "", bad, leaving));
            }
            var crowd = Topology.Crowd.of(clients, bad, leaving, lyingServer);
            if (crowd.staying() - crowd.colluding() < 2) {
                throw new IllegalArgumentException(
                        "at least two honest clients must stay, got %d that stay of which %d may collude"
                                .formatted(crowd.staying(), crowd.colluding()));
            }
            return crowd;
        }

        private @Nullable Reals reals() {
            if (clip == null || scale == null) {
                return null;
            }
            if (noise == null) {
                return new Reals(clip, scale, null);
            }
            double steps = noise * scale;
            if (!(steps >= 0.5)) {
                throw new IllegalArgumentException(
                        "noise must be at least half a step, got %s times scale %s".formatted(noise, scale));
            }
            return new Reals(clip, scale, DiscreteGaussian.ofStandardDeviation(steps));
        }

        private void onceRange() {
            once(largest, "valuesUpTo");
            once(clip, "clip");
        }

        private static void once(@Nullable Object present, String name) {
            if (present != null) {
                throw new IllegalStateException("%s was set before, to %s".formatted(name, present));
            }
        }

        private static <T> T required(@Nullable T value, String name) {
            if (value == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return value;
        }

        private static void checkShare(double share, String name) {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException("%s must be in [0, 1), got %s".formatted(name, share));
            }
        }

        private static void checkPositive(double value, String name) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException("%s must be > 0 and finite, got %s".formatted(name, value));
            }
        }
    }
}
