package io.aidc.training.track;

import com.fasterxml.jackson.jr.ob.JSON;
import io.aidc.training.EpochScores;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the course of a run as lines of JSON, for tools that follow a log.
 *
 * {@snippet class="io.aidc.training.track.TrackSnippetsTest" region="json"}
 *
 * <p>Each line is an object with {@code event}: {@code step}, {@code epoch} or {@code end}, and the components of
 * {@link TrainingProgress} (time as {@code elapsedSeconds}), {@link EpochScores}, or {@link TrainingReport} without its losses
 * and epochs, which stand above. A number that JSON has no form for is {@code null}. Lines are UTF-8, end in a line feed and are
 * written one by one, so a crash of the process cuts at most the last; the next log appended to the file begins on a new line.
 *
 * <p>Privacy: in a private run the loss, the rate, the time that steps and the run took and the data's fingerprint are left
 * out, unless {@link #unprotectedFigures} asks for them.
 *
 * <p>A failure to write throws {@link UncheckedIOException}, which ends the run; {@link Listeners#bestEffort} lets it go on.
 *
 * <p>Thread-safe: calls take turns.
 */
public final class JsonLog implements TrainingListener, AutoCloseable {
    private static final JSON LINES = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private final Path path;
    private final Disclosure disclosure = new Disclosure();
    private @Nullable OutputStream file;
    private boolean closed;

    private JsonLog(Path path) {
        this.path = path;
    }

    /**
     * Begins a log; nothing is written before the first event.
     *
     * @param path the file; made if it is missing, appended to if it is there
     * @return the log
     */
    public static JsonLog appendingTo(Path path) {
        return new JsonLog(Objects.requireNonNull(path, "path"));
    }

    /**
     * Writes the figures of a private run that no noise protects: the loss, the rate, the time that steps and the run took and
     * the data's fingerprint.
     *
     * @return this
     */
    public synchronized JsonLog unprotectedFigures() {
        disclosure.askForAll();
        return this;
    }

    @Override
    public synchronized void onStep(TrainingProgress progress) {
        disclosure.see(progress);
        Map<String, Object> line = event("step");
        line.put("step", progress.step());
        line.put("steps", progress.steps());
        line.put("epoch", progress.epoch());
        line.put("learningRate", finite(progress.learningRate()));
        line.put("workers", progress.workers());
        if (disclosure.showsAll()) {
            line.put("loss", finite(progress.loss()));
            line.put("examplesPerSecond", finite(progress.examplesPerSecond()));
            line.put("elapsedSeconds", progress.elapsed().toNanos() / 1e9);
        }
        write(line);
    }

    @Override
    public synchronized void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
        Map<String, Object> line = event("epoch");
        line.put("epoch", scores.epoch());
        line.put("step", scores.step());
        line.put("learningRate", finite(scores.learningRate()));
        if (disclosure.showsAll()) {
            line.put("loss", finite(scores.loss()));
        }
        Map<String, @Nullable Object> validation = new LinkedHashMap<>();
        scores.validation().forEach((name, value) -> validation.put(name, finite(value)));
        line.put("validation", validation);
        write(line);
    }

    @Override
    public synchronized void onEnd(TrainingReport report) {
        Map<String, Object> line = event("end");
        line.putAll(ReportJson.fields(report));
        line.remove("losses");
        line.remove("epochs");
        if (!disclosure.showsAll()) {
            line.remove("dataFingerprint");
            line.remove("duration");
        }
        write(line);
    }

    private static Map<String, Object> event(String name) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", name);
        return line;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private void write(Map<String, Object> line) {
        if (closed) {
            throw new IllegalStateException("the log %s is closed".formatted(path));
        }
        try {
            open().write((LINES.asString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the log " + path, e);
        }
    }

    private OutputStream open() throws IOException {
        if (file == null) {
            boolean cut = endsWithinALine();
            // Unlike a file channel it is not closed by an interrupt, with which a run may end.
            file = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (cut) {
                file.write('\n');
            }
        }
        return file;
    }

    private boolean endsWithinALine() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (RandomAccessFile there = new RandomAccessFile(path.toFile(), "r")) {
            there.seek(there.length() - 1);
            return there.read() != '\n';
        }
    }

    /**
     * Closes the file. A second call does nothing.
     *
     * @throws UncheckedIOException if the system reports a failed write only now
     */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the log " + path, e);
        }
    }
}
