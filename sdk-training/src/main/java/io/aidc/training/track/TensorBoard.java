package io.aidc.training.track;

import io.aidc.training.EpochScores;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import io.aidc.training.track.Events.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the course of a run as an event file that the stock TensorBoard reads.
 *
 * {@snippet class="io.aidc.training.track.TrackSnippetsTest" region="tensorboard"}
 *
 * <p>Written are {@code train/loss}, {@code train/learningRate} and {@code train/examplesPerSecond} of steps; {@code
 * train/epochLoss}, {@code validation/…} and a histogram of each parameter, {@code parameters/…}, of epochs; and at the end the
 * report as text, with the hyper-parameters and the end of the session for the HPARAMS tab. Give each run a directory of its
 * own below the one that TensorBoard is started with; a second run in the same directory gets a file of its own, but TensorBoard
 * shows both as one.
 *
 * <p>The file appears with the first event and is only ever appended to. It is handed to the operating system every
 * {@value #FLUSH_EVENTS} events, after each epoch and at the end: what a crash of the process takes is younger than that.
 *
 * <p>Privacy: in a private run the loss, the rate, the duration and the data's fingerprint are left out and all events carry
 * the time of the first, since the time that steps take tells how many rows were drawn; {@link #unprotectedFigures} changes
 * that. Parameters are what the guarantee protects; scores on validation rows are written as they come, so those must be rows
 * that may be told of.
 *
 * <p>A failure to write throws {@link UncheckedIOException}, which ends the run; {@link Listeners#bestEffort} lets it go on.
 *
 * <p>Thread-safe: calls take turns.
 */
public final class TensorBoard implements TrainingListener, AutoCloseable {
    /** How many events may wait in memory. */
    public static final int FLUSH_EVENTS = 100;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int PNG_WIDTH = 16;

    private final Path directory;
    private final Disclosure disclosure = new Disclosure();
    private Clock clock = Clock.systemUTC();
    private int everySteps = 1;
    private boolean histograms = true;
    private @Nullable Map<String, String> hyperParameters;
    private @Nullable EventFile file;
    private @Nullable Instant opened;
    private int waiting;
    private long lastStep;
    private boolean ended;
    private boolean closed;

    private TensorBoard(Path directory) {
        this.directory = directory;
    }

    /**
     * Begins a log; nothing is written before the first event.
     *
     * @param directory where the event file goes; made if it is missing
     * @return a log with default options
     */
    public static TensorBoard in(Path directory) {
        return new TensorBoard(Objects.requireNonNull(directory, "directory"));
    }

    /**
     * Sets which steps are written; each one if not set.
     *
     * @param steps every how many, &gt; 0; the first and the last planned step are written too
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if writing has begun
     */
    public synchronized TensorBoard everySteps(int steps) {
        requireUnwritten();
        if (steps <= 0) {
            throw new IllegalArgumentException("everySteps must be > 0, got " + steps);
        }
        everySteps = steps;
        return this;
    }

    /**
     * Leaves out the histograms of parameters, which are written after each epoch if this is not called.
     *
     * @return this
     * @throws IllegalStateException if writing has begun
     */
    public synchronized TensorBoard withoutHistograms() {
        requireUnwritten();
        histograms = false;
        return this;
    }

    /**
     * Names the hyper-parameters before the run, so that a run that does not come to its end is in the HPARAMS tab too; if not
     * set, those of the report are written at the end.
     *
     * @param values values by name; numbers and {@code true} and {@code false} are shown as such
     * @return this
     * @throws IllegalStateException if writing has begun
     */
    public synchronized TensorBoard hyperParameters(Map<String, String> values) {
        requireUnwritten();
        hyperParameters = new LinkedHashMap<>(values);
        return this;
    }

    /**
     * Writes the figures of a private run that no noise protects: the loss, the rate, the times and the data's fingerprint.
     * Whoever reads the file then learns of single persons' rows; keep it with the data.
     *
     * @return this
     * @throws IllegalStateException if writing has begun
     */
    public synchronized TensorBoard unprotectedFigures() {
        requireUnwritten();
        disclosure.askForAll();
        return this;
    }

    TensorBoard clock(Clock value) {
        clock = value;
        return this;
    }

    @Override
    public synchronized void onStep(TrainingProgress progress) {
        disclosure.see(progress);
        int step = progress.step();
        if (step % everySteps != 0 && step != 1 && step != progress.steps()) {
            return;
        }
        write(step, Events.scalar("train/learningRate", progress.learningRate()));
        if (disclosure.showsAll()) {
            if (!Double.isNaN(progress.loss())) {
                write(step, Events.scalar("train/loss", progress.loss()));
            }
            write(step, Events.scalar("train/examplesPerSecond", progress.examplesPerSecond()));
        }
    }

    @Override
    public synchronized void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
        int step = scores.step();
        if (disclosure.showsAll() && !Double.isNaN(scores.loss())) {
            write(step, Events.scalar("train/epochLoss", scores.loss()));
        }
        scores.validation().forEach((name, value) -> write(step, Events.scalar("validation/" + name, value)));
        if (histograms) {
            parameters.get().forEach((name, values) -> histogram("parameters/" + name, step, values));
        }
        flush();
    }

    @Override
    public synchronized void onEnd(TrainingReport report) {
        if (hyperParameters == null) {
            write(0, Events.sessionStart(report.hyperParameters(), report.started()));
            hyperParameters = report.hyperParameters(); // not before: opening the file would write them as well
        }
        write(report.steps(), Events.text("report", markdown(report)));
        Duration shown = disclosure.showsAll() ? report.duration() : Duration.ZERO;
        write(report.steps(), Events.sessionEnd(Status.SUCCESS, report.started().plus(shown)));
        ended = true;
        flush();
    }

    /**
     * Writes a number.
     *
     * @param tag what it is called; a slash makes groups
     * @param step the step it belongs to
     * @param value the number, kept as float32
     * @throws UncheckedIOException if it cannot be written
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized void scalar(String tag, long step, double value) {
        write(step, Events.scalar(tag, value));
    }

    /**
     * Writes a histogram of numbers, in 30 equal ranges. Numbers that are not finite are left out.
     *
     * @param tag what it is called
     * @param step the step it belongs to
     * @param values the numbers; not changed
     * @throws UncheckedIOException if it cannot be written
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized void histogram(String tag, long step, float[] values) {
        write(step, Events.histogram(tag, Histogram.of(values)));
    }

    /**
     * Writes a text.
     *
     * @param tag what it is called
     * @param step the step it belongs to
     * @param markdown the text
     * @throws UncheckedIOException if it cannot be written
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized void text(String tag, long step, String markdown) {
        write(step, Events.text(tag, markdown));
    }

    /**
     * Writes a picture.
     *
     * @param tag what it is called
     * @param step the step it belongs to
     * @param png a PNG file
     * @throws IllegalArgumentException if it is no PNG file
     * @throws UncheckedIOException if it cannot be written
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized void image(String tag, long step, byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        if (png.length < PNG_WIDTH + 2 * Integer.BYTES
                || bytes.slice(0, PNG.length).mismatch(ByteBuffer.wrap(PNG)) >= 0) {
            throw new IllegalArgumentException("image '%s' must be a PNG file".formatted(tag));
        }
        write(step, Events.image(tag, bytes.getInt(PNG_WIDTH + Integer.BYTES), bytes.getInt(PNG_WIDTH), png));
    }

    /**
     * Names the file that is written.
     *
     * @return its path; empty before the first event
     */
    public synchronized Optional<Path> file() {
        return Optional.ofNullable(file).map(EventFile::path);
    }

    private void write(long step, Wire value) {
        if (closed) {
            throw new IllegalStateException("the log in %s is closed".formatted(directory));
        }
        lastStep = Math.max(lastStep, step);
        try {
            EventFile to = open();
            to.write(Events.summary(wallTime(), step, value));
            if (++waiting >= FLUSH_EVENTS) {
                flush();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private EventFile open() throws IOException {
        if (file == null) {
            opened = clock.instant();
            file = EventFile.create(directory, opened);
            file.write(Events.version(Events.seconds(opened)));
            if (hyperParameters != null) {
                file.write(Events.summary(wallTime(), 0, Events.sessionStart(hyperParameters, opened)));
            }
        }
        return file;
    }

    private double wallTime() {
        return Events.seconds(now());
    }

    /** In a private run the time at which the file was opened, always. */
    private Instant now() {
        return disclosure.hidesTime() && opened != null ? opened : clock.instant();
    }

    private void flush() {
        waiting = 0;
        try {
            if (file != null) {
                file.flush();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private UncheckedIOException failed(IOException cause) {
        return new UncheckedIOException("cannot write the event file in %s".formatted(directory), cause);
    }

    private void requireUnwritten() {
        if (file != null || closed) {
            throw new IllegalStateException("options must be set before the first event");
        }
    }

    private String markdown(TrainingReport report) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("stopped", report.stopReason() + (report.stopDetail().isEmpty() ? "" : ": " + report.stopDetail()));
        facts.put("steps", Integer.toString(report.steps()));
        facts.put("started", report.started().toString());
        if (disclosure.showsAll()) {
            facts.put("duration", report.duration().toString());
        }
        facts.put("seed", Long.toString(report.seed()));
        if (disclosure.showsAll()) {
            facts.put("data", report.dataFingerprint());
        }
        return table("run", facts)
                + table("hyper-parameter", report.hyperParameters())
                + table("version", report.versions());
    }

    private static String table(String title, Map<String, String> rows) {
        StringBuilder table = new StringBuilder("| " + title + " | |\n|---|---|\n");
        rows.forEach((name, value) -> table.append("| ")
                .append(cell(name))
                .append(" | ")
                .append(cell(value))
                .append(" |\n"));
        return table.append('\n').toString();
    }

    private static String cell(String text) {
        return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("\\R", " ");
    }

    /**
     * Ends the file; a run that did not come to its end is marked as failed. A second call does nothing.
     *
     * @throws UncheckedIOException if the last events cannot be written; the file is closed even so
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try (EventFile closing = file) {
            if (closing != null && hyperParameters != null && !ended) {
                write(lastStep, Events.sessionEnd(Status.FAILURE, now()));
            }
        } catch (IOException e) {
            throw failed(e);
        } finally {
            closed = true;
        }
    }
}
