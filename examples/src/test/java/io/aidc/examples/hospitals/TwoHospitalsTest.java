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

    @Test
    void training_endsWithOneModelThatBothPaidFor() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        TwoHospitals.Outcome outcome =
                TwoHospitals.run(directory, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        System.err.println(bytes.toString(StandardCharsets.UTF_8) + outcome);
        assertThat(outcome.equal()).isTrue();
        assertThat(outcome.together()).isGreaterThan(0.8);
        assertThat(outcome.spent()).allSatisfy(epsilon -> assertThat(epsilon).isBetween(2.9, 3.0));
    }
}
