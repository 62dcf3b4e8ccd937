package io.aidc.privacy.testkit;

import io.aidc.privacy.testkit.MechanismVerdict.Evidence;
import io.aidc.privacy.testkit.MechanismVerdict.NotRefuted;
import io.aidc.privacy.testkit.MechanismVerdict.Refuted;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Tries to refute that a mechanism is (ε, δ)-private, from nothing but its outcomes on two neighbouring inputs.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="mechanism"}
 *
 * <p>Half of the samples choose, for each direction, the event that tells the inputs apart best. The other half counts
 * it anew, and Clopper-Pearson bounds of the two rates give an ε. A mechanism that keeps its promise is refuted with at
 * most the stated significance: the event does not depend on the samples that judge it, and each of the two events has
 * half of the chance of error.
 *
 * <p>It sees what shows in some hundred thousand samples. It does not see a failure of probability 1e-7, nor low bits
 * of floating-point answers, which fall into one range; and it knows only the two inputs it is given: choose extreme
 * ones. Confined: one thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/1805.10277">Ding, Wang, Wang, Zhang, Kifer 2018</a> for choosing the event on
 *     separate samples; the bound is ours
 */
public final class MechanismTester {
    private static final int DEFAULT_SAMPLES = 200_000;
    private static final int LEAST_SAMPLES = 100;
    private static final double DEFAULT_SIGNIFICANCE = 1e-6;

    private final double epsilon;
    private final double delta;
    private @Nullable Integer samples;
    private @Nullable Double significance;

    private MechanismTester(double epsilon, double delta) {
        this.epsilon = Checks.notNegative(epsilon, "epsilon");
        this.delta = Checks.delta(delta);
    }

    /**
     * Starts a test of a claim.
     *
     * @param epsilon the claimed ε, &ge; 0
     * @param delta the claimed δ, in [0, 1)
     * @return the tester
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static MechanismTester claiming(double epsilon, double delta) {
        return new MechanismTester(epsilon, delta);
    }

    /**
     * Sets how often each input is tried; 200 000 unless set.
     *
     * @param count the number of samples of each, &ge; 100; an odd one is rounded down
     * @return this
     * @throws IllegalArgumentException if there are too few
     * @throws IllegalStateException on the second call
     */
    public MechanismTester samples(int count) {
        Checks.atLeast(LEAST_SAMPLES, count, "samples");
        Checks.once(samples, "samples");
        samples = count;
        return this;
    }

    /**
     * Sets the chance of a false alarm; 1e-6 unless set.
     *
     * @param chance how likely a mechanism that keeps its promise may be refuted, in (0, 1)
     * @return this
     * @throws IllegalArgumentException if it is outside its range
     * @throws IllegalStateException on the second call
     */
    public MechanismTester significance(double chance) {
        Checks.once(significance, "significance");
        significance = Checks.significance(chance);
        return this;
    }

    /**
     * Tests a mechanism whose answers are numbers. They are grouped into some hundred ranges, chosen by another quarter
     * of samples; a value that comes often has a range of its own, and so have −∞, ∞ and NaN.
     *
     * @param first draws an answer on one input, independently each time
     * @param second draws an answer on the neighbouring input
     * @return whether the claim is refuted
     */
    public MechanismVerdict numbers(DoubleSupplier first, DoubleSupplier second) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        int quarter = half() / 2;
        double[] pilot = DoubleStream.concat(
                        DoubleStream.generate(first).limit(quarter),
                        DoubleStream.generate(second).limit(quarter))
                .toArray();
        NumberRanges ranges = NumberRanges.around(pilot);
        return outcomes(() -> ranges.of(first.getAsDouble()), () -> ranges.of(second.getAsDouble()));
    }

    /**
     * Tests a mechanism whose answers are few and exact, such as a whole number, a word or a list.
     *
     * @param first draws an answer on one input, independently each time; answers are compared by {@code equals}
     * @param second draws an answer on the neighbouring input
     * @return whether the claim is refuted
     * @throws IllegalArgumentException if an answer is an array, which equals nothing but itself
     */
    public MechanismVerdict outcomes(Supplier<?> first, Supplier<?> second) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        int half = half();
        double each = (significance != null ? significance : DEFAULT_SIGNIFICANCE) / 2;
        EventSearch search = new EventSearch(half, each, delta);
        for (int i = 0; i < half; i++) {
            search.saw(comparable(first.get()), comparable(second.get()));
        }
        Set<Object> onFirst = search.likelierOnFirst();
        Set<Object> onSecond = search.likelierOnSecond();
        long[] inOnFirst = new long[2];
        long[] inOnSecond = new long[2];
        for (int i = 0; i < half; i++) {
            Object one = first.get();
            Object other = second.get();
            inOnFirst[0] += onFirst.contains(one) ? 1 : 0;
            inOnFirst[1] += onFirst.contains(other) ? 1 : 0;
            inOnSecond[0] += onSecond.contains(one) ? 1 : 0;
            inOnSecond[1] += onSecond.contains(other) ? 1 : 0;
        }
        // half of the chance of error for each event
        double forward = new AttackCounts(inOnFirst[0], half, inOnFirst[1], half).boundOfYes(each, delta);
        double backward = new AttackCounts(inOnSecond[1], half, inOnSecond[0], half).boundOfYes(each, delta);
        double ceiling = new AttackCounts(half, half, 0, half).boundOfYes(each, delta);
        if (Math.max(forward, backward) <= epsilon) {
            return new NotRefuted(Math.max(forward, backward), ceiling);
        }
        return forward >= backward
                ? new Refuted(forward, ceiling, evidence(onFirst, inOnFirst, half))
                : new Refuted(backward, ceiling, evidence(onSecond, inOnSecond, half));
    }

    private static Object comparable(Object answer) {
        if (Objects.requireNonNull(answer, "answer").getClass().isArray()) {
            throw new IllegalArgumentException(
                    "an answer must be compared by equals, which arrays are not: use a list");
        }
        return answer;
    }

    private int half() {
        return (samples != null ? samples : DEFAULT_SAMPLES) / 2;
    }

    private static Evidence evidence(Set<Object> event, long[] count, long samples) {
        return new Evidence(EventSearch.describe(event), count[0], count[1], samples);
    }
}
