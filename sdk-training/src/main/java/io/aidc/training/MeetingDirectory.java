package io.aidc.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of this process alone, in which workers of one machine meet. */
final class MeetingDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(MeetingDirectory.class);

    private MeetingDirectory() {}

    static Path make() {
        try {
            return Files.createTempDirectory(
                    "aidc-training-" + ProcessHandle.current().pid() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for the workers to meet in", e);
        }
    }

    static void delete(Path directory) {
        try (var files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // What was trained is worth more than an empty file in the temporary directory.
            LOG.warn("cannot delete directory={}", directory, e);
        }
    }
}
