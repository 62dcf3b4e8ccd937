package io.aidc.security.guard;

import io.aidc.security.guard.Alert.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which scores are kept of a principal's queries, in which window, and from where on they are an alert: a net for whoever
 * copies a model by asking it.
 *
 * {@snippet class="io.aidc.security.guard.GuardSnippetsTest" region="extraction"}
 *
 * <p>The scores, of what was admitted in the current window:
 * <ul>
 *   <li>{@code VOLUME}: queries, by their cost, divided by the budget. Judged at each.
 *   <li>{@code DISTINCT}: distinct queries divided by queries, the former estimated to ±3.25 % (standard error) by HyperLogLog.
 *   <li>{@code COVERAGE}: the planes of 16 random pairs of features are cut into 16 by 16 cells; cells visited, divided by
 *       those that as many benign queries visit (rarefaction and Chao's extrapolation, Colwell et al. 2012). Of the first
 *       queries of the window only, twice as many as the baseline's sample has.
 *   <li>{@code OUT_OF_RANGE}: the share of queries that have a feature further outside the baseline's range than a quarter of
 *       its width, or one that is not finite.
 *   <li>{@code NORMALITY}: 1 - W, Shapiro and Wilk's, of the logarithms of the last 64 to 128 distances, each from a query to
 *       the nearest of 128 earlier ones, without those 3 standard deviations off. PRADA (Juuti et al. 2019) takes the distances
 *       as they are, looks within the predicted class, and at all earlier queries that were far enough apart. Here memory is
 *       bounded (reservoir sampling), a query has no class before the model answers, and repeated queries are left out.
 *   <li>{@code DISTANCE}: Kolmogorov and Smirnov's D between these distances and those within the baseline.
 *   <li>{@code BOUNDARY}: the share of answers whose margin is below a given one; see {@link RequestGuard#answered}.
 * </ul>
 * {@code VOLUME} is judged at each query, {@code BOUNDARY} at each answer from the 64th on, the others at each 16th query from
 * the 128th on, those of distances once 192 different ones were asked. A query costs some microseconds, and a principal 20 KiB
 * at most, whatever the length of the vectors.
 *
 * <p>The default thresholds lie above what benign queries score that are drawn like the baseline's sample, and below what
 * uniform random queries, Jacobian augmentation and bisection between two vectors reach in at least one score; each is one
 * constant here. They are a compromise: lower ones see more, and suspect more who ask in good faith. Traffic is rarely drawn
 * like a sample: look at the scores of your own ({@link RequestGuard#report}) before alerts refuse anything.
 *
 * <p>What it cannot see: whoever asks less than the budget and fewer than 128 queries a window; who shares the work among many
 * accounts; who hides each query among several harmless ones; who asks with data like the baseline's. Nor does it know
 * intentions: a benign principal who tries variations of one case looks like an attacker, see {@link Baseline}. An alert is a
 * reason to look; with {@link #refuseOnAlert} it costs the principal his access for a while.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://arxiv.org/abs/1805.02628">Juuti, Szyller, Marchal, Asokan 2019, "PRADA: Protecting Against DNN Model
 *     Stealing Attacks", section 5</a>
 */
public final class ExtractionPolicy {
    /** The default threshold of {@code COVERAGE}. */
    public static final double COVERAGE_THRESHOLD = 1.25;

    /** The default threshold of {@code OUT_OF_RANGE}. */
    public static final double OUT_OF_RANGE_THRESHOLD = 0.2;

    /** The default threshold of {@code NORMALITY}. */
    public static final double NORMALITY_THRESHOLD = 0.3;

    /** The default threshold of {@code DISTANCE}. */
    public static final double DISTANCE_THRESHOLD = 0.35;

    private final Duration window;
    private final Map<Kind, Double> thresholds;
    private final @Nullable Baseline baseline;
    private final long budget;
    private final double nearMargin;
    private final Duration refusal;

    private ExtractionPolicy(
            Duration window,
            Map<Kind, Double> thresholds,
            @Nullable Baseline baseline,
            long budget,
            double nearMargin,
            Duration refusal) {
        this.window = window;
        this.thresholds = thresholds;
        this.baseline = baseline;
        this.budget = budget;
        this.nearMargin = nearMargin;
        this.refusal = refusal;
    }

    /**
     * Begins a policy that scores nothing yet.
     *
     * @param window how long traffic is scored before counting begins anew, 1 microsecond to 365 days; begins with a
     *     principal's first query
     * @return the policy
     * @throws IllegalArgumentException if it is out of range
     */
    public static ExtractionPolicy per(Duration window) {
        return new ExtractionPolicy(RequestLimits.checkSpan("window", window), Map.of(), null, 1, 0, Duration.ZERO);
    }

    /**
     * Scores {@code VOLUME}; alerts at the budget.
     *
     * @param budget queries in a window, &gt;= 1
     * @return another policy
     * @throws IllegalArgumentException if it is below 1
     */
    public ExtractionPolicy volume(long budget) {
        RequestLimits.requirePositive("budget", budget);
        return with(Map.of(Kind.VOLUME, 1.0), baseline, budget, nearMargin, refusal);
    }

    /**
     * Scores {@code DISTINCT}. Right where honest principals ask the same again and again.
     *
     * @param threshold above 0, at most 1
     * @return another policy
     * @throws IllegalArgumentException if it is out of range
     */
    public ExtractionPolicy distinct(double threshold) {
        return with(Map.of(Kind.DISTINCT, checkShare("distinct", threshold)), baseline, budget, nearMargin, refusal);
    }

    /**
     * Scores {@code COVERAGE}, {@code OUT_OF_RANGE}, {@code NORMALITY} and {@code DISTANCE} of feature vectors, with their
     * default thresholds.
     *
     * @param benign what benign queries look like
     * @return another policy
     */
    public ExtractionPolicy baseline(Baseline benign) {
        Map<Kind, Double> defaults = Map.of(
                Kind.COVERAGE,
                COVERAGE_THRESHOLD,
                Kind.OUT_OF_RANGE,
                OUT_OF_RANGE_THRESHOLD,
                Kind.NORMALITY,
                NORMALITY_THRESHOLD,
                Kind.DISTANCE,
                DISTANCE_THRESHOLD);
        return with(defaults, Objects.requireNonNull(benign, "benign"), budget, nearMargin, refusal);
    }

    /**
     * Scores {@code BOUNDARY} of the answers that the caller reports.
     *
     * @param margin an answer is near if its margin is below, &gt; 0; for probabilities 0.1, say
     * @param threshold the share of near answers, above 0, at most 1
     * @return another policy
     * @throws IllegalArgumentException if one is out of range
     */
    public ExtractionPolicy boundary(double margin, double threshold) {
        if (!(margin > 0 && margin < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("margin must be > 0 and finite, got " + margin);
        }
        return with(Map.of(Kind.BOUNDARY, checkShare("boundary", threshold)), baseline, budget, margin, refusal);
    }

    /**
     * Moves a threshold.
     *
     * @param kind a score of this policy
     * @param threshold &gt; 0; positive infinity for a score that is kept and never alerts
     * @return another policy
     * @throws IllegalArgumentException if the score is not kept, or the threshold is not positive
     */
    public ExtractionPolicy threshold(Kind kind, double threshold) {
        if (!thresholds.containsKey(kind)) {
            throw new IllegalArgumentException("%s is not scored, only %s".formatted(kind, thresholds.keySet()));
        }
        if (!(threshold > 0)) {
            throw new IllegalArgumentException("threshold must be > 0, got " + threshold);
        }
        return with(Map.of(kind, threshold), baseline, budget, nearMargin, refusal);
    }

    /**
     * Refuses everything of a principal for a while once it raised an alert, beginning with the query that did. By default
     * alerts refuse nothing.
     *
     * @param refusal 1 microsecond to 365 days
     * @return another policy
     * @throws IllegalArgumentException if it is out of range
     */
    public ExtractionPolicy refuseOnAlert(Duration refusal) {
        return with(Map.of(), baseline, budget, nearMargin, RequestLimits.checkSpan("refusal", refusal));
    }

    /** Shows the window and the thresholds. */
    @Override
    public String toString() {
        return "ExtractionPolicy[%s, %s]".formatted(window, thresholds);
    }

    Duration window() {
        return window;
    }

    Map<Kind, Double> thresholds() {
        return thresholds;
    }

    /** Infinite for what is not scored. */
    double threshold(Kind kind) {
        return thresholds.getOrDefault(kind, Double.POSITIVE_INFINITY);
    }

    boolean scores(Kind kind) {
        return thresholds.containsKey(kind);
    }

    @Nullable
    Baseline baseline() {
        return baseline;
    }

    long budget() {
        return budget;
    }

    double nearMargin() {
        return nearMargin;
    }

    /** Zero if alerts refuse nothing. */
    Duration refusal() {
        return refusal;
    }

    /** Until when the last query matters, in nanoseconds. */
    long memoryNanos() {
        return Math.max(window.toNanos(), refusal.toNanos());
    }

    private ExtractionPolicy with(
            Map<Kind, Double> more, @Nullable Baseline baseline, long budget, double nearMargin, Duration refusal) {
        Map<Kind, Double> all = new EnumMap<>(Kind.class);
        all.putAll(thresholds);
        all.putAll(more);
        return new ExtractionPolicy(window, Collections.unmodifiableMap(all), baseline, budget, nearMargin, refusal);
    }

    private static double checkShare(String what, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("%s must be above 0 and at most 1, got %s".formatted(what, share));
        }
        return share;
    }
}
