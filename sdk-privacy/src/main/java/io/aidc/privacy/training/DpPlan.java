package io.aidc.privacy.training;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Reservation;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.Calibration;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.RdpAccountant;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plan for training with differential privacy, which draws the batches, clips, adds noise and pays, all from one
 * description.
 *
 * {@snippet class="io.aidc.privacy.training.TrainingSnippetsTest" region="plan"}
 *
 * <p>Guarantee: everything the run releases costs {@link Sampling#plan}, which {@link #open()} charges before anything
 * is read; in other words the target (ε, δ), or what the noise multiplier z comes to, for one unit under the budget's
 * neighbouring relation. Each released sum has discrete Gaussian noise of standard deviation z·C, or 2·z·C for
 * replacing a unit, on a lattice of at least 2^30 steps a standard deviation; gradients are rounded towards zero, at no
 * cost in noise. Nothing but a {@link Sampling} can be given, so a batch drawn elsewhere gets no amplification.
 *
 * <p>Not protected: running time, the memory of this process, and examples handed in that are not those of the drawn
 * indices. Metrics on private data, early stopping by them and the choice among several runs are not paid for here. Not
 * thread-safe.
 *
 * @see <a href="https://doi.org/10.1145/2976749.2978318">Abadi et al. 2016, Algorithm 1</a>
 */
public final class DpPlan {
    private final Sampling sampling;
    private @Nullable Integer steps;
    private @Nullable Integer units;
    private @Nullable Integer parameters;
    private @Nullable Double fixedClip;
    private @Nullable AdaptiveClip adaptiveClip;
    private @Nullable Double noiseMultiplier;
    private @Nullable Target target;
    private @Nullable Double denominator;
    private @Nullable PrivacyBudget budget;
    private @Nullable Own own;
    private Supplier<DpRun.Randomness> randomness = DpRun.Randomness.SECRET;

    private record Target(double epsilon, double delta) {}

    /** The budget of a plan that nobody else pays for, and the multiplier that fits it. */
    private record Own(PrivacyBudget budget, double multiplier) {}

    private DpPlan(Sampling sampling) {
        this.sampling = sampling;
    }

    /**
     * Starts a plan.
     *
     * @param sampling how each batch is drawn
     * @return a plan without numbers
     */
    public static DpPlan of(Sampling sampling) {
        return new DpPlan(Objects.requireNonNull(sampling, "sampling"));
    }

    /**
     * Sets how many batches are drawn in all. Required.
     *
     * @param steps &ge; 1
     * @return this plan
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public DpPlan steps(int steps) {
        Checks.atLeastOne(steps, "steps");
        Checks.once(this.steps, "steps");
        this.steps = steps;
        return this;
    }

    /**
     * Sets how many units there are to draw from. Required; under adding and removing it stays secret.
     *
     * @param units &ge; 1; one example each
     * @return this plan
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public DpPlan over(int units) {
        Checks.atLeastOne(units, "units");
        Checks.once(this.units, "units");
        this.units = units;
        return this;
    }

    /**
     * Sets the length of a gradient. Required, for an empty batch is noised too.
     *
     * @param parameters &ge; 1
     * @return this plan
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public DpPlan parameters(int parameters) {
        Checks.atLeastOne(parameters, "parameters");
        Checks.once(this.parameters, "parameters");
        this.parameters = parameters;
        return this;
    }

    /**
     * Sets the L2 norm to which each example's gradient is scaled down. Required, unless adaptive.
     *
     * @param norm C, 1e-60 to 1e60, in the unit of the gradient
     * @return this plan
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if a clip was set before
     */
    public DpPlan clip(double norm) {
        Checks.inRange(norm, "clip", 1e-60, 1e60);
        checkNoClip();
        fixedClip = norm;
        return this;
    }

    /**
     * Lets the clip norm follow a quantile of the gradients, at no extra cost: the gradients get more noise instead.
     *
     * @param clip how
     * @return this plan
     * @throws IllegalStateException if a clip was set before
     */
    public DpPlan clip(AdaptiveClip clip) {
        Objects.requireNonNull(clip, "clip");
        checkNoClip();
        adaptiveClip = clip;
        return this;
    }

    /**
     * Sets the noise by what the whole plan may cost, by Rényi divergences at the best order; this or
     * {@link #noiseMultiplier} is required. A budget given by {@link #paidBy} has one order for everything and may
     * charge more than ε: {@link PrivacyBudget#noiseMultiplierFor} finds the noise that fits it. Without
     * {@link #paidBy} the plan gets a budget of this size of its own, which pays for one run, under
     * {@link Neighbours#ADD_OR_REMOVE} if the sampling holds for it.
     *
     * @param epsilon ε &gt; 0 and finite
     * @param delta δ in (0, 1), well below one over the number of units
     * @return this plan
     * @throws IllegalArgumentException if a number is out of range
     * @throws IllegalStateException if the noise was set before
     */
    public DpPlan target(double epsilon, double delta) {
        Checks.positive(epsilon, "epsilon");
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta must be in (0, 1), got " + delta);
        }
        checkNoNoise();
        target = new Target(epsilon, delta);
        return this;
    }

    /**
     * Sets the noise itself; needs {@link #paidBy}.
     *
     * @param z standard deviation over L2 sensitivity, 1e-3 to 1e9
     * @return this plan
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if the noise was set before
     */
    public DpPlan noiseMultiplier(double z) {
        Checks.inRange(z, "noiseMultiplier", 1e-3, 1e9);
        checkNoNoise();
        noiseMultiplier = z;
        return this;
    }

    /**
     * Sets what every noised sum is divided by. Required. Never the drawn batch's size, nor anything else computed from
     * the private data.
     *
     * @param constant a public number, &gt; 0 and finite; usually the expected batch
     * @return this plan
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if set before
     */
    public DpPlan normaliseBy(double constant) {
        Checks.positive(constant, "normaliseBy");
        Checks.once(denominator, "normaliseBy");
        denominator = constant;
        return this;
    }

    /**
     * Sets who pays, and under which neighbouring relation. For {@link Sampling#truncatedPoisson} it needs
     * {@link Sampling#ownDelta} set aside.
     *
     * @param budget in memory or from a ledger
     * @return this plan
     * @throws IllegalStateException if set before
     */
    public DpPlan paidBy(PrivacyBudget budget) {
        Objects.requireNonNull(budget, "budget");
        if (this.budget != null) {
            throw new IllegalStateException("paidBy is already set");
        }
        this.budget = budget;
        return this;
    }

    DpPlan randomness(Supplier<DpRun.Randomness> randomness) {
        this.randomness = randomness;
        return this;
    }

    /**
     * Charges the whole plan and makes it ready to run. Cost: some milliseconds, and a disk write if a ledger pays.
     *
     * @return a {@link DpRun}, to be closed after use, or a refusal
     * @throws IllegalStateException if a required number is missing, or the target's δ is not above the sampling's own
     * @throws IllegalArgumentException if nothing is proved of the sampling under the budget's relation, the budget has
     *     δ = 0 or cannot account for the sampling, the sampling is not for so many units, or the noise is too small
     *     for the count of an adaptive clip or for so many units
     */
    public PlanOpening open() {
        int planned = Checks.given(steps, "steps");
        var layout = new DpRun.Layout(Checks.given(units, "over"), Checks.given(parameters, "parameters"), planned);
        double divisor = Checks.given(denominator, "normaliseBy");
        AdaptiveClip following = adaptiveClip;
        double clip = following != null ? following.initial() : Checks.given(fixedClip, "clip");
        sampling.checkUnits(layout.units());
        PrivacyBudget payer = payer(planned);
        Neighbours neighbours = payer.neighbours();
        if (!sampling.holdsFor(neighbours)) {
            throw new IllegalArgumentException(
                    "the budget has %s, for which nothing is proved of %s".formatted(neighbours, sampling));
        }
        double z = multiplier(planned);
        double gradientZ = following == null ? z : following.gradientMultiplier(z);
        ClippedSum.checkRoom(clip, gradientZ, layout.units());
        Reservation reservation = payer.reserve(sampling.plan(z, planned));
        if (reservation instanceof Reservation.Refused refused) {
            return new PlanOpening.Refused(refused.epsilonAsked(), refused.epsilonLeft());
        }
        var noise = new DpRun.Noise(z, gradientZ, Checks.changed(neighbours), divisor);
        var clipping = new DpRun.Clipping(clip, following);
        var paid = new DpRun.Paid(payer, (Reservation.Held) reservation);
        return new DpRun(sampling, layout, noise, clipping, paid, randomness.get());
    }

    private PrivacyBudget payer(int planned) {
        if (budget != null) {
            return budget;
        }
        if (own == null) {
            PrivacyBudget made = ownBudget(planned);
            own = new Own(made, made.noiseMultiplierFor(sampling, planned));
        }
        return own.budget();
    }

    private PrivacyBudget ownBudget(int planned) {
        if (target == null) {
            throw new IllegalStateException(
                    noiseMultiplier == null ? "target(...) is missing" : "paidBy(...) is missing");
        }
        Neighbours relation =
                sampling.holdsFor(Neighbours.ADD_OR_REMOVE) ? Neighbours.ADD_OR_REMOVE : Neighbours.REPLACE_ONE;
        var limits = PrivacyBudget.builder()
                .epsilon(target.epsilon())
                .delta(target.delta())
                .neighbours(relation)
                .order(Math.max(2, Math.rint(bestOrder(target, planned))));
        double ownDelta = sampling.ownDelta(planned);
        return (ownDelta > 0 ? limits.approximateDelta(ownDelta) : limits).build();
    }

    private double bestOrder(Target aim, int planned) {
        return RdpAccountant.of(uncapped(planned).apply(multiplier(aim, planned)))
                .epsilon(aim.delta() - sampling.ownDelta(planned))
                .order();
    }

    private double multiplier(int planned) {
        if (own != null) {
            return own.multiplier();
        }
        return target == null ? Checks.given(noiseMultiplier, "target") : multiplier(target, planned);
    }

    private double multiplier(Target aim, int planned) {
        double ownDelta = sampling.ownDelta(planned);
        if (ownDelta >= aim.delta()) {
            throw new IllegalStateException("the sampling alone costs a delta of %s, the target has %s: raise the cap"
                    .formatted(ownDelta, aim.delta()));
        }
        return Calibration.noiseMultiplier(
                aim.epsilon(), aim.delta() - ownDelta, uncapped(planned), Calibration.Accounting.RDP);
    }

    /** The plan, by its multiplier, but for {@link Sampling#ownDelta}. */
    private DoubleFunction<PrivacyEvent> uncapped(int planned) {
        Sampling noised = sampling.ownDelta(planned) > 0 ? Sampling.poisson(sampling.rate()) : sampling;
        return z -> noised.plan(z, planned);
    }

    private void checkNoClip() {
        Checks.once(fixedClip, "clip");
        Checks.once(adaptiveClip, "clip");
    }

    private void checkNoNoise() {
        Checks.once(noiseMultiplier, "noiseMultiplier");
        Checks.once(target, "target");
    }
}
