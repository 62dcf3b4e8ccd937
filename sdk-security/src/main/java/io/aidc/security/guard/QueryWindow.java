package io.aidc.security.guard;

import io.aidc.security.guard.Alert.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scores of one principal in one window. <em>Confined: under its owner's lock.</em> */
final class QueryWindow {
    static final int FEWEST_QUERIES = 128;
    static final int FEWEST_ANSWERS = 64;
    static final int JUDGED_EACH = 16;

    private final ExtractionPolicy policy;
    private final long seed;
    private final long endsAt;
    private final Set<Kind> alerted = EnumSet.noneOf(Kind.class);
    private final BitSet cells = new BitSet();
    private @Nullable HyperLogLog distinct;
    private @Nullable Spacing spacing;
    private long count;
    private long queries;
    private long vectors;
    private long covering;
    private long outOfRange;
    private long answers;
    private long nearAnswers;

    QueryWindow(ExtractionPolicy policy, long now, long seed) {
        this.policy = policy;
        this.seed = seed;
        this.endsAt = now + policy.window().toNanos();
    }

    boolean isOver(long now) {
        return now >= endsAt;
    }

    long count() {
        return count;
    }

    void addCost(long cost) {
        count += Math.min(cost, Long.MAX_VALUE - count);
    }

    void addQuery(float[] query) {
        addHash(Hashing.hash(query, seed));
        Baseline baseline = policy.baseline();
        if (baseline == null) {
            return;
        }
        vectors++;
        outOfRange += baseline.isInRange(query) ? 0 : 1;
        if (!Baseline.isFinite(query)) {
            return;
        }
        if (covering < baseline.coverageLimit()) {
            covering++;
            baseline.grid().mark(query, baseline, cells);
        }
        float[] point = baseline.point(query);
        if (Baseline.isFinite(point)) {
            if (spacing == null) {
                spacing = new Spacing(seed);
            }
            spacing.add(point);
        }
    }

    void addDigest(byte[] digest) {
        addHash(Hashing.hash(digest, seed));
    }

    void addAnswer(double margin) {
        answers++;
        nearAnswers += margin < policy.nearMargin() ? 1 : 0;
    }

    /** Lists the alerts that are due after what was added, each kind once. */
    List<Alert> judge(String principal) {
        boolean due = queries >= FEWEST_QUERIES && queries % JUDGED_EACH == 0;
        List<Alert> alerts = new ArrayList<>();
        for (Map.Entry<Kind, Double> score : (due ? scores() : quickScores()).entrySet()) {
            Kind kind = score.getKey();
            double threshold = policy.threshold(kind);
            if (score.getValue() >= threshold && alerted.add(kind)) {
                alerts.add(new Alert(principal, kind, score.getValue(), threshold, policy.window(), count));
            }
        }
        return alerts;
    }

    Map<Kind, Double> scores() {
        Map<Kind, Double> scores = quickScores();
        if (distinct != null && queries >= FEWEST_QUERIES) {
            scores.put(Kind.DISTINCT, Math.min(1, distinct.estimate() / queries));
        }
        Baseline baseline = policy.baseline();
        if (baseline != null && vectors >= FEWEST_QUERIES) {
            scores.put(Kind.COVERAGE, cells.cardinality() / baseline.expectedCells(Math.max(1, covering)));
            scores.put(Kind.OUT_OF_RANGE, (double) outOfRange / vectors);
        }
        if (baseline != null && spacing != null && spacing.isJudged()) {
            double[] sorted = spacing.sorted();
            scores.put(Kind.NORMALITY, Spacing.nonNormality(sorted));
            scores.put(Kind.DISTANCE, Spacing.difference(sorted, baseline.logDistances()));
        }
        return scores;
    }

    private Map<Kind, Double> quickScores() {
        Map<Kind, Double> scores = new EnumMap<>(Kind.class);
        if (policy.scores(Kind.VOLUME)) {
            scores.put(Kind.VOLUME, (double) count / policy.budget());
        }
        if (policy.scores(Kind.BOUNDARY) && answers >= FEWEST_ANSWERS) {
            scores.put(Kind.BOUNDARY, (double) nearAnswers / answers);
        }
        return scores;
    }

    private void addHash(long hash) {
        queries++;
        if (policy.scores(Kind.DISTINCT)) {
            if (distinct == null) {
                distinct = new HyperLogLog();
            }
            distinct.add(hash);
        }
    }
}
