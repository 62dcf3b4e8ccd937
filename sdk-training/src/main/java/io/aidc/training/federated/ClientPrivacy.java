package io.aidc.training.federated;

import io.aidc.training.dp.BatchSampler;
import io.aidc.training.dp.NoiseSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes differential privacy for whole clients: each update is clipped to an L2 norm S, Gaussian noise is added to their
 * sum, and the noised sum is divided by a number of clients that is public (DP-FedAvg with the fixed-denominator estimator).
 *
 * <p>Privacy: with Poisson sampling at rate q and exact Gaussian noise, one round is the subsampled Gaussian mechanism of
 * noise multiplier z under add-or-remove-one-client adjacency; a client that drops out or sends something malformed adds
 * nothing. No account is kept: {@link #onRound} is asked before each attempt. The server that runs the rounds sees the
 * updates, unless a {@link SecureAggregation} hides them, and must be trusted to add the noise. Who was asked and who answered
 * stands in the reports for whoever operates the run; nothing protects it, and amplification by sampling holds only towards
 * those who do not see it. The clipped updates are summed exactly; the sum is rounded to float32 before it is noised, and the
 * noise is not hardened against floating-point attacks.
 *
 * {@snippet class="io.aidc.training.federated.FederatedSnippetsTest" region="privacy"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1710.06963">McMahan et al. 2018, Algorithm 1</a>
 */
public final class ClientPrivacy {
    /** The smallest clip norm. */
    public static final double LEAST_CLIP_NORM = 1e-6;

    /** The largest clip norm, beyond which updates count as malformed. */
    public static final double MOST_CLIP_NORM = 1e6;

    private final double clipNorm;
    private final double noiseMultiplier;
    private final double expectedClients;
    private final @Nullable BatchSampler sampler;
    private final @Nullable NoiseSource noise;
    private final @Nullable RoundGate gate;
    private final @Nullable Adaptive adaptive;

    /** How the clip norm follows a quantile of the norms. */
    record Adaptive(double quantile, double rate, double countDeviation) {
        /** The next clip norm from the noised number of updates within it, each counted as ±½. */
        double next(double clipNorm, double noisedHalves, double expectedClients) {
            double within = 0.5 + noisedHalves / expectedClients;
            double moved = clipNorm * Math.exp(-rate * (within - quantile));
            return Math.min(MOST_CLIP_NORM, Math.max(LEAST_CLIP_NORM, moved));
        }
    }

    private ClientPrivacy(
            double clipNorm,
            double noiseMultiplier,
            double expectedClients,
            @Nullable BatchSampler sampler,
            @Nullable NoiseSource noise,
            @Nullable RoundGate gate,
            @Nullable Adaptive adaptive) {
        this.clipNorm = clipNorm;
        this.noiseMultiplier = noiseMultiplier;
        this.expectedClients = expectedClients;
        this.sampler = sampler;
        this.noise = noise;
        this.gate = gate;
        this.adaptive = adaptive;
    }

    /**
     * Starts a description with the bound on each client's update.
     *
     * @param norm S, the L2 bound, in [{@value #LEAST_CLIP_NORM}, {@value #MOST_CLIP_NORM}], in the unit of the parameters
     * @return a description that lacks noise and sampling
     * @throws IllegalArgumentException if the norm is out of range
     */
    public static ClientPrivacy clip(double norm) {
        if (!(norm >= LEAST_CLIP_NORM && norm <= MOST_CLIP_NORM)) {
            throw new IllegalArgumentException(
                    "clip norm must be in [%s, %s], got %s".formatted(LEAST_CLIP_NORM, MOST_CLIP_NORM, norm));
        }
        return new ClientPrivacy(norm, 0, 0, null, null, null, null);
    }

    /**
     * Sets the noise multiplier z, the standard deviation of the noise on the sum divided by the clip norm.
     *
     * @param value z, &gt; 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive and finite
     * @throws IllegalStateException if it was set before
     */
    public ClientPrivacy noiseMultiplier(double value) {
        Checks.once("noiseMultiplier", noiseMultiplier == 0 ? null : noiseMultiplier);
        return new ClientPrivacy(
                clipNorm, Checks.positive("noiseMultiplier", value), expectedClients, sampler, noise, gate, adaptive);
    }

    /**
     * Sets how clients are drawn and the public number that the noised sum is divided by.
     *
     * @param clients the expected number of clients in a round, &gt; 0: the sampling rate times a public number of clients
     * @param source draws indices into the sorted names of the available clients; it must not be predictable, so it is never
     *     drawn from the run's seed
     * @return a changed copy
     * @throws IllegalArgumentException if the number is not positive and finite
     * @throws IllegalStateException if it was set before
     */
    public ClientPrivacy sampling(double clients, BatchSampler source) {
        Checks.once("sampling", sampler);
        return new ClientPrivacy(
                clipNorm,
                noiseMultiplier,
                Checks.positive("expected clients", clients),
                Objects.requireNonNull(source, "source"),
                noise,
                gate,
                adaptive);
    }

    /**
     * Sets where the noise comes from.
     *
     * @param source adds Gaussian noise; called once or, if the clip norm adapts, twice a round
     * @return a changed copy
     * @throws IllegalStateException if it was set before
     */
    public ClientPrivacy noise(NoiseSource source) {
        Checks.once("noise", noise);
        Objects.requireNonNull(source, "source");
        return new ClientPrivacy(clipNorm, noiseMultiplier, expectedClients, sampler, source, gate, adaptive);
    }

    /**
     * Sets what is asked before each attempt of a round; by default every one goes ahead.
     *
     * @param permission charges a budget and may refuse
     * @return a changed copy
     * @throws IllegalStateException if it was set before
     */
    public ClientPrivacy onRound(RoundGate permission) {
        Checks.once("onRound", gate);
        Objects.requireNonNull(permission, "permission");
        return new ClientPrivacy(clipNorm, noiseMultiplier, expectedClients, sampler, noise, permission, adaptive);
    }

    /**
     * Lets the clip norm follow a quantile of the update norms, estimated privately; {@link #clip} is where it starts.
     *
     * <p>The whole round still costs what one Gaussian of multiplier z does: the updates get the slightly larger {@code (z⁻² −
     * (2σ)⁻²)^(−1/2)} to make up for the count.
     *
     * @param quantile the share of updates that shall lie within the norm, in [0, 1]; 0.5 in the paper
     * @param rate how fast the norm follows, &gt; 0; 0.2 in the paper
     * @param countDeviation σ, the standard deviation of the noise on the number of updates within the norm, more than z/2;
     *     a twentieth of the expected clients in the paper
     * @return a changed copy
     * @throws IllegalArgumentException if a number is out of range
     * @throws IllegalStateException if it was set before
     * @see <a href="https://arxiv.org/abs/1905.03871">Andrew et al. 2021, Algorithm 1</a>
     */
    public ClientPrivacy adaptiveClip(double quantile, double rate, double countDeviation) {
        Checks.once("adaptiveClip", adaptive);
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("quantile must be in [0, 1], got " + quantile);
        }
        var value = new Adaptive(
                quantile, Checks.positive("rate", rate), Checks.positive("countDeviation", countDeviation));
        return new ClientPrivacy(clipNorm, noiseMultiplier, expectedClients, sampler, noise, gate, value);
    }

    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (noiseMultiplier == 0) {
            problems.add("noiseMultiplier");
        }
        if (sampler == null) {
            problems.add("sampling");
        }
        if (noise == null) {
            problems.add("noise");
        }
        return problems;
    }

    void requireEnoughCountNoise() {
        if (adaptive != null && noiseMultiplier >= 2 * adaptive.countDeviation()) {
            throw new IllegalArgumentException(
                    "countDeviation must be more than half the noise multiplier, got %s and %s"
                            .formatted(adaptive.countDeviation(), noiseMultiplier));
        }
    }

    /** The multiplier of the noise on the updates, which a private count makes larger. */
    double updateMultiplier() {
        if (adaptive == null) {
            return noiseMultiplier;
        }
        double share = noiseMultiplier / (2 * adaptive.countDeviation());
        return noiseMultiplier / Math.sqrt(1 - share * share);
    }

    double clipNorm() {
        return clipNorm;
    }

    double noiseMultiplier() {
        return noiseMultiplier;
    }

    double expectedClients() {
        return expectedClients;
    }

    BatchSampler sampler() {
        return Objects.requireNonNull(sampler);
    }

    NoiseSource noise() {
        return Objects.requireNonNull(noise);
    }

    RoundGate gate() {
        return gate == null ? round -> true : gate;
    }

    @Nullable
    Adaptive adaptive() {
        return adaptive;
    }

    /**
     * Describes the mechanism.
     *
     * @return the numbers, for a report
     */
    @Override
    public String toString() {
        return "ClientPrivacy[clipNorm=%s, noiseMultiplier=%s, expectedClients=%s, adaptive=%s]"
                .formatted(clipNorm, noiseMultiplier, expectedClients, adaptive);
    }
}
