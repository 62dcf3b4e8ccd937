package io.aidc.training.data.parquet;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Demands what a damaged file may leave out. */
final class Stated {
    private Stated() {}

    static <T> T stated(@Nullable T value, String what) throws IOException {
        if (value == null) {
            throw new IOException("the %s is not stated".formatted(what));
        }
        return value;
    }
}
