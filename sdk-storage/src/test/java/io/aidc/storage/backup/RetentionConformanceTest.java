package io.aidc.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** restic's golden files: 103 snapshots, 40 policies, what each keeps and why. */
class RetentionConformanceTest {
    private static final int KNOWN_CASES = 40;
    private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");
    private static final Pattern SNAPSHOT = Pattern.compile("\\{\\s*\"time\"[^}]*}");
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern LIST = Pattern.compile("\\[(?:\"[^\"]*\",?)+]");

    private static final Path FILE = Path.of(System.getProperty("aidc.root", "."))
            .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
            .resolve("storage/restic/retention/policy-cases.json");

    @Test
    void apply_publishedPolicies_keepWhatResticKeeps(TestReporter reporter) throws IOException {
        assumeTrue(Files.isRegularFile(FILE), "RETENTION CONFORMANCE NOT RUN: no file " + FILE);
        String json = Files.readString(FILE);
        int cases = json.indexOf("\"cases\"");
        List<Snapshot> snapshots = snapshots(json.substring(0, cases));
        assertThat(snapshots).hasSize(103);
        String[] parts = json.substring(cases).split("\"policy\"\\s*:", -1);
        for (int i = 1; i < parts.length; i++) {
            check(parts[i], snapshots);
        }
        reporter.publishEntry("retention cases", Integer.toString(parts.length - 1));
        assertThat(parts.length - 1).isGreaterThanOrEqualTo(KNOWN_CASES);
    }

    private static void check(String entry, List<Snapshot> snapshots) {
        int keptAt = entry.indexOf("\"kept\"");
        int reasonsAt = entry.indexOf("\"reasons\"");
        String policy = entry.substring(0, keptAt);
        List<OffsetDateTime> kept = TIME.matcher(entry.substring(keptAt, reasonsAt))
                .results()
                .map(time -> OffsetDateTime.parse(time.group(1)))
                .toList();
        List<List<String>> reasons = new ArrayList<>();
        Matcher lists = LIST.matcher(entry.substring(reasonsAt + 9));
        while (lists.find() && reasons.size() < kept.size()) {
            reasons.add(strings(lists.group()));
        }
        if (kept.isEmpty()) {
            assertThatIllegalStateException().isThrownBy(() -> policy(policy).build());
            return;
        }
        Retention retention = policy(policy).build().apply(snapshots, Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(retention.kept().stream()
                        .map(snapshot -> snapshot.snapshot().time())
                        .toList())
                .as(policy)
                .isEqualTo(kept);
        assertThat(retention.kept().stream().map(Retention.Kept::reasons).toList())
                .as(policy)
                .isEqualTo(reasons);
        assertThat(retention.removed()).hasSize(snapshots.size() - kept.size());
    }

    private static RetentionPolicy.Builder policy(String json) {
        RetentionPolicy.Builder builder = RetentionPolicy.builder();
        Matcher counts = Pattern.compile("\"(\\w+)\"\\s*:\\s*(-?\\d+)").matcher(json);
        while (counts.find()) {
            int count = Integer.parseInt(counts.group(2));
            switch (counts.group(1)) {
                case "last" -> builder.last(count);
                case "hourly" -> builder.hourly(count);
                case "daily" -> builder.daily(count);
                case "weekly" -> builder.weekly(count);
                case "monthly" -> builder.monthly(count);
                case "yearly" -> builder.yearly(count);
                default -> throw new IllegalArgumentException(counts.group());
            }
        }
        Matcher spans = Pattern.compile("\"(\\w+)\"\\s*:\\s*\"(\\w+)\"").matcher(json);
        while (spans.find()) {
            Span span = Span.parse(spans.group(2));
            switch (spans.group(1)) {
                case "within" -> builder.within(span);
                case "withinHourly" -> builder.hourlyWithin(span);
                case "withinDaily" -> builder.dailyWithin(span);
                case "withinWeekly" -> builder.weeklyWithin(span);
                case "withinMonthly" -> builder.monthlyWithin(span);
                case "withinYearly" -> builder.yearlyWithin(span);
                default -> throw new IllegalArgumentException(spans.group());
            }
        }
        int tags = json.indexOf("anyOfAllTags");
        if (tags >= 0) {
            Matcher lists = LIST.matcher(json.substring(tags));
            while (lists.find()) {
                builder.tags(strings(lists.group()).toArray(String[]::new));
            }
        }
        return builder;
    }

    private static List<Snapshot> snapshots(String json) {
        List<Snapshot> snapshots = new ArrayList<>();
        Matcher entries = SNAPSHOT.matcher(json);
        while (entries.find()) {
            String entry = entries.group();
            int tags = entry.indexOf("\"tags\"");
            Matcher time = TIME.matcher(entry);
            assertThat(time.find()).isTrue();
            Matcher list = LIST.matcher(tags < 0 ? "" : entry.substring(tags));
            snapshots.add(RetentionPolicyTest.snapshot(
                    OffsetDateTime.parse(time.group(1)), list.find() ? strings(list.group()) : List.of()));
        }
        return snapshots;
    }

    private static List<String> strings(String json) {
        List<String> strings = new ArrayList<>();
        Matcher matcher = STRING.matcher(json);
        while (matcher.find()) {
            strings.add(matcher.group(1));
        }
        return strings;
    }
}
