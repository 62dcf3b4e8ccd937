package io.aidc.training.quality;

import java.util.List;

/**
 * Lists how all checks of a run ended.
 *
 * @param rows how many rows were checked, ≥ 0
 * @param results one for each check, in the order in which they were asked for
 */
public record CheckReport(int rows, List<CheckResult> results) {
    /** Copies the list. */
    public CheckReport {
        results = List.copyOf(results);
    }

    /**
     * Says whether every check passed.
     *
     * @return true if none failed
     */
    public boolean passed() {
        return results.stream().allMatch(CheckResult::passed);
    }

    /**
     * Picks the checks that failed.
     *
     * @return their results, empty if all passed
     */
    public List<CheckResult> failures() {
        return results.stream().filter(result -> !result.passed()).toList();
    }

    /**
     * Insists that every check passed.
     *
     * @return this
     * @throws FailedChecksException if one did not, naming all that failed
     */
    public CheckReport requirePassed() {
        if (!passed()) {
            throw new FailedChecksException(this);
        }
        return this;
    }
}
