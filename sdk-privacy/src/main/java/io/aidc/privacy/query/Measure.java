package io.aidc.privacy.query;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.noise.Lattice;
import io.aidc.privacy.noise.RandomBits;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A question whose answer follows from a vector to which every row adds.
 *
 * @param <T> the type of a row
 * @param <A> the type of the answer
 */
@FunctionalInterface
interface Measure<T, A> {

    /** Settles grid and noise. */
    Tally<T, A> tally(Contribution contribution, Price price);

    /**
     * How much of the data belongs to one unit.
     *
     * @param neighbours how one row may change; {@code ADD_OR_REMOVE} if the factors count both sides of a replacement
     * @param values by what to multiply the sensitivity of a sum to one row
     * @param counts the sensitivity of a count, where two rows never pull in opposite directions
     */
    record Contribution(Neighbours neighbours, Sensitivity values, Sensitivity counts) {
        static Contribution ofRows(Neighbours neighbours, int rows) {
            var plain = new Sensitivity(rows, rows);
            return new Contribution(neighbours, plain, plain);
        }

        /** In each of several groups. Replacing a unit changes as many groups again, or twice as much in the same. */
        static Contribution ofGroups(Neighbours neighbours, int groups, int rows) {
            int units = Difference.units(neighbours);
            var plain = new Sensitivity(rows, rows);
            return new Contribution(
                    Neighbours.ADD_OR_REMOVE, plain.over(groups).times(units), plain.over((double) units * groups));
        }

        Sensitivity of(double l1, double l2) {
            return new Sensitivity(values.l1() * l1, values.l2() * l2);
        }
    }

    /** Adds the coordinates of one row, in grid steps. */
    @FunctionalInterface
    interface Adder<T> {
        void add(T row, List<ExactSum> sums);
    }

    /** A measure with grid and noise. */
    record Tally<T, A>(int size, Lattice lattice, Noise noise, Adder<T> adder, Function<List<Noised>, A> reading) {
        List<ExactSum> zero() {
            return Stream.generate(ExactSum::new).limit(size).toList();
        }

        A of(Iterable<T> rows, RandomBits bits) {
            List<ExactSum> sums = zero();
            rows.forEach(row -> adder.add(row, sums));
            return read(sums, bits);
        }

        A read(List<ExactSum> sums, RandomBits bits) {
            return reading.apply(sums.stream()
                    .map(sum -> Noised.of(sum, noise, lattice, bits))
                    .toList());
        }
    }

    static <T> Measure<T, Estimate> count() {
        return (contribution, price) -> new Tally<>(
                1,
                new Lattice(0),
                price.noise(contribution.counts()),
                (row, sums) -> sums.get(0).add(1),
                noised -> noised.get(0));
    }

    static <T> Measure<T, Estimate> sum(ToDoubleFunction<? super T> value, Clamp clamp) {
        return (contribution, price) -> {
            double magnitude = clamp.magnitude();
            Lattice lattice = Lattice.forNoise(price.scale(contribution.of(magnitude, magnitude)));
            double reach = Math.max(
                    1,
                    Difference.reach(
                            contribution.neighbours(), lattice.round(clamp.lower()), lattice.round(clamp.upper())));
            return new Tally<>(
                    1,
                    lattice,
                    price.noise(contribution.of(reach, reach)),
                    (row, sums) -> sums.get(0).add(lattice.round(clamp.apply(value.applyAsDouble(row)))),
                    noised -> noised.get(0));
        };
    }

    static <T> Measure<T, Estimate> mean(ToDoubleFunction<? super T> value, Clamp clamp) {
        return scaled(
                1,
                row -> new double[] {clamp.scaled(value.applyAsDouble(row))},
                noised -> new MeanEstimate(clamp, noised.get(0), noised.get(1)));
    }

    static <T> Measure<T, Estimate> variance(ToDoubleFunction<? super T> value, Clamp clamp) {
        return scaled(
                2,
                row -> {
                    double x = clamp.scaled(value.applyAsDouble(row));
                    return new double[] {x, 2 * x * x - 1};
                },
                noised -> new VarianceEstimate(clamp, noised.get(0), noised.get(1), noised.get(2)));
    }

    /** Sums of columns in [−1, 1], and last the count. */
    static <T, A> Measure<T, A> scaled(
            int columns, Function<? super T, double[]> row, Function<List<Noised>, A> reading) {
        return (contribution, price) -> {
            Sensitivity one = Difference.ofScaled(contribution.neighbours(), columns);
            Sensitivity norm = contribution.of(one.l1(), one.l2());
            // at most 1, so that −1 and 1 are grid points and rounding does not raise the norm
            Lattice lattice =
                    new Lattice(Math.min(0, Lattice.forNoise(price.scale(norm)).exponent()));
            long unit = lattice.round(1);
            Adder<T> adder = (record, sums) -> {
                double[] values = row.apply(record);
                for (int i = 0; i < columns; i++) {
                    sums.get(i).add((long) Math.rint(values[i] * unit));
                }
                sums.get(columns).add(unit);
            };
            return new Tally<>(columns + 1, lattice, price.noise(norm.times((double) unit)), adder, reading);
        };
    }
}
