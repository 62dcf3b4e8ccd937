package io.aidc.storage.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySyncTest {
    @Test
    void apply_eitherSticksEverywhereOrSaysWhy(@TempDir Path root) throws Exception {
        Files.createDirectories(root.resolve("group/current"));

        Optional<String> reason = DirectorySync.apply(root);

        if (reason.isPresent()) {
            assertThat(reason.get()).isNotBlank();
            return;
        }
        Files.createDirectory(root.resolve("group/later"));
        for (String path : new String[] {"", "group", "group/current", "group/later"}) {
            assertThat(attributes(root.resolve(path))).as(path).contains("D");
        }
    }

    @Test
    void apply_missingDirectory_saysWhy(@TempDir Path root) {
        assertThat(DirectorySync.apply(root.resolve("none"))).isPresent();
    }

    private static String attributes(Path directory) throws IOException {
        Process process = new ProcessBuilder("lsattr", "-d", directory.toString()).start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return line.split(" ", 2)[0];
    }
}
