package io.aidc.training.federated;

/**
 * Describes how the server moves the parameters x by the combined update Δ of a round.
 *
 * <p>The adaptive ones follow Reddi et al. 2021, Algorithm 2: {@code m ← β₁m + (1 − β₁)Δ; x ← x + η·m/(√v + τ)}, without bias
 * correction, m starting at 0 and v at τ². They differ in v.
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2003.00295">Reddi et al. 2021</a>
 */
public sealed interface ServerOptimizer {
    /** The learning rate η of {@link #average()}: the plain mean of FedAvg. */
    double AVERAGE_RATE = 1;

    /** How much of the mean update the adaptive optimisers keep. */
    double DEFAULT_BETA1 = 0.9;

    /** How much of the mean squared update {@link Adam} and {@link Yogi} keep. */
    double DEFAULT_BETA2 = 0.99;

    /** What the adaptive optimisers add to the root. */
    double DEFAULT_TAU = 1e-3;

    /**
     * Gives the step width.
     *
     * @return η, &gt; 0
     */
    double learningRate();

    /**
     * Moves the parameters to the mean of the clients' parameters, as FedAvg does.
     *
     * @return the optimiser
     */
    static Average average() {
        return new Average(AVERAGE_RATE, 0);
    }

    /**
     * Makes FedAdam with β = (0.9, 0.99) and τ = 1e-3.
     *
     * @param learningRate η, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is out of range
     */
    static Adam adam(double learningRate) {
        return new Adam(learningRate, DEFAULT_BETA1, DEFAULT_BETA2, DEFAULT_TAU);
    }

    /**
     * Makes FedYogi with β = (0.9, 0.99) and τ = 1e-3.
     *
     * @param learningRate η, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is out of range
     */
    static Yogi yogi(double learningRate) {
        return new Yogi(learningRate, DEFAULT_BETA1, DEFAULT_BETA2, DEFAULT_TAU);
    }

    /**
     * Makes FedAdagrad with β₁ = 0, as in the paper's experiments, and τ = 1e-3.
     *
     * @param learningRate η, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is out of range
     */
    static Adagrad adagrad(double learningRate) {
        return new Adagrad(learningRate, 0, DEFAULT_TAU);
    }

    /**
     * Adds the update times a rate, with heavy-ball momentum if asked for: {@code m ← momentum·m + Δ; x ← x + η·m}. Rate 1
     * without momentum is FedAvg.
     *
     * @param learningRate η, &gt; 0 and finite
     * @param momentum how much of m is kept, in [0, 1)
     * @see <a href="https://arxiv.org/abs/1909.06335">Hsu et al. 2019, FedAvgM</a>
     */
    record Average(double learningRate, double momentum) implements ServerOptimizer {
        /** Checks the constants. */
        public Average {
            Checks.positive("learningRate", learningRate);
            Checks.belowOne("momentum", momentum);
        }
    }

    /**
     * FedAdam: {@code v ← β₂v + (1 − β₂)Δ²}.
     *
     * @param learningRate η, &gt; 0 and finite
     * @param beta1 β₁, in [0, 1)
     * @param beta2 β₂, in [0, 1)
     * @param tau τ, &gt; 0 and finite
     */
    record Adam(double learningRate, double beta1, double beta2, double tau) implements ServerOptimizer {
        /** Checks the constants. */
        public Adam {
            Checks.positive("learningRate", learningRate);
            Checks.belowOne("beta1", beta1);
            Checks.belowOne("beta2", beta2);
            Checks.positive("tau", tau);
        }
    }

    /**
     * FedYogi: {@code v ← v − (1 − β₂)Δ²·sign(v − Δ²)}.
     *
     * @param learningRate η, &gt; 0 and finite
     * @param beta1 β₁, in [0, 1)
     * @param beta2 β₂, in [0, 1)
     * @param tau τ, &gt; 0 and finite
     */
    record Yogi(double learningRate, double beta1, double beta2, double tau) implements ServerOptimizer {
        /** Checks the constants. */
        public Yogi {
            Checks.positive("learningRate", learningRate);
            Checks.belowOne("beta1", beta1);
            Checks.belowOne("beta2", beta2);
            Checks.positive("tau", tau);
        }
    }

    /**
     * FedAdagrad: {@code v ← v + Δ²}.
     *
     * @param learningRate η, &gt; 0 and finite
     * @param beta1 β₁, in [0, 1)
     * @param tau τ, &gt; 0 and finite
     */
    record Adagrad(double learningRate, double beta1, double tau) implements ServerOptimizer {
        /** Checks the constants. */
        public Adagrad {
            Checks.positive("learningRate", learningRate);
            Checks.belowOne("beta1", beta1);
            Checks.positive("tau", tau);
        }
    }
}
