package io.aidc.training;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says where a file of data is not as its format demands, or holds what is not read. Nothing was kept of it and the
 * file is unchanged; a retry fails again. The message holds no value of the file, since it may be about a person.
 */
public final class MalformedFileException extends TrainingException {
    private static final long serialVersionUID = 1;

    /** The file's name. */
    private final String source;

    /** Where in the file. */
    private final String place;

    /**
     * Makes the exception.
     *
     * @param source the file
     * @param place where in it, such as {@code line 3, key 'age'}; empty for the file as a whole
     * @param problem what is wrong and what was needed
     */
    public MalformedFileException(String source, String place, String problem) {
        this(source, place, problem, null);
    }

    /**
     * Makes the exception.
     *
     * @param source the file
     * @param place where in it, such as {@code line 3, key 'age'}; empty for the file as a whole
     * @param problem what is wrong and what was needed
     * @param cause what the format's reader said, or null
     */
    public MalformedFileException(String source, String place, String problem, @Nullable Throwable cause) {
        super(
                "%s%s: %s"
                        .formatted(
                                Objects.requireNonNull(source, "source"),
                                place.isEmpty() ? "" : ", " + place,
                                Objects.requireNonNull(problem, "problem")),
                cause);
        this.source = source;
        this.place = place;
    }

    /**
     * Gives the file.
     *
     * @return its name
     */
    public String source() {
        return source;
    }

    /**
     * Gives the place that is wrong.
     *
     * @return where in the file; empty for the file as a whole
     */
    public String place() {
        return place;
    }
}
