package io.aidc.training.data;

import com.fasterxml.jackson.jr.ob.JSON;
import io.aidc.training.Dataset;
import io.aidc.training.MalformedFileException;
import io.aidc.training.MalformedTableException;
import io.aidc.training.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the words of a body of text, so that a network with an embedding can read them: 0 is padding, 1 a word that
 * is not known, and from 2 on come the words, the most frequent first, those of one frequency in the order of their
 * UTF-16 code units.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="text"}
 *
 * <p>A word is a run of letters, digits and the marks that belong to them, with apostrophes inside; anything else that
 * is no blank is a word of one character. Texts are not normalised: two spellings of one accented letter are two
 * words. Letters are made small without regard to the locale.
 *
 * <p>The words are those of the texts it was built from, which can tell about persons: publish it as carefully as the
 * texts.
 *
 * <p>Immutable.
 */
public final class Vocabulary {
    /** The id that fills up a short text. */
    public static final int PADDING = 0;

    /** The id of a word that is not in the vocabulary. */
    public static final int UNKNOWN = 1;

    private static final int FIRST = 2;
    /** Largest id that float32 holds exactly. */
    private static final int MOST_WORDS = 1 << 24;

    private static final long LARGEST_FILE = 1L << 30;
    private static final String FORMAT = "aidc-vocabulary-1";
    /** The repeat is possessive, which needs no stack, however many apostrophes a word has. */
    private static final Pattern WORD = Pattern.compile(
            "[\\p{L}\\p{N}\\p{M}]+(?:['\u2019][\\p{L}\\p{N}\\p{M}]+)*+|[^\\p{IsWhite_Space}\\p{L}\\p{N}\\p{M}]");

    /** Says what is done with capital letters. */
    public enum Letters {
        /** Capital letters are made small: {@code The} and {@code the} are one word. */
        LOWER_CASE,
        /** Capital letters are kept: {@code The} and {@code the} are two words. */
        AS_WRITTEN
    }

    private final Letters letters;
    private final List<String> words;
    private final Map<String, Integer> ids;

    private Vocabulary(Letters letters, List<String> words) {
        this.letters = letters;
        this.words = List.copyOf(words);
        this.ids = new HashMap<>();
        for (String word : this.words) {
            ids.put(word, FIRST + ids.size());
        }
    }

    /**
     * Counts the words of texts.
     *
     * @param texts the texts to learn the words from: those to train with only, so that none is known of those held
     *     aside
     * @return the counts, to be made a vocabulary by {@link Builder#build()}
     */
    public static Builder of(List<String> texts) {
        return new Builder(List.copyOf(texts));
    }

    /**
     * Counts the ids.
     *
     * @return how many numbers an embedding needs: the words and two more
     */
    public int size() {
        return words.size() + FIRST;
    }

    /**
     * Lists the words.
     *
     * @return the words by id, the first having id 2
     */
    public List<String> words() {
        return words;
    }

    /**
     * Looks a word up.
     *
     * @param word the word
     * @return its id, or {@link #UNKNOWN}
     */
    public int id(String word) {
        return ids.getOrDefault(letters == Letters.LOWER_CASE ? word.toLowerCase(Locale.ROOT) : word, UNKNOWN);
    }

    /**
     * Numbers the words of a text.
     *
     * @param text the text
     * @param length how many ids are wanted, &gt; 0; a longer text loses its end, a shorter one is filled with
     *     {@link #PADDING}
     * @return the ids, shape {@code [length]}, each a whole number below 2<sup>24</sup>, which float32 holds exactly
     */
    public float[] encode(String text, int length) {
        requireLength(length);
        float[] encoded = new float[length];
        encode(text, encoded, 0, length);
        return encoded;
    }

    private void encode(String text, float[] into, int at, int length) {
        Matcher matcher = WORD.matcher(spelled(text, letters));
        for (int i = 0; i < length && matcher.find(); i++) {
            into[at + i] = ids.getOrDefault(matcher.group(), UNKNOWN);
        }
    }

    /**
     * Makes a data set that tells texts apart.
     *
     * @param table the table
     * @param text its column of texts
     * @param label its column of class names
     * @param length how many ids make a row, &gt; 0
     * @return the data, shape {@code [rows, length]}, class i being the i-th name in sorted order
     * @throws IllegalArgumentException if there is no such column, there are no rows, or all labels are the same
     * @throws MalformedTableException if a label is blank
     */
    public Dataset classification(Table table, String text, String label, int length) {
        requireLength(length);
        List<String> texts = table.texts(text);
        List<String> labels = table.texts(label);
        List<String> names = List.copyOf(new TreeSet<>(labels));
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).isBlank()) {
                throw new MalformedTableException(table.source(), i + 1, label, "the label is empty");
            }
        }
        float[] encoded = new float[Math.multiplyExact(texts.size(), length)];
        int[] classes = new int[texts.size()];
        for (int i = 0; i < classes.length; i++) {
            encode(texts.get(i), encoded, i * length, length);
            classes[i] = Collections.binarySearch(names, labels.get(i));
        }
        return Dataset.ofRows(encoded, length).classification(classes, names);
    }

    private static void requireLength(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length must be > 0, got " + length);
        }
    }

    private static String spelled(String text, Letters letters) {
        return letters == Letters.LOWER_CASE ? text.toLowerCase(Locale.ROOT) : text;
    }

    /**
     * Writes the vocabulary as JSON; an existing file is replaced.
     *
     * @param file the file
     * @throws UncheckedIOException if the file cannot be written; part of it may have been
     */
    public void save(Path file) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("format", FORMAT);
        object.put("letters", letters.name());
        object.put("words", words);
        try {
            Files.writeString(file, JSON.std.asString(object));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /**
     * Reads a vocabulary that was saved.
     *
     * @param file the file, at most 1 GiB
     * @return the vocabulary
     * @throws MalformedFileException if the file is no vocabulary
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Vocabulary load(Path file) {
        String text;
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new MalformedFileException(file.toString(), "", "it is larger than 1 GiB");
            }
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(file.toString(), "", "it is not UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        Map<String, Object> object;
        try {
            object = JsonObjects.parse(text);
        } catch (IOException e) {
            throw new MalformedFileException(file.toString(), "", "it is no JSON object", e);
        }
        if (!FORMAT.equals(object.get("format"))) {
            throw new MalformedFileException(file.toString(), "key 'format'", "it must be " + FORMAT);
        }
        return new Vocabulary(letters(file, object.get("letters")), words(file, object.get("words")));
    }

    private static Letters letters(Path file, @Nullable Object value) {
        for (Letters letters : Letters.values()) {
            if (letters.name().equals(value)) {
                return letters;
            }
        }
        throw new MalformedFileException(
                file.toString(), "key 'letters'", "it must be one of " + List.of(Letters.values()));
    }

    private static List<String> words(Path file, @Nullable Object value) {
        if (!(value instanceof List<?> list) || list.size() > MOST_WORDS - FIRST) {
            throw new MalformedFileException(
                    file.toString(),
                    "key 'words'",
                    "a list of at most %d words is needed".formatted(MOST_WORDS - FIRST));
        }
        List<String> words = new ArrayList<>();
        for (Object word : list) {
            if (!(word instanceof String text)) {
                throw new MalformedFileException(file.toString(), "word " + words.size(), "a text is needed");
            }
            words.add(text);
        }
        if (words.stream().distinct().count() < words.size()) {
            throw new MalformedFileException(file.toString(), "key 'words'", "a word stands twice");
        }
        return words;
    }

    /**
     * Compares words and treatment of letters.
     *
     * @param other what to compare with
     * @return whether it numbers every text alike
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Vocabulary vocabulary
                && letters == vocabulary.letters
                && words.equals(vocabulary.words);
    }

    @Override
    public int hashCode() {
        return 31 * letters.hashCode() + words.hashCode();
    }

    /**
     * Tells the size, no word.
     *
     * @return such as {@code vocabulary of 5000 words}
     */
    @Override
    public String toString() {
        return "vocabulary of %d words".formatted(words.size());
    }

    /**
     * Chooses which words are kept.
     *
     * <p>Confined: one thread at a time.
     */
    public static final class Builder {
        private final List<String> texts;
        private int most = 30_000;
        private int least = 1;
        private Letters letters = Letters.LOWER_CASE;

        private Builder(List<String> texts) {
            this.texts = texts;
        }

        /**
         * Bounds the number of words; the rarest are dropped.
         *
         * @param words how many are kept at most, in [1, 2<sup>24</sup> - 2]; 30,000 if this is not called
         * @return this
         */
        public Builder atMost(int words) {
            if (words < 1 || words > MOST_WORDS - FIRST) {
                throw new IllegalArgumentException(
                        "words must be in [1, %d], got %d".formatted(MOST_WORDS - FIRST, words));
            }
            most = words;
            return this;
        }

        /**
         * Drops rare words.
         *
         * @param count how often a word must occur to be kept, ≥ 1; 1 if this is not called
         * @return this
         */
        public Builder occurringAtLeast(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("count must be >= 1, got " + count);
            }
            least = count;
            return this;
        }

        /**
         * Says what is done with capital letters.
         *
         * @param treatment what is done; {@link Letters#LOWER_CASE} if this is not called
         * @return this
         */
        public Builder letters(Letters treatment) {
            letters = Objects.requireNonNull(treatment, "treatment");
            return this;
        }

        /**
         * Counts the words and numbers those that are kept.
         *
         * @return the vocabulary, the same for the same texts in any order
         */
        public Vocabulary build() {
            Map<String, Long> counts = new HashMap<>();
            for (String text : texts) {
                for (Matcher matcher = WORD.matcher(spelled(text, letters)); matcher.find(); ) {
                    counts.merge(matcher.group(), 1L, Long::sum);
                }
            }
            List<String> words = counts.entrySet().stream()
                    .filter(entry -> entry.getValue() >= least)
                    .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(most)
                    .map(Map.Entry::getKey)
                    .toList();
            return new Vocabulary(letters, words);
        }
    }
}
