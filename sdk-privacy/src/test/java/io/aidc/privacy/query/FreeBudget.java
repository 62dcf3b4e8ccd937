package io.aidc.privacy.query;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Pays for everything, with noise that repeats, and remembers what for. */
final class FreeBudget implements QueryBudget {
    final List<PrivacyEvent> paid = new ArrayList<>();
    private final Neighbours neighbours;
    private final RandomBits bits;

    FreeBudget(long seed, Neighbours neighbours) {
        this.neighbours = neighbours;
        this.bits = SeededBits.of(seed);
    }

    @Override
    public Neighbours neighbours() {
        return neighbours;
    }

    @Override
    public <R> R answer(
            PrivacyEvent event, BiFunction<RandomBits, Double, R> query, BiFunction<Double, Double, R> refusal) {
        paid.add(event);
        return query.apply(bits, 0.0);
    }
}
