package io.aidc.training.dist;

/**
 * Says in what form workers send one another their gradients. Each step all workers get the same bits, whatever the form, and
 * losses, running statistics and the wishes of workers are always sent as float32.
 *
 * {@snippet class="io.aidc.training.CompressedRunTest" region="compress"}
 *
 * <p>Compression takes time on each worker and pays where the network is what a step waits for: between hosts, and for
 * gradients of megabytes. {@link #bytesSent} tells what it saves; a small gradient takes one exchange as it is and two or three
 * compressed.
 *
 * <p>Immutable.
 */
public sealed interface GradientCompression {
    /**
     * Sends gradients as they are, float32.
     *
     * @return no compression
     */
    static GradientCompression none() {
        return new None();
    }

    /**
     * Sends gradients as bfloat16: half the bytes, float32's range, 8 bits of precision. Each worker's gradient is rounded to
     * nearest even, the sum over the workers is taken in float32, and rounded once more to be handed on; each of these
     * roundings errs by at most 2⁻⁸ of the number, for any number of workers. PyTorch's hook of the same purpose adds in
     * bfloat16 and so rounds again for each worker. Nothing is kept from step to step.
     *
     * @return rounding to bfloat16
     * @see <a href="https://docs.pytorch.org/docs/stable/ddp_comm_hooks.html">PyTorch's bf16_compress_hook</a>
     */
    static GradientCompression bfloat16() {
        return new Bfloat16();
    }

    /**
     * Sends the largest numbers of each worker's gradient, by absolute value, with their places, and keeps the rest: it is
     * added to the worker's next gradient (error feedback), so that everything is sent some time. The contributions are added
     * in the order of the workers.
     *
     * <p>A gradient that is sent in parts has the share of each part sent. What is kept is in the unit of the gradient, as in
     * Deep Gradient Compression, whose momentum correction and warm-up are left out: it moves the parameters at the rate of the
     * step that sends it. A worker without rows in a step
     * sends from what it kept; {@code accumulate} compresses once, after the last part. A worker that is lost takes what it kept
     * with it, and so does one that missed steps; a step that is taken again starts from what was kept before its first try. In
     * a group of one, everything kept is used.
     *
     * <p>Where a run saves checkpoints, steps after which one is due send everything, so a checkpoint needs to hold nothing of
     * the workers and the run that goes on comes to the same bits; such a step moves further than others. An interrupt after
     * another step saves nothing: the run goes on from the last checkpoint that was due.
     *
     * <p>Cost: each worker sends its share to all others, so a step's bytes grow with the number of workers, and as many as
     * uncompressed travel when {@code share} times the number of workers is 1. Two more copies of the gradient in memory; the
     * search for the largest goes over the whole gradient each step.
     *
     * @param share how much of the gradient is sent, in (0, 1]; 0.001 to 0.01 in the papers; at least one number of each part
     * @return the largest numbers
     * @throws IllegalArgumentException if the share is out of range
     * @see <a href="https://arxiv.org/abs/1809.07599">Stich et al. 2018, Algorithm 1</a>
     * @see <a href="https://arxiv.org/abs/1901.09847">Karimireddy et al. 2019, Algorithm 2</a>
     * @see <a href="https://arxiv.org/abs/1712.01887">Lin et al. 2018, Deep Gradient Compression</a>
     */
    static GradientCompression topK(double share) {
        return new TopK(share);
    }

    /**
     * Tells how many bytes each worker sends for the gradient of a step, without the frames of the network: Gloo's exchanges
     * go round a ring. A gradient that is sent in parts rounds each part.
     *
     * @param numbers how many numbers the gradient has, ≥ 0
     * @param workers how many workers there are, ≥ 1
     * @return bytes, 0 for one worker
     * @throws IllegalArgumentException if a number is out of range
     * @throws ArithmeticException if the answer is beyond 2⁶³ - 1
     */
    long bytesSent(long numbers, int workers);

    /** Sends gradients as they are. */
    record None() implements GradientCompression {
        @Override
        public long bytesSent(long numbers, int workers) {
            return reduced(numbers, workers, Float.BYTES);
        }

        @Override
        public String toString() {
            return "none";
        }
    }

    /** Rounds gradients to bfloat16. */
    record Bfloat16() implements GradientCompression {
        @Override
        public long bytesSent(long numbers, int workers) {
            return reduced(numbers, workers, Short.BYTES);
        }

        @Override
        public String toString() {
            return "bfloat16";
        }
    }

    /**
     * Sends the largest numbers and keeps the rest for later steps.
     *
     * @param share how much of the gradient is sent, in (0, 1]
     */
    record TopK(double share) implements GradientCompression {
        /** Checks the number. */
        public TopK {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("share must be in (0, 1], got " + share);
            }
        }

        /**
         * Tells how many numbers are sent.
         *
         * @param numbers how many the gradient, or the part of it, has, ≥ 0
         * @return the share of them, rounded, at least 1 unless there are none
         * @throws IllegalArgumentException if the number is negative
         */
        public long kept(long numbers) {
            return Math.min(requireCount(numbers), Math.max(1, Math.round(share * numbers)));
        }

        /** A number and its place, 4 bytes each, to every other worker. */
        @Override
        public long bytesSent(long numbers, int workers) {
            return Math.multiplyExact(
                    Math.multiplyExact(kept(numbers), Float.BYTES + Integer.BYTES), requireWorkers(workers) - 1L);
        }

        @Override
        public String toString() {
            return "top-k, share " + share;
        }
    }

    /** Every worker gets the others' numbers of one piece, and then hands on the sum of that piece. */
    private static long reduced(long numbers, int workers, int bytes) {
        long piece = (requireCount(numbers) + requireWorkers(workers) - 1) / workers;
        return Math.multiplyExact(Math.multiplyExact(piece, bytes), 2L * (workers - 1));
    }

    private static long requireCount(long numbers) {
        if (numbers < 0) {
            throw new IllegalArgumentException("numbers must be >= 0, got " + numbers);
        }
        return numbers;
    }

    private static int requireWorkers(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be >= 1, got " + workers);
        }
        return workers;
    }
}
