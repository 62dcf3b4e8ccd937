package io.aidc.training.track;

import io.aidc.training.EpochScores;
import io.aidc.training.TrainingReport;
import io.aidc.training.internal.WholeFile;
import io.aidc.training.metrics.ClassScores;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.metrics.RegressionScores;
import io.aidc.training.metrics.Reliability;
import io.aidc.training.track.internal.LineChart;
import io.aidc.training.track.internal.Page;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows a {@link TrainingReport} as a page: one HTML file with its pictures inside, which loads nothing and holds no script.
 *
 * {@snippet class="io.aidc.training.track.TrackSnippetsTest" region="page"}
 *
 * <p>The page shows why the run stopped, the loss of each step with an average that smooths it, the scores of each epoch, the
 * learning rate, hyper-parameters and versions; and where scores of a test are given, the confusion matrix and how reliable the
 * probabilities are. All text from outside is escaped. The page holds the data's fingerprint, see {@link TrainingReport}.
 *
 * <p>Confined: one thread at a time.
 */
public final class ReportPage {
    /** Weight of the past in the smoothed loss, as on the slider of TensorBoard. */
    static final double SMOOTHING = 0.9;

    private static final int DIGITS = 4;

    private final TrainingReport report;
    private @Nullable String title;
    private @Nullable ClassificationScores classification;
    private @Nullable RegressionScores regression;
    private List<String> classNames = List.of();

    private ReportPage(TrainingReport report) {
        this.report = report;
    }

    /**
     * Begins a page.
     *
     * @param report what it shows
     * @return a page without scores
     */
    public static ReportPage of(TrainingReport report) {
        return new ReportPage(Objects.requireNonNull(report, "report"));
    }

    /**
     * Writes a page without scores.
     *
     * @param report what it shows
     * @param file where to; replaced if it is there
     * @throws UncheckedIOException if it cannot be written
     */
    public static void write(TrainingReport report, Path file) {
        of(report).write(file);
    }

    /**
     * Names the page; "Training report" if not set.
     *
     * @param text the heading
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public ReportPage title(String text) {
        if (title != null) {
            throw new IllegalStateException("title is already set to " + title);
        }
        title = Objects.requireNonNull(text, "title");
        return this;
    }

    /**
     * Shows how the model did on test rows.
     *
     * @param scores its scores
     * @param names the classes by index, {@link io.aidc.training.Dataset#classNames} for example
     * @return this
     * @throws IllegalArgumentException if there is not one name for each class
     * @throws IllegalStateException if scores were set before
     */
    public ReportPage scores(ClassificationScores scores, List<String> names) {
        requireNoScores();
        if (names.size() != scores.perClass().size()) {
            throw new IllegalArgumentException("names must be one for each of %d classes, got %d"
                    .formatted(scores.perClass().size(), names.size()));
        }
        classification = scores;
        classNames = List.copyOf(names);
        return this;
    }

    /**
     * Shows how the model did on test rows.
     *
     * @param scores its scores
     * @return this
     * @throws IllegalStateException if scores were set before
     */
    public ReportPage scores(RegressionScores scores) {
        requireNoScores();
        regression = Objects.requireNonNull(scores, "scores");
        return this;
    }

    private void requireNoScores() {
        if (classification != null || regression != null) {
            throw new IllegalStateException("scores are already set");
        }
    }

    /**
     * Writes the page to a file, which is then the old one or the whole new one.
     *
     * @param file where to; replaced if it is there
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Path file) {
        WholeFile.replace(file, html().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Gives the page as text.
     *
     * @return an HTML document
     */
    public String html() {
        Page page = new Page(title == null ? "Training report" : title);
        page.facts(summary());
        losses(page);
        epochs(page);
        if (classification != null) {
            page.heading("Test").facts(shown(classification.byName()));
            confusion(page, classification);
            reliability(page, classification.reliability());
        }
        if (regression != null) {
            page.heading("Test").facts(shown(regression.byName()));
        }
        page.heading("Hyper-parameters").facts(report.hyperParameters());
        page.heading("Versions").facts(report.versions());
        return page.html();
    }

    private Map<String, String> summary() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Stopped", report.stopReason() + (report.stopDetail().isEmpty() ? "" : ": " + report.stopDetail()));
        facts.put("Steps", Integer.toString(report.steps()));
        facts.put("Started", report.started().toString());
        facts.put("Duration", Durations.shown(report.duration()));
        facts.put("Seed", Long.toString(report.seed()));
        facts.put("Data (SHA-256)", report.dataFingerprint());
        return facts;
    }

    private void losses(Page page) {
        page.heading("Loss");
        if (report.losses().isEmpty()) {
            page.note(
                    report.steps() == 0
                            ? "No step was completed."
                            : "The losses of this run are not shown: they are computed on private rows.");
            return;
        }
        double[] steps = new double[report.losses().size()];
        double[] losses = new double[steps.length];
        // A run that went on from a checkpoint has the losses of its last steps only.
        int before = Math.max(report.steps() - steps.length, 0);
        for (int i = 0; i < steps.length; i++) {
            steps[i] = before + i + 1.0;
            losses[i] = report.losses().get(i);
        }
        page.picture(new LineChart("Loss of each step", "step")
                .faintCurve(steps, losses)
                .curve("loss, smoothed", steps, smoothed(losses))
                .svg());
    }

    /** The moving average with weights that fall geometrically, divided by their sum so that it does not start at 0. */
    static double[] smoothed(double[] values) {
        double[] smooth = new double[values.length];
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                sum = SMOOTHING * sum + (1 - SMOOTHING) * values[i];
                weight = SMOOTHING * weight + (1 - SMOOTHING);
            }
            smooth[i] = sum / weight;
        }
        return smooth;
    }

    private void epochs(Page page) {
        List<EpochScores> epochs = report.epochs();
        if (epochs.isEmpty()) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        epochs.forEach(epoch -> names.addAll(epoch.validation().keySet()));
        double[] steps = epochs.stream().mapToDouble(EpochScores::step).toArray();
        page.heading("Epochs");
        for (String name : names) {
            LineChart chart = new LineChart("Validation " + name, "step");
            if (name.equals("loss")) {
                chart.curve(
                        "training loss",
                        steps,
                        epochs.stream().mapToDouble(EpochScores::loss).toArray());
            }
            page.picture(
                    chart.curve("validation " + name, steps, validation(name)).svg());
        }
        page.picture(new LineChart("Learning rate", "step")
                .curve(
                        "learning rate",
                        steps,
                        epochs.stream().mapToDouble(EpochScores::learningRate).toArray())
                .svg());
        List<String> head = new ArrayList<>(List.of("epoch", "step", "loss", "learning rate"));
        names.forEach(name -> head.add("validation " + name));
        List<List<String>> rows = new ArrayList<>();
        for (EpochScores epoch : epochs) {
            List<String> row = new ArrayList<>(List.of(
                    Integer.toString(epoch.epoch()),
                    Integer.toString(epoch.step()),
                    Page.number(epoch.loss(), DIGITS),
                    Page.number(epoch.learningRate(), DIGITS)));
            names.forEach(name -> row.add(Page.number(epoch.validation().getOrDefault(name, Double.NaN), DIGITS)));
            rows.add(row);
        }
        page.table(head, rows);
    }

    private double[] validation(String name) {
        return report.epochs().stream()
                .mapToDouble(epoch -> epoch.validation().getOrDefault(name, Double.NaN))
                .toArray();
    }

    private void confusion(Page page, ClassificationScores scores) {
        page.heading("Confusion")
                .counts("actual \\ predicted", classNames, scores.confusion().counts());
        List<List<String>> rows = new ArrayList<>();
        for (int k = 0; k < classNames.size(); k++) {
            ClassScores one = scores.perClass().get(k);
            rows.add(List.of(
                    classNames.get(k),
                    Long.toString(one.rows()),
                    Page.number(one.precision(), DIGITS),
                    Page.number(one.recall(), DIGITS),
                    Page.number(one.f1(), DIGITS),
                    Page.number(one.rocAuc(), DIGITS),
                    Page.number(one.averagePrecision(), DIGITS)));
        }
        page.table(List.of("class", "rows", "precision", "recall", "F1", "ROC-AUC", "average precision"), rows);
    }

    private static void reliability(Page page, Reliability reliability) {
        List<Reliability.Bin> bins =
                reliability.bins().stream().filter(bin -> bin.rows() > 0).toList();
        page.heading("Reliability")
                .note("How often decisions are right, over the confidence they are made with.")
                .picture(new LineChart("Reliability", "confidence")
                        .curve(
                                "accuracy",
                                bins.stream()
                                        .mapToDouble(Reliability.Bin::confidence)
                                        .toArray(),
                                bins.stream()
                                        .mapToDouble(Reliability.Bin::accuracy)
                                        .toArray())
                        .curve("ideal", new double[] {0, 1}, new double[] {0, 1})
                        .svg());
        List<List<String>> rows = new ArrayList<>();
        for (Reliability.Bin bin : bins) {
            rows.add(List.of(
                    Page.number(bin.from(), DIGITS) + "–" + Page.number(bin.to(), DIGITS),
                    Long.toString(bin.rows()),
                    Page.number(bin.confidence(), DIGITS),
                    Page.number(bin.accuracy(), DIGITS)));
        }
        page.table(List.of("confidence", "rows", "mean confidence", "accuracy"), rows);
    }

    private static Map<String, String> shown(Map<String, Double> scores) {
        Map<String, String> shown = new LinkedHashMap<>();
        scores.forEach((name, value) -> shown.put(name, Page.number(value, DIGITS)));
        return shown;
    }
}
