package io.aidc.privacy.query;

import java.util.function.ToDoubleFunction;

/**
 * Several named numbers by group, to be released together for one payment, which they share equally.
 *
 * {@snippet class="io.aidc.privacy.query.QuerySnippetsTest" region="groups"}
 *
 * <p>A unit counts in at most so many groups, and with at most so many rows in each, as
 * {@link PrivateRecords#boundedTo} says; a random choice is kept. Guarantee: with public groups that of the price; with
 * groups selected privately (ε, δ), the choice being one more number with an equal share of ε and all of δ. What is
 * shown of a selected group is noised apart from the choice.
 *
 * <p>Noise: with p numbers (one more for the choice), a unit in at most g groups with r rows in each, a count gets
 * discrete Laplace noise of scale p·g·r/ε; a sum that times max(|lower|, |upper|); a mean, whose sum and count share,
 * about p·g·r·(upper − lower)/ε over the rows of the group. Immutable.
 *
 * @param <T> the type of a record
 * @param <K> the type of the groups
 */
public final class GroupQuery<T, K> {
    private final GroupedAsk<T, K> ask;

    GroupQuery(GroupedAsk<T, K> ask) {
        this.ask = ask;
    }

    /**
     * Adds the number of rows.
     *
     * @param name what to call it
     * @return the query with that number
     * @throws IllegalArgumentException if the name is taken
     */
    public GroupQuery<T, K> count(String name) {
        return new GroupQuery<>(ask.with(name, Measure.count()));
    }

    /**
     * Adds a sum; NaN and infinities count as for {@link SumQuery}.
     *
     * @param name what to call it
     * @param value what is added
     * @param lower the lower bound of a value, public knowledge
     * @param upper the upper bound, &gt; {@code lower}; both within ±1e200
     * @return the query with that number
     * @throws IllegalArgumentException if the name is taken or the bounds are not an interval
     */
    public GroupQuery<T, K> sum(String name, ToDoubleFunction<? super T> value, double lower, double upper) {
        return new GroupQuery<>(ask.with(name, Measure.sum(value, Clamp.missingAsZero(lower, upper))));
    }

    /**
     * Adds a mean; NaN and infinities count as for {@link MeanQuery}.
     *
     * @param name what to call it
     * @param value what is averaged
     * @param lower the lower bound of a value, public knowledge
     * @param upper the upper bound, &gt; {@code lower}; both within ±1e200
     * @return the query with that number
     * @throws IllegalArgumentException if the name is taken or the bounds are not an interval
     */
    public GroupQuery<T, K> mean(String name, ToDoubleFunction<? super T> value, double lower, double upper) {
        return new GroupQuery<>(ask.with(name, Measure.mean(value, Clamp.missingAsMiddle(lower, upper))));
    }

    /**
     * Adds a variance; NaN and infinities count as for {@link VarianceQuery}.
     *
     * @param name what to call it
     * @param value whose variance
     * @param lower the lower bound of a value, public knowledge
     * @param upper the upper bound, &gt; {@code lower}; both within ±1e200
     * @return the query with that number
     * @throws IllegalArgumentException if the name is taken or the bounds are not an interval
     */
    public GroupQuery<T, K> variance(String name, ToDoubleFunction<? super T> value, double lower, double upper) {
        return new GroupQuery<>(ask.with(name, Measure.variance(value, Clamp.missingAsMiddle(lower, upper))));
    }

    /**
     * Releases the numbers of public groups with discrete Laplace noise.
     *
     * @param epsilon the price of everything, a pure ε, from 1e-9 to 1e6
     * @return the numbers, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     * @throws IllegalStateException if no number is asked for, or the groups are selected privately, which needs δ
     */
    public GroupedRelease<K> spending(double epsilon) {
        return payPublic(Price.epsilon(epsilon));
    }

    /**
     * Releases the numbers of public groups with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the L2 sensitivity of all numbers together, from 0.001 to 1e6
     * @return the numbers, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     * @throws IllegalStateException if no number is asked for, or the groups are selected privately
     */
    public GroupedRelease<K> gaussian(double noiseMultiplier) {
        return payPublic(Price.noiseMultiplier(noiseMultiplier));
    }

    /**
     * Selects groups privately and releases their numbers with discrete Laplace noise.
     *
     * <p>One event of kind {@code ApproximateDp(ε, δ)}: the budget must have set enough of its δ aside.
     *
     * @param epsilon the price of everything, from 1e-9 to 1e6
     * @param delta the price of the choice, in (0, 1): at most with this probability is a group shown that only one
     *     unit is in
     * @return the numbers of the selected groups, or a refusal
     * @throws IllegalArgumentException if ε or δ is out of range, or the budget has no δ set aside
     * @throws IllegalStateException if no number is asked for; if the groups are public, which needs no δ; or if
     *     {@link PrivateRecords#unit} is missing although rows are bounded to more than one
     */
    public GroupedRelease<K> spending(double epsilon, double delta) {
        requireNumbers();
        if (!ask.selects()) {
            throw new IllegalStateException("public groups need no delta: say spending(" + epsilon + ")");
        }
        ask.records().requireUnits("selecting groups privately");
        return ask.paySelected(epsilon, Checks.delta(delta), GroupedRelease.Granted::new, GroupedRelease.Refused::new);
    }

    private GroupedRelease<K> payPublic(Price price) {
        requireNumbers();
        if (ask.selects()) {
            throw new IllegalStateException("groups selected privately need a delta: say spending(epsilon, delta)");
        }
        return ask.payPublic(price, GroupedRelease.Granted::new, GroupedRelease.Refused::new);
    }

    private void requireNumbers() {
        if (ask.measures().isEmpty()) {
            throw new IllegalStateException("nothing is asked for: say count(name), sum(...), mean(...)");
        }
    }
}
