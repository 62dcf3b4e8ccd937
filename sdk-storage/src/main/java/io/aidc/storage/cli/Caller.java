package io.aidc.storage.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command was typed.
 *
 * @param environment variables by name
 * @param base what relative paths start from, absolute
 * @param terminal whether somebody looks
 */
record Caller(Map<String, String> environment, Path base, boolean terminal) {
    Caller {
        environment = Map.copyOf(environment);
    }

    /** Not the environment, which has secrets. */
    @Override
    public String toString() {
        return "Caller[base=%s, terminal=%s]".formatted(base, terminal);
    }
}
