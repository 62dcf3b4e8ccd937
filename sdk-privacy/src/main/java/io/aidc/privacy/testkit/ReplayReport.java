package io.aidc.privacy.testkit;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a {@link ReplayAudit} saw. Immutable.
 *
 * @param seed by which the pipeline's random choices repeat
 * @param neighbours how many there were
 * @param releases what was released on the data themselves, in order
 * @param findings what differed; empty if nothing did
 */
public record ReplayReport(long seed, int neighbours, List<Released> releases, List<ReplayFinding> findings) {
    /** Copies the lists. */
    public ReplayReport {
        releases = List.copyOf(releases);
        findings = List.copyOf(findings);
    }

    /**
     * One release.
     *
     * @param name what the pipeline called it
     * @param values how many numbers it takes
     * @param declared the declared sensitivity
     * @param largestMove the furthest that any neighbour moved its input, in that norm
     */
    public record Released(String name, int values, Sensitivity declared, double largestMove) {}

    /**
     * Says whether nothing was found.
     *
     * @return true if there is no finding
     */
    public boolean passed() {
        return findings.isEmpty();
    }

    /**
     * Says it in words, for a failing test.
     *
     * @return one sentence, and a line for each finding
     */
    public String summary() {
        String counts = "%d releases, %d neighbours, seed %d".formatted(releases.size(), neighbours, seed);
        return passed()
                ? counts + ": no finding. Other neighbours may tell more; this is no proof."
                : counts
                        + findings.stream()
                                .map(finding -> "\n- " + finding)
                                .collect(Collectors.joining("", ", findings: " + findings.size(), ""));
    }
}
