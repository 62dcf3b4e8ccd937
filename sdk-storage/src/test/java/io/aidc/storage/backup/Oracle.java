package io.aidc.storage.backup;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The restic program, run under a time limit: version 0.14 retries a missing file for minutes. */
final class Oracle {
    private static final long LIMIT_SECONDS = 30;

    private Oracle() {}

    /** How it ended, and what it printed. */
    record Run(int exit, String output) {}

    static void assumeInstalled() {
        boolean installed = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "restic")));
        assumeTrue(installed, "RESTIC ORACLE NOT RUN: no program 'restic' on the path; apt-get install restic");
    }

    static Run run(Path repository, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("restic", "--no-cache", "-r", repository.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("restic", ".out");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("RESTIC_PASSWORD", "geheim");
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("restic did not end: " + command);
            }
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly().waitFor();
            Files.delete(output);
        }
    }
}
