package io.aidc.training.quality;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Says that data did not pass its checks. Nothing was changed; the same data fails again. The message names checks,
 * columns, bounds and row numbers, and no measured value or cell.
 */
public final class FailedChecksException extends IllegalStateException {
    private static final long serialVersionUID = 1;
    private static final int NAMED = 10;

    /** What failed. */
    private final transient List<CheckResult> failures;

    FailedChecksException(CheckReport report) {
        super(message(report));
        this.failures = report.failures();
    }

    private static String message(CheckReport report) {
        List<CheckResult> failures = report.failures();
        String named = failures.stream().limit(NAMED).map(CheckResult::summary).collect(Collectors.joining("; "));
        return "%d of %d checks failed: %s%s"
                .formatted(failures.size(), report.results().size(), named, failures.size() > NAMED ? "; …" : "");
    }

    /**
     * Lists the checks that failed.
     *
     * @return their results; empty after deserialisation
     */
    public List<CheckResult> failures() {
        return Objects.requireNonNullElse(failures, List.of());
    }
}
