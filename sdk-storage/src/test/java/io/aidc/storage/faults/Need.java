package io.aidc.storage.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a fault needs from the machine. */
enum Need {
    NOTHING,
    FIREWALL,
    BANDWIDTH,
    DELAY,
    DISK;

    /** Returns why this machine cannot give it, or empty if it can; tries it out under a name of its own. */
    Optional<String> missing(String prefix, Path directory) {
        return switch (this) {
            case NOTHING -> Optional.empty();
            case FIREWALL -> onNetwork(prefix, network -> network.lose("x", List.of("y"), 5));
            case BANDWIDTH -> onNetwork(prefix, network -> network.slow("x"));
            case DELAY -> onNetwork(prefix, network -> network.delay("x"));
            case DISK ->
                attempt(() -> {
                    Files.createDirectories(directory);
                    try (var disk =
                            LoopDisk.create(directory.resolve(prefix + "p"), directory.resolve(prefix + "p.d"))) {
                        disk.cutPower();
                        disk.restore();
                    }
                });
        };
    }

    private interface Trial<T> {
        void on(T subject) throws IOException;
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static Optional<String> onNetwork(String prefix, Trial<Network> trial) {
        return attempt(() -> {
            try (var network = Network.create(prefix + "p", List.of("x", "y"))) {
                trial.on(network);
            }
        });
    }

    private static Optional<String> attempt(Attempt attempt) {
        try {
            attempt.run();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }
}
