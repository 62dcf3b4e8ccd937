package io.aidc.training.track;

import io.aidc.training.EpochScores;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import java.io.Flushable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a run on a terminal: steps, loss, rate, time passed and time left, on one line that is redrawn in place.
 *
 * {@snippet class="io.aidc.training.track.TrackSnippetsTest" region="progress"}
 *
 * <p>Where there is no terminal, as in the log of a build server, {@link #on} writes a line every
 * {@value #DEFAULT_LINE_SECONDS} s. The time left takes the coming steps to be as fast as the past ones. In a private run the
 * loss and the rate are not shown unless {@link #unprotectedFigures} asks for them, since output is often kept.
 *
 * <p>A progress bar is no reason to lose a run: after a failure to write it stays silent.
 *
 * <p>Thread-safe: calls take turns.
 */
public final class ProgressBar implements TrainingListener, AutoCloseable {
    /** Columns of the terminal unless {@link #width} is set. */
    public static final int DEFAULT_WIDTH = 80;

    /** Seconds between lines where there is no terminal, unless {@link #lineEvery} is set. */
    public static final int DEFAULT_LINE_SECONDS = 10;

    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final int MIN_WIDTH = 20;
    private static final int MAX_WIDTH = 1000;
    private static final int BAR = 20;
    private static final Logger LOG = LoggerFactory.getLogger(ProgressBar.class);

    private final Appendable out;
    private final boolean redraws;
    private final Disclosure disclosure = new Disclosure();
    private int width = DEFAULT_WIDTH;
    private Duration lineEvery = Duration.ofSeconds(DEFAULT_LINE_SECONDS);
    private @Nullable Duration shown;
    private int before = -1;
    private int drawn;
    private boolean silent;

    private ProgressBar(Appendable out, boolean redraws) {
        this.out = out;
        this.redraws = redraws;
    }

    /**
     * Shows the run on a stream: redrawn in place if this JVM has a terminal, else line by line.
     *
     * @param out where to, {@code System.err} for example; not closed
     * @return a bar with default options
     */
    public static ProgressBar on(Appendable out) {
        return new ProgressBar(Objects.requireNonNull(out, "out"), Terminal.isPresent());
    }

    /**
     * Shows the run on a terminal, redrawn in place.
     *
     * @param out the terminal; not closed
     * @return a bar with default options
     */
    public static ProgressBar onTerminal(Appendable out) {
        return new ProgressBar(Objects.requireNonNull(out, "out"), true);
    }

    /**
     * Shows the run line by line.
     *
     * @param out a log; not closed
     * @return a bar with default options
     */
    public static ProgressBar inLines(Appendable out) {
        return new ProgressBar(Objects.requireNonNull(out, "out"), false);
    }

    /**
     * Sets how wide the line may be; {@value #DEFAULT_WIDTH} columns if not set. What has no room is left out, the least
     * important first.
     *
     * @param columns in [20, 1000]
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public synchronized ProgressBar width(int columns) {
        if (columns < MIN_WIDTH || columns > MAX_WIDTH) {
            throw new IllegalArgumentException(
                    "width must be in [%d, %d], got %d".formatted(MIN_WIDTH, MAX_WIDTH, columns));
        }
        width = columns;
        return this;
    }

    /**
     * Sets how often a line is written where there is no terminal; every {@value #DEFAULT_LINE_SECONDS} s if not set.
     *
     * @param interval the least time between two lines, ≥ 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized ProgressBar lineEvery(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("lineEvery must be >= 0, got " + interval);
        }
        lineEvery = interval;
        return this;
    }

    /**
     * Shows the loss and the rate of a private run too, which no noise protects.
     *
     * @return this
     */
    public synchronized ProgressBar unprotectedFigures() {
        disclosure.askForAll();
        return this;
    }

    @Override
    public synchronized void onStep(TrainingProgress progress) {
        disclosure.see(progress);
        before = before < 0 ? progress.step() - 1 : before;
        boolean last = progress.step() >= progress.steps();
        Duration interval = redraws ? REDRAW : lineEvery;
        if (!last && shown != null && progress.elapsed().minus(shown).compareTo(interval) < 0) {
            return;
        }
        shown = progress.elapsed();
        if (redraws) {
            redraw(line(progress));
        } else {
            write(line(progress) + "\n");
        }
    }

    @Override
    public synchronized void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
        if (scores.validation().isEmpty()) {
            return;
        }
        StringBuilder line = new StringBuilder("epoch " + scores.epoch());
        if (disclosure.showsAll() && !Double.isNaN(scores.loss())) {
            line.append("  loss ").append(number(scores.loss()));
        }
        line.append("  validation");
        scores.validation()
                .forEach((name, value) ->
                        line.append(' ').append(name).append(' ').append(number(value)));
        writeLine(clipped(line.toString()));
    }

    @Override
    public synchronized void onEnd(TrainingReport report) {
        String detail = report.stopDetail().isEmpty() ? "" : ": " + report.stopDetail();
        String reason = report.stopReason().name().toLowerCase(Locale.ROOT);
        endLine();
        write(clipped("%s after %d steps in %s%s"
                        .formatted(reason, report.steps(), Durations.shown(report.duration()), detail))
                + "\n");
    }

    private String line(TrainingProgress progress) {
        double done = Math.min((double) progress.step() / progress.steps(), 1);
        List<String> parts = new ArrayList<>(); // the most important first
        parts.add(String.format(Locale.ROOT, "%3d%%", (int) (100 * done)));
        parts.add(progress.step() + "/" + progress.steps());
        if (disclosure.showsAll() && !Double.isNaN(progress.loss())) {
            parts.add("loss " + number(progress.loss()));
        }
        parts.add(Durations.shown(left(progress)) + " left");
        if (disclosure.showsAll()) {
            parts.add(number(progress.examplesPerSecond()) + " rows/s");
        }
        parts.add(Durations.shown(progress.elapsed()) + " passed");
        if (progress.epoch() > 0) {
            parts.add("epoch " + progress.epoch());
        }
        String text = joined(parts, width);
        int room = width - text.length() - 3;
        return redraws && room >= 5 ? bar(done, Math.min(room, BAR)) + text : text;
    }

    private static String joined(List<String> parts, int width) {
        StringBuilder line = new StringBuilder(parts.get(0));
        for (String part : parts.subList(1, parts.size())) {
            if (line.length() + 2 + part.length() > width) {
                break;
            }
            line.append("  ").append(part);
        }
        return line.toString();
    }

    private static String bar(double done, int cells) {
        int full = (int) (done * cells);
        return "[" + "#".repeat(full) + ".".repeat(cells - full) + "] ";
    }

    /** Steps before the first that was heard of were taken before a break, and their time is not in the elapsed one. */
    private Duration left(TrainingProgress progress) {
        double each = (double) progress.elapsed().toNanos() / Math.max(progress.step() - before, 1);
        double nanos = each * (progress.steps() - progress.step());
        return Duration.ofSeconds(Math.round(Math.max(nanos, 0) / 1e9));
    }

    /** Four significant digits, always with a point: 0.01234, 12.3, 1e-07, 123457. */
    static String number(double value) {
        if (value != 0 && !(Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9)) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        int before = value == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%." + Math.min(Math.max(3 - before, 0), 6) + "f", value);
    }

    private String clipped(String line) {
        return line.length() <= width ? line : line.substring(0, width - 1) + "~";
    }

    private void redraw(String line) {
        write("\r" + line + " ".repeat(Math.max(drawn - line.length(), 0)));
        drawn = line.length();
    }

    private void writeLine(String line) {
        write((drawn > 0 ? "\r" : "") + line + " ".repeat(Math.max(drawn - line.length(), 0)) + "\n");
        drawn = 0;
    }

    private void endLine() {
        if (drawn > 0) {
            write("\n");
            drawn = 0;
        }
    }

    private void write(String text) {
        if (silent) {
            return;
        }
        try {
            out.append(text);
            if (out instanceof Flushable flushable) {
                flushable.flush();
            }
        } catch (IOException e) {
            silent = true;
            LOG.debug("progress is not shown any more", e);
        }
    }

    /** Ends the line if the run did not come to its end. The stream stays open. */
    @Override
    public synchronized void close() {
        endLine();
    }
}
