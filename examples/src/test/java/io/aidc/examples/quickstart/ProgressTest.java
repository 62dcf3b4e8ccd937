package io.aidc.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(shown, true, StandardCharsets.UTF_8), 3);

    @Test
    void step_isNumberedAndTimed() throws Progress.StepFailedException {
        assertThat(progress.<String>step("first", () -> "result")).isEqualTo("result");

        assertThat(shown.toString(StandardCharsets.UTF_8)).startsWith("[ 1/3] first");
        assertThat(progress.steps())
                .hasSize(1)
                .first()
                .extracting(Progress.Step::name)
                .isEqualTo("first");
    }

    @Test
    void step_thatFails_givesItsNameAndTheFirstLineOfTheReason() {
        assertThatThrownBy(() -> progress.step("second", () -> {
                    throw new IOException("disk full\ndetails");
                }))
                .isInstanceOfSatisfying(Progress.StepFailedException.class, e -> {
                    assertThat(e.step()).isEqualTo("second");
                    assertThat(e).hasMessage("disk full");
                });
    }

    @Test
    void step_withoutAJarItNeeds_namesTheMissingClass() {
        assertThatThrownBy(() -> progress.step("third", () -> {
                    throw new NoClassDefFoundError("ai/onnxruntime/OrtEnvironment");
                }))
                .isInstanceOf(Progress.StepFailedException.class)
                .hasMessage("NoClassDefFoundError: ai/onnxruntime/OrtEnvironment");
    }
}
