package io.aidc.training.track;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import io.aidc.training.EpochScores;
import io.aidc.training.TrainingReport;
import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.internal.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a {@link TrainingReport} as JSON, so that the run can be looked up and run again.
 *
 * {@snippet class="io.aidc.training.track.TrackSnippetsTest" region="report"}
 *
 * <p>The object has the components of the record by name and {@code format}, {@value #FORMAT}. Times are ISO 8601. Numbers that
 * JSON has no form for are the strings {@code NaN}, {@code Infinity} and {@code -Infinity}. What was written reads back equal.
 * The report holds the fingerprint of the data, see there.
 */
public final class ReportJson {
    /** The version of the format. */
    public static final int FORMAT = 1;

    /** The longest text that is read, in bytes or characters: room for some million steps. */
    public static final int MAX_LENGTH = 64 << 20;

    private static final int MAX_DEPTH = 8;
    private static final JsonFactory STRICT = ((JsonFactoryBuilder) JsonFactory.builder())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxDocumentLength(4L * MAX_LENGTH)
                    .build())
            .build();

    private ReportJson() {}

    /**
     * Gives a report as JSON.
     *
     * @param report the report
     * @return one JSON object
     */
    public static String text(TrainingReport report) {
        try {
            return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(fields(report)) + "\n";
        } catch (IOException e) {
            throw new AssertionError("memory does not fail as a file does", e);
        }
    }

    /**
     * Writes a report to a file, which is then the old one or the whole new one.
     *
     * @param report the report
     * @param path the file; replaced if it is there
     * @throws UncheckedIOException if it cannot be written
     */
    public static void write(TrainingReport report, Path path) {
        WholeFile.replace(path, text(report).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a report from a file.
     *
     * @param path the file
     * @return the report
     * @throws IllegalArgumentException if the file is no report, naming the field, or longer than {@link #MAX_LENGTH}
     * @throws UncheckedIOException if the file cannot be read or is not UTF-8
     */
    public static TrainingReport read(Path path) {
        try {
            long size = Files.size(path);
            if (size > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "%s must be at most %d bytes, got %d".formatted(path, MAX_LENGTH, size));
            }
            return parse(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /**
     * Reads a report.
     *
     * @param text one JSON object as {@link #text} gives it; unknown fields are refused
     * @return the report
     * @throws IllegalArgumentException if it is no report, naming the field, or longer than {@link #MAX_LENGTH}
     */
    public static TrainingReport parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a report must be at most %d characters, got %d".formatted(MAX_LENGTH, text.length()));
        }
        JsonFields fields = new JsonFields("report", object(text));
        if (fields.integer("format") != FORMAT) {
            throw new IllegalArgumentException(
                    "report: format must be %d, got %d".formatted(FORMAT, fields.integer("format")));
        }
        List<EpochScores> epochs = new ArrayList<>();
        for (JsonFields epoch : fields.objects("epochs")) {
            epochs.add(new EpochScores(
                    epoch.integer("epoch"),
                    epoch.integer("step"),
                    epoch.number("loss"),
                    epoch.number("learningRate"),
                    epoch.numbersByName("validation")));
            epoch.requireNoOthers();
        }
        TrainingReport report = new TrainingReport(
                fields.longInteger("seed"),
                fields.string("dataFingerprint"),
                fields.stringsByName("hyperParameters"),
                fields.stringsByName("versions"),
                fields.instant("started"),
                fields.duration("duration"),
                fields.integer("steps"),
                fields.constant("stopReason", StopReason.class),
                fields.string("stopDetail"),
                fields.numbers("losses"),
                epochs);
        fields.requireNoOthers();
        return report;
    }

    private static Map<?, ?> object(String text) {
        try (JsonParser parser = STRICT.createParser(text)) {
            Object value = JSON.std.anyFrom(parser);
            if (!(value instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("a report must be a JSON object");
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("a report must be one JSON object, there is more after it");
            }
            return map;
        } catch (IOException e) {
            throw new IllegalArgumentException("a report must be JSON: " + e.getMessage(), e);
        }
    }

    static Map<String, Object> fields(TrainingReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("format", FORMAT);
        fields.put("seed", report.seed());
        fields.put("dataFingerprint", report.dataFingerprint());
        fields.put("hyperParameters", report.hyperParameters());
        fields.put("versions", report.versions());
        fields.put("started", report.started().toString());
        fields.put("duration", report.duration().toString());
        fields.put("steps", report.steps());
        fields.put("stopReason", report.stopReason().name());
        fields.put("stopDetail", report.stopDetail());
        fields.put("losses", report.losses().stream().map(ReportJson::number).toList());
        fields.put("epochs", report.epochs().stream().map(ReportJson::epoch).toList());
        return fields;
    }

    private static Map<String, Object> epoch(EpochScores scores) {
        Map<String, Object> validation = new LinkedHashMap<>();
        scores.validation().forEach((name, value) -> validation.put(name, number(value)));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("epoch", scores.epoch());
        fields.put("step", scores.step());
        fields.put("loss", number(scores.loss()));
        fields.put("learningRate", number(scores.learningRate()));
        fields.put("validation", validation);
        return fields;
    }

    private static Object number(double value) {
        return Double.isFinite(value) ? (Object) value : Double.toString(value);
    }
}
