package io.aidc.privacy.query;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A question about numbers that needs bounds and a price; the part that such queries share.
 *
 * @param rule makes bounds complete: what NaN counts as unless said otherwise
 * @param bounds null until they are set
 */
record ClampedAsk<R>(
        Rule rule,
        BiFunction<Bounds, Price, R> ask,
        @Nullable Bounds bounds) {

    @FunctionalInterface
    interface Rule {
        Clamp clamp(double lower, double upper);
    }

    /** Where bounds come from. */
    sealed interface Bounds {}

    /** From the caller. */
    record Given(Clamp clamp) implements Bounds {}

    /** From the data, for a share of the price. */
    record Found(double share, Rule rule) implements Bounds {}

    static <R> ClampedAsk<R> of(Rule rule, BiFunction<Bounds, Price, R> ask) {
        return new ClampedAsk<>(rule, ask, null);
    }

    ClampedAsk<R> clampedTo(double lower, double upper) {
        return within(new Given(rule.clamp(lower, upper)));
    }

    ClampedAsk<R> boundsFoundPrivately(double share) {
        return within(new Found(Checks.share(share), rule));
    }

    ClampedAsk<R> missingAs(double value) {
        if (required() instanceof Given given) {
            return within(
                    new Given(new Clamp(given.clamp().lower(), given.clamp().upper(), value)));
        }
        throw new IllegalStateException("missingAs(" + value + ") needs clampedTo(lower, upper)");
    }

    R pay(Price price) {
        return ask.apply(required(), price);
    }

    private ClampedAsk<R> within(Bounds other) {
        return new ClampedAsk<>(rule, ask, other);
    }

    private Bounds required() {
        if (bounds == null) {
            throw new IllegalStateException("clampedTo(lower, upper) is missing");
        }
        return bounds;
    }
}
