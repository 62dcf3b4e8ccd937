package io.aidc.examples.hospitals;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoHospitalsTest {
    @TempDir
    Path directory;

    /** The noise is secret, so nothing is asked of the accuracy. */
    @Test
    void training_endsWithOneModelThatBothPaidFor() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        TwoHospitals.Outcome outcome =
                TwoHospitals.run(directory, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("step 30 of 30");
        assertThat(outcome.equal()).isTrue();
        assertThat(outcome.spent()).allSatisfy(epsilon -> assertThat(epsilon).isBetween(2.9, 3.0));
    }
}
