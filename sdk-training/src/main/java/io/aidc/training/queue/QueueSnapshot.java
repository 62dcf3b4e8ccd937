package io.aidc.training.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a queue looked like at one moment.
 *
 * @param at the moment
 * @param cores the budget
 * @param coresUsed by running jobs
 * @param memoryBytes the budget
 * @param memoryBytesUsed by running and paused jobs
 * @param jobs running ones first, then those that wait in the order in which the queue looks at them, then paused ones
 * @param owners by name, those with jobs or a weight
 */
public record QueueSnapshot(
        Instant at,
        int cores,
        int coresUsed,
        long memoryBytes,
        long memoryBytesUsed,
        List<Line> jobs,
        List<OwnerShare> owners) {
    /** Copies the lists. */
    public QueueSnapshot {
        jobs = List.copyOf(jobs);
        owners = List.copyOf(owners);
    }

    /**
     * A job that has not ended.
     *
     * @param id its number
     * @param job the description
     * @param state where it is
     * @param reserved whether nothing else begins until it does
     */
    public record Line(long id, Job job, JobState state, boolean reserved) {}

    /**
     * What an owner has.
     *
     * @param owner the name
     * @param weight of the owner
     * @param cores of its running jobs
     * @param memoryBytes of its running and paused jobs
     * @param dominantShare the larger of its parts of both budgets, divided by the weight
     * @param queued how many of its jobs wait
     */
    public record OwnerShare(
            String owner, double weight, int cores, long memoryBytes, double dominantShare, int queued) {}

    /**
     * Writes the snapshot for a terminal.
     *
     * @return lines ended by line feeds
     */
    public String text() {
        var text = new StringBuilder("cores %d of %d, memory %s of %s\n"
                .formatted(coresUsed, cores, mebibytes(memoryBytesUsed), mebibytes(memoryBytes)));
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"id", "state", "for", "owner", "prio", "cores", "memory", "name"});
        for (Line line : jobs) {
            rows.add(new String[] {
                Long.toString(line.id()),
                state(line),
                age(line.state()),
                line.job().owner(),
                Integer.toString(line.job().priority()),
                Integer.toString(line.job().cores()),
                mebibytes(line.job().memoryBytes()),
                line.job().name()
            });
        }
        append(text, rows);
        List<String[]> shares = new ArrayList<>();
        shares.add(new String[] {"owner", "weight", "cores", "memory", "share", "queued"});
        for (OwnerShare owner : owners) {
            shares.add(new String[] {
                owner.owner(),
                String.format(Locale.ROOT, "%.4g", owner.weight()),
                Integer.toString(owner.cores()),
                mebibytes(owner.memoryBytes()),
                String.format(Locale.ROOT, "%.3f", owner.dominantShare()),
                Integer.toString(owner.queued())
            });
        }
        append(text, shares);
        return text.toString();
    }

    private static String state(Line line) {
        if (line.reserved()) {
            return "reserved";
        }
        return line.state().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private String age(JobState state) {
        Instant since = at;
        if (state instanceof JobState.Queued queued) {
            since = queued.since();
        } else if (state instanceof JobState.Running running) {
            since = running.since();
        } else if (state instanceof JobState.Paused paused) {
            since = paused.since();
        }
        return Duration.between(since, at).toSeconds() + " s";
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MiB", bytes / 1048576.0);
    }

    private static void append(StringBuilder text, List<String[]> rows) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                widths[c] = Math.max(widths[c], row[c].length());
            }
        }
        for (String[] row : rows) {
            var line = new StringBuilder();
            for (int c = 0; c < row.length; c++) {
                line.append(c == 0 ? "" : "  ").append(row[c]).append(" ".repeat(widths[c] - row[c].length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
