package io.aidc.privacy.accounting;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Argument checks shared by this package. */
final class Check {
    private Check() {}

    static double positive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    static double probability(double value, String name) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
        return value;
    }

    static long atLeastOne(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, got " + value);
        }
        return value;
    }

    static double nonNegative(double value, String name) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be >= 0 and finite, got " + value);
        }
        return value;
    }

    static void mixture(List<Double> sensitivities, List<Double> probabilities) {
        if (sensitivities.isEmpty() || sensitivities.size() != probabilities.size()) {
            throw new IllegalArgumentException("sensitivities and probabilities must be equally many and at least one, "
                    + "got " + sensitivities.size() + " and " + probabilities.size());
        }
        double total = 0;
        for (int i = 0; i < sensitivities.size(); i++) {
            nonNegative(sensitivities.get(i), "sensitivity");
            double probability = probability(probabilities.get(i), "probability");
            if (probability == 0) {
                throw new IllegalArgumentException("probability must be > 0, got 0.0");
            }
            total += probability;
        }
        if (Math.abs(total - 1) > 1e-12) {
            throw new IllegalArgumentException("probabilities must add up to 1, got " + total);
        }
    }

    static double delta(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("delta must be in (0, 1), got " + value);
        }
        return value;
    }

    static double order(double value) {
        if (!(value > 1) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("order must be > 1 and finite, got " + value);
        }
        return value;
    }

    /** Refuses what is proved under no neighbouring relation, such as two samples of which each is proved under one. */
    static PrivacyEvent oneRelation(PrivacyEvent event) {
        Objects.requireNonNull(event, "event");
        if (Stream.of(Neighbours.values()).noneMatch(event::holdsFor)) {
            throw new IllegalArgumentException(
                    "there is no neighbouring relation under which all parts are proved of " + event);
        }
        return event;
    }
}
