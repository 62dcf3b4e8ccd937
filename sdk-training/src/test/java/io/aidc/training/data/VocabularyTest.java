package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.Dataset;
import io.aidc.training.MalformedFileException;
import io.aidc.training.MalformedTableException;
import io.aidc.training.Table;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    private static final List<String> TEXTS = List.of("The cat sat.", "the dog, the cat!", "It's a dog");

    @Test
    void build_numbersWordsByFrequencyThenBySpelling() {
        Vocabulary words = Vocabulary.of(TEXTS).build();
        assertThat(words.words()).containsExactly("the", "cat", "dog", "!", ",", ".", "a", "it's", "sat");
        assertThat(words.size()).isEqualTo(11);
        assertThat(words.id("THE")).isEqualTo(2);
        assertThat(words.id("sat")).isEqualTo(10);
        assertThat(words.id("bird")).isEqualTo(Vocabulary.UNKNOWN);
        assertThat(Vocabulary.of(List.of(TEXTS.get(2), TEXTS.get(0), TEXTS.get(1)))
                        .build())
                .isEqualTo(words)
                .hasSameHashCodeAs(words)
                .hasToString("vocabulary of 9 words");
    }

    @Test
    void build_withBounds_dropsTheRare() {
        assertThat(Vocabulary.of(TEXTS).atMost(2).build().words()).containsExactly("the", "cat");
        assertThat(Vocabulary.of(TEXTS).occurringAtLeast(2).build().words()).containsExactly("the", "cat", "dog");
        assertThat(Vocabulary.of(TEXTS)
                        .letters(Vocabulary.Letters.AS_WRITTEN)
                        .occurringAtLeast(2)
                        .build()
                        .words())
                .containsExactly("cat", "dog", "the");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vocabulary.of(TEXTS).atMost(0))
                .withMessageContaining("words must be in [1, 16777214], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vocabulary.of(TEXTS).occurringAtLeast(0));
    }

    @Test
    void encode_padsAndCuts() {
        Vocabulary words = Vocabulary.of(TEXTS).build();
        assertThat(words.encode("the  bird\tsat", 5)).containsExactly(2, 1, 10, 0, 0);
        assertThat(words.encode("the cat sat", 2)).containsExactly(2, 3);
        assertThat(words.encode("", 2)).containsExactly(0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> words.encode("a", 0))
                .withMessage("length must be > 0, got 0");
    }

    @Test
    void words_areRunsOfLettersOfAnyScript() {
        Vocabulary words = Vocabulary.of(List.of("Straße 日本語 naïve x2 o'clock's 'tis 😀😀 a\u00A0b"))
                .build();
        assertThat(words.words())
                .containsExactly("😀", "'", "a", "b", "naïve", "o'clock's", "straße", "tis", "x2", "日本語");
    }

    @Test
    void letters_areMadeSmallAlikeInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertThat(Vocabulary.of(List.of("TITLE")).build().words()).containsExactly("title");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void classification_turnsAColumnOfTextIntoIds() {
        Table table = Table.read(new StringReader("review,stars\n\"good, very good\",five\nbad,one\n"));
        Vocabulary words = Vocabulary.of(table.texts("review")).build();
        Dataset data = words.classification(table, "review", "stars", 4);
        assertThat(data.features()).isEqualTo(4);
        assertThat(data.classNames()).containsExactly("five", "one");
        assertThat(data.row(0)).containsExactly(words.encode("good, very good", 4));
        assertThat(data.row(1)).containsExactly(words.id("bad"), 0, 0, 0);
        assertThat(data.label(1)).isEqualTo(1);
        Table blank = Table.read(new StringReader("review,stars\na,one\nb, \n"));
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> words.classification(blank, "review", "stars", 4))
                .withMessage("table, row 2, column 'stars': the label is empty");
    }

    @Test
    void load_givesBackWhatWasSaved(@TempDir Path directory) {
        Path file = directory.resolve("words.json");
        Vocabulary words = Vocabulary.of(List.of("\"quoted\" ü 😀"))
                .letters(Vocabulary.Letters.AS_WRITTEN)
                .build();
        words.save(file);
        assertThat(Vocabulary.load(file)).isEqualTo(words);
    }

    /** The format of version 1, which stays readable. */
    @Test
    void load_ofAFileOfVersionOne_isRead(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("words.json");
        Files.writeString(
                file, "{\"format\":\"aidc-vocabulary-1\",\"letters\":\"LOWER_CASE\",\"words\":[\"the\",\"ü\"]}");
        assertThat(Vocabulary.load(file).encode("The Ü", 3)).containsExactly(2, 3, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"format\":\"aidc-vocabulary-2\",\"letters\":\"LOWER_CASE\",\"words\":[]}",
                "{\"format\":\"aidc-vocabulary-1\",\"letters\":\"lower_case\",\"words\":[]}",
                "{\"format\":\"aidc-vocabulary-1\",\"letters\":\"LOWER_CASE\",\"words\":{}}",
                "{\"format\":\"aidc-vocabulary-1\",\"letters\":\"LOWER_CASE\",\"words\":[1]}",
                "{\"format\":\"aidc-vocabulary-1\",\"letters\":\"LOWER_CASE\",\"words\":[\"a\",\"a\"]}",
                "{\"format\":\"aidc-vocabulary-1\",\"letters\":\"LOWER_CASE\",\"words\":[],\"words\":[]}"
            })
    void load_ofAnythingElse_isRefused(String text, @TempDir Path directory) throws IOException {
        Path file = directory.resolve("words.json");
        Files.writeString(file, text);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Vocabulary.load(file))
                .withMessageStartingWith(file.toString());
    }

    @Test
    void load_ofDamagedFiles_isAVocabularyOrRefused(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("words.json");
        Vocabulary.of(TEXTS).build().save(file);
        int refused = GoldenFiles.fuzz(file, directory.resolve("fuzz.json"), 9, 200, Vocabulary::load);
        assertThat(refused).isPositive();
    }

    @Test
    void encode_ofAWordOfManyApostrophes_needsNoDeepStack() {
        String chain = "a'".repeat(100_000) + "a";
        assertThat(Vocabulary.of(List.of(chain)).build().words()).containsExactly(chain);
    }
}
