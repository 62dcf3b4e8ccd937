package io.aidc.examples.training;

import io.aidc.training.dist.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the user asked of {@link ClusterExample} on the command line.
 *
 * @param output the directory that all workers see: checkpoints, report and model
 * @param epochs passes over the data
 * @param patience how long a worker waits for the others
 * @param trustsNetwork whether somebody stated that nobody else can reach the network between the workers
 */
record ClusterOptions(Path output, int epochs, Duration patience, boolean trustsNetwork) {
    static final String USAGE = "usage: --output directory [--epochs 20] [--patience 120] [--trusted-network]";
    private static final int EPOCHS = 20;
    private static final int PATIENCE_SECONDS = 120;
    private static final int MOST_EPOCHS = 100_000;
    private static final int MOST_PATIENCE_SECONDS = 3600;

    static ClusterOptions parse(String... args) {
        Path output = null;
        int epochs = EPOCHS;
        int patience = PATIENCE_SECONDS;
        boolean trusts = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--output" -> output = Path.of(value(args, ++i));
                case "--epochs" -> epochs = number(args, ++i, MOST_EPOCHS);
                case "--patience" -> patience = number(args, ++i, MOST_PATIENCE_SECONDS);
                case "--trusted-network" -> trusts = true;
                default -> throw new IllegalArgumentException("unknown option %s; %s".formatted(args[i], USAGE));
            }
        }
        if (output == null) {
            throw new IllegalArgumentException("--output is missing; " + USAGE);
        }
        return new ClusterOptions(output, epochs, Duration.ofSeconds(patience), trusts);
    }

    /**
     * Reads this worker's place. More than half of the workers go on when others are lost, so that a group that is cut in two
     * does not go on as two; torchrun restarts workers itself.
     */
    Launch.Environment launch(Map<String, String> variables) {
        Launch.Environment launch = Launch.fromEnvironment(variables);
        if (trustsNetwork) {
            launch = launch.trustedNetwork();
        }
        return launch.hasAgent() ? launch : launch.elastic(launch.workers() / 2 + 1);
    }

    private static String value(String[] args, int at) {
        if (at == args.length) {
            throw new IllegalArgumentException("%s needs a value; %s".formatted(args[at - 1], USAGE));
        }
        return args[at];
    }

    private static int number(String[] args, int at, int most) {
        String text = value(args, at);
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s must be a whole number, got %s".formatted(args[at - 1], text), e);
        }
        throw new IllegalArgumentException("%s must be in [1, %d], got %s".formatted(args[at - 1], most, text));
    }
}
