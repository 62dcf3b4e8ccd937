package io.aidc.training.dist;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads environment variables and says which one is wrong. */
record Variables(Function<String, @Nullable String> lookup) {
    int number(String name, String other, int low, int high) {
        String found = name;
        String text = lookup.apply(name);
        if (text == null) {
            found = other;
            text = lookup.apply(other);
        }
        if (text == null) {
            throw new IllegalArgumentException("the environment has no " + name);
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s must be a whole number, got %s".formatted(found, text), e);
        }
        throw new IllegalArgumentException("%s must be in [%d, %d], got %s".formatted(found, low, high, text));
    }

    String text(String name) {
        String text = lookup.apply(name);
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("the environment has no " + name);
        }
        return text;
    }
}
