package io.aidc.security.identity;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An option of a builder, given once at most. */
final class Once<T> {
    private final String option;
    private @Nullable T value;

    Once(String option) {
        this.option = option;
    }

    void set(T given) {
        Objects.requireNonNull(given, option);
        if (value != null) {
            throw new IllegalStateException("%s is given already: %s".formatted(option, value));
        }
        value = given;
    }

    T required() {
        T given = value;
        if (given == null) {
            throw new IllegalStateException(option + " is missing");
        }
        return given;
    }

    T or(T otherwise) {
        T given = value;
        return given == null ? otherwise : given;
    }
}
