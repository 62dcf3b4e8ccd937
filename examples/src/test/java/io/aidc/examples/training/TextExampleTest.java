package io.aidc.examples.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Table;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextExampleTest {
    @TempDir
    Path directory;

    @Test
    void run_learnsTheTopics() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        double accuracy = TextExample.run(directory, 3, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(accuracy).isGreaterThan(0.95);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("100%", "finance ", "sport ", "weather ");
        assertThat(directory.resolve("words.json")).isNotEmptyFile();
    }

    @Test
    void sentences_areManyAndOfThreeTopics() {
        Table table = Sentences.table(600, new SplittableRandom(1));
        assertThat(new HashSet<>(table.texts("topic"))).containsExactlyInAnyOrder("finance", "sport", "weather");
        assertThat(new HashSet<>(table.texts("sentence"))).hasSizeGreaterThan(500);
        assertThat(table.texts("sentence")).allMatch(sentence -> sentence.matches("[A-Za-z, ]+\\."));
    }
}
