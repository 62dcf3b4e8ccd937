package io.aidc.examples.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsExampleTest {
    @TempDir
    Path directory;

    /** A tenth of the epochs; the whole run comes to more than 0.97. */
    @Test
    void run_learnsAndWritesReportPicturesCheckpointsAndModel() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        double accuracy = DigitsExample.run(directory, 3, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(accuracy).isGreaterThan(0.9);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("100%");
        assertThat(directory.resolve("digits.onnx")).isNotEmptyFile();
        assertThat(directory.resolve("tensorboard")).isNotEmptyDirectory();
        assertThat(directory.resolve("checkpoints")).isNotEmptyDirectory();
        assertThat(Files.readString(directory.resolve("report.html"))).contains("Handwritten digits", "<svg");
    }
}
