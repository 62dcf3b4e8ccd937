package io.aidc.examples.quickstart;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for on the command line.
 *
 * @param data the user's own table, or null for the embedded one
 * @param label name of the column to predict
 */
record Arguments(@Nullable Path data, String label) {
    static final String USAGE = "usage: [--data table.csv --label column]";

    static Arguments parse(String[] args) {
        String data = null;
        String label = null;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value; " + USAGE);
            }
            switch (args[i]) {
                case "--data" -> data = args[i + 1];
                case "--label" -> label = args[i + 1];
                default -> throw new IllegalArgumentException("unknown option " + args[i] + "; " + USAGE);
            }
        }
        if ((data == null) != (label == null)) {
            throw new IllegalArgumentException("--data and --label belong together; " + USAGE);
        }
        return new Arguments(data == null ? null : Path.of(data), label == null ? "diagnosis" : label);
    }

    Optional<Path> ownTable() {
        return Optional.ofNullable(data);
    }
}
