package io.aidc.training.federated;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a run was asked to do; a snapshot of its options. */
record Plan(
        int rounds,
        Cohort cohort,
        ServerOptimizer optimizer,
        Combination combination,
        double proximal,
        @Nullable ClientPrivacy privacy,
        Hooks hooks) {
    /** Who is asked and how long is waited. */
    record Cohort(
            Sampling sampling,
            double overSelection,
            int minimum,
            int retries,
            @Nullable Duration limit) {}

    /** How updates become one; the mean unless one of the two others is there. */
    record Combination(
            Weighting weighting,
            @Nullable Aggregation aggregation,
            @Nullable SecureAggregation secure) {}

    /** What the caller wants to hear and decide. */
    record Hooks(
            RoundListener listener,
            @Nullable Function<float[], Map<String, Double>> evaluation,
            @Nullable Consumer<byte[]> sink,
            Predicate<RoundReport> stop) {}

    Map<String, String> hyperParameters(int parameters) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("parameters", Integer.toString(parameters));
        options.put("rounds", Integer.toString(rounds));
        options.put("sampling", privacy == null ? cohort.sampling().toString() : "the caller's");
        options.put("overSelection", Double.toString(cohort.overSelection()));
        options.put("minimumSurvivors", Integer.toString(cohort.minimum()));
        options.put("retries", Integer.toString(cohort.retries()));
        options.put(
                "roundTimeout", cohort.limit() == null ? "none" : cohort.limit().toString());
        options.put("optimizer", optimizer.toString());
        options.put("weighting", combination.weighting().toString());
        options.put("aggregation", aggregationName());
        options.put("proximal", Double.toString(proximal));
        options.put("privacy", privacy == null ? "none" : privacy.toString());
        return options;
    }

    private String aggregationName() {
        if (combination.secure() != null) {
            return "secure";
        }
        return combination.aggregation() == null ? "mean" : "the caller's";
    }
}
