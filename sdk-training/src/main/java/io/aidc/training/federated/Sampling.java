package io.aidc.training.federated;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the clients of a round from a seed; a private run has a sampler of its own instead. */
sealed interface Sampling {
    /** So many, without replacement. */
    record Count(int clients) implements Sampling {}

    /** Such a share of those available, without replacement, rounded, at least one. */
    record Fraction(double share) implements Sampling {}

    /** Each with the same probability, independently. */
    record Poisson(double rate) implements Sampling {}

    /** How many updates a round over so many clients wants; all that are drawn under Poisson sampling. */
    default int wanted(int available) {
        if (this instanceof Count count) {
            return Math.min(available, count.clients());
        } else if (this instanceof Fraction fraction) {
            return Math.min(available, Math.max(1, (int) Math.round(fraction.share() * available)));
        }
        return available;
    }

    /** Gives the names drawn, in their given order: so many times the factor, or as many as the rate lets through. */
    default List<String> draw(List<String> names, int wanted, double overSelection, long seed) {
        var random = new SplittableRandom(seed);
        if (this instanceof Poisson poisson) {
            List<String> drawn = new ArrayList<>();
            for (String name : names) {
                if (random.nextDouble() < poisson.rate()) {
                    drawn.add(name);
                }
            }
            return drawn;
        }
        int count = Math.min(names.size(), (int) Math.ceil(wanted * overSelection));
        List<String> order = new ArrayList<>(names);
        for (int i = 0; i < count; i++) {
            Collections.swap(order, i, i + random.nextInt(order.size() - i));
        }
        List<String> drawn = new ArrayList<>(order.subList(0, count));
        Collections.sort(drawn);
        return drawn;
    }
}
