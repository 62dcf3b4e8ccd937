package io.aidc.training.search;

import java.util.Objects;

/**
 * The value a parameter has in a trial.
 *
 * @param domain what it was drawn from
 * @param number the value, inside the domain; of a {@link Domain.Choice} the index of the option, from 0
 */
public record Setting(Domain domain, double number) {
    /** Checks that the value is inside the domain. */
    public Setting {
        Objects.requireNonNull(domain, "domain");
        if (!Axis.of(domain).contains(number)) {
            throw new IllegalArgumentException("value must be inside %s, got %s".formatted(domain, number));
        }
    }

    /**
     * Tells the value as text.
     *
     * @return the option of a choice, else the number in decimal
     */
    public String text() {
        if (domain instanceof Domain.Choice choice) {
            return choice.options().get((int) number);
        }
        return domain instanceof Domain.Whole ? Integer.toString((int) number) : Double.toString(number);
    }

    @Override
    public String toString() {
        return text();
    }
}
