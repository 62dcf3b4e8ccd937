package io.aidc.storage.backup;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which snapshots are kept. A snapshot stays if at least one rule keeps it.
 *
 * <p>The rules and their results are those of {@code restic forget}: of each hour, day, ISO week, month or year the newest
 * snapshot counts, in the offset it was written with; while a rule has some left, the oldest snapshot of all is kept too; spans
 * count back from the newest snapshot that is not in the future, not from today.
 *
 * <p>Immutable.
 *
 * @see <a href="https://restic.readthedocs.io/en/stable/060_forget.html">restic, removing snapshots</a>
 */
public final class RetentionPolicy {
    /** Keeps all snapshots a rule applies to. */
    public static final int ALL = -1;

    private static final OffsetDateTime LONG_AGO = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private final List<Rule> counted;
    private final List<Rule> spanned;
    private final List<List<String>> tags;
    private final @Nullable Span within;

    private RetentionPolicy(Builder builder) {
        counted = List.copyOf(builder.counted);
        spanned = List.copyOf(builder.spanned);
        tags = List.copyOf(builder.tags);
        within = builder.within;
    }

    /** The stretches of time of which one snapshot is kept; in restic's order. */
    private enum Bucket {
        LAST("last"),
        HOURLY("hourly"),
        DAILY("daily"),
        WEEKLY("weekly"),
        MONTHLY("monthly"),
        YEARLY("yearly");

        private static final int HOURS = 24;
        private static final int WEEKS = 100;
        private static final int MONTHS = 12;

        private final String word;

        Bucket(String word) {
            this.word = word;
        }

        /** A number that snapshots of one stretch share; the position itself for {@link #LAST}. */
        long of(OffsetDateTime time, int position) {
            long day = time.toLocalDate().toEpochDay();
            return switch (this) {
                case LAST -> position;
                case HOURLY -> day * HOURS + time.getHour();
                case DAILY -> day;
                case WEEKLY ->
                    time.get(IsoFields.WEEK_BASED_YEAR) * (long) WEEKS + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
                case MONTHLY -> time.getYear() * (long) MONTHS + time.getMonthValue();
                case YEARLY -> time.getYear();
            };
        }
    }

    /** One rule: so many of a bucket, or all within a span. */
    private record Rule(Bucket bucket, int count, @Nullable Span span) {}

    /**
     * Starts a policy; it keeps nothing yet.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The rules of a policy. Confined: one thread at a time. */
    public static final class Builder {
        private final List<Rule> counted = new ArrayList<>();
        private final List<Rule> spanned = new ArrayList<>();
        private final List<List<String>> tags = new ArrayList<>();
        private @Nullable Span within;

        private Builder() {}

        /**
         * Keeps the newest snapshots.
         *
         * @param count &gt; 0 or {@link #ALL}
         * @return this
         * @throws IllegalArgumentException if the count is something else
         * @throws IllegalStateException if it was set before
         */
        public Builder last(int count) {
            return counted(Bucket.LAST, count);
        }

        /**
         * Keeps the newest of so many hours.
         *
         * @param count &gt; 0 or {@link #ALL}
         * @return this
         * @throws IllegalArgumentException if the count is something else
         * @throws IllegalStateException if it was set before
         */
        public Builder hourly(int count) {
            return counted(Bucket.HOURLY, count);
        }

        /**
         * Keeps the newest of so many days.
         *
         * @param count &gt; 0 or {@link #ALL}
         * @return this
         * @throws IllegalArgumentException if the count is something else
         * @throws IllegalStateException if it was set before
         */
        public Builder daily(int count) {
            return counted(Bucket.DAILY, count);
        }

        /**
         * Keeps the newest of so many ISO weeks.
         *
         * @param count &gt; 0 or {@link #ALL}
         * @return this
         * @throws IllegalArgumentException if the count is something else
         * @throws IllegalStateException if it was set before
         */
        public Builder weekly(int count) {
            return counted(Bucket.WEEKLY, count);
        }

        /**
         * Keeps the newest of so many months.
         *
         * @param count &gt; 0 or {@link #ALL}
         * @return this
         * @throws IllegalArgumentException if the count is something else
         * @throws IllegalStateException if it was set before
         */
        public Builder monthly(int count) {
            return counted(Bucket.MONTHLY, count);
        }

        /**
         * Keeps the newest of so many years.
         *
         * @param count &gt; 0 or {@link #ALL}
         * @return this
         * @throws IllegalArgumentException if the count is something else
         * @throws IllegalStateException if it was set before
         */
        public Builder yearly(int count) {
            return counted(Bucket.YEARLY, count);
        }

        /**
         * Keeps all snapshots younger than a span.
         *
         * @param span counted back from the newest snapshot
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder within(Span span) {
            Objects.requireNonNull(span, "span");
            if (within != null) {
                throw new IllegalStateException("within was already set to " + within);
            }
            within = span;
            return this;
        }

        /**
         * Keeps the newest of each hour within a span.
         *
         * @param span counted back from the newest snapshot
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder hourlyWithin(Span span) {
            return spanned(Bucket.HOURLY, span);
        }

        /**
         * Keeps the newest of each day within a span.
         *
         * @param span counted back from the newest snapshot
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder dailyWithin(Span span) {
            return spanned(Bucket.DAILY, span);
        }

        /**
         * Keeps the newest of each ISO week within a span.
         *
         * @param span counted back from the newest snapshot
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder weeklyWithin(Span span) {
            return spanned(Bucket.WEEKLY, span);
        }

        /**
         * Keeps the newest of each month within a span.
         *
         * @param span counted back from the newest snapshot
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder monthlyWithin(Span span) {
            return spanned(Bucket.MONTHLY, span);
        }

        /**
         * Keeps the newest of each year within a span.
         *
         * @param span counted back from the newest snapshot
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder yearlyWithin(Span span) {
            return spanned(Bucket.YEARLY, span);
        }

        /**
         * Keeps all snapshots that have all of some tags; may be called several times.
         *
         * @param all at least one
         * @return this
         * @throws IllegalArgumentException if there is none
         */
        public Builder tags(String... all) {
            if (all.length == 0) {
                throw new IllegalArgumentException("tags must not be empty");
            }
            tags.add(List.of(all));
            return this;
        }

        /**
         * Ends the policy.
         *
         * @return the policy
         * @throws IllegalStateException if it has no rule, and so would keep nothing
         */
        public RetentionPolicy build() {
            if (counted.isEmpty() && spanned.isEmpty() && tags.isEmpty() && within == null) {
                throw new IllegalStateException("a policy needs a rule; an empty one would remove every snapshot");
            }
            return new RetentionPolicy(this);
        }

        private Builder counted(Bucket bucket, int count) {
            if (count < 1 && count != ALL) {
                throw new IllegalArgumentException("%s must be > 0 or ALL, got %d".formatted(bucket.word, count));
            }
            return add(counted, new Rule(bucket, count, null));
        }

        private Builder spanned(Bucket bucket, Span span) {
            return add(spanned, new Rule(bucket, ALL, Objects.requireNonNull(span, "span")));
        }

        private Builder add(List<Rule> rules, Rule rule) {
            for (Rule known : rules) {
                if (known.bucket == rule.bucket) {
                    throw new IllegalStateException("%s was already set to %s"
                            .formatted(rule.bucket.word, known.span == null ? known.count : known.span));
                }
            }
            rules.add(rule);
            rules.sort(Comparator.comparing(Rule::bucket));
            return this;
        }
    }

    /**
     * Sorts snapshots into kept and removed; nothing is deleted.
     *
     * @param snapshots of one series, in any order
     * @param now snapshots later than that are not the newest
     * @return what is kept, and why
     */
    public Retention apply(List<Snapshot> snapshots, Instant now) {
        List<Snapshot> newestFirst = snapshots.stream()
                .sorted(Comparator.comparing((Snapshot s) -> s.time().toInstant())
                        .reversed())
                .toList();
        OffsetDateTime latest = newestFirst.stream()
                .map(Snapshot::time)
                .filter(time -> time.toInstant().isBefore(now))
                .findFirst()
                .orElse(LONG_AGO);
        List<Tally> tallies = new ArrayList<>();
        counted.forEach(rule -> tallies.add(new Tally(rule, latest)));
        spanned.forEach(rule -> tallies.add(new Tally(rule, latest)));
        List<Retention.Kept> kept = new ArrayList<>();
        List<Snapshot> removed = new ArrayList<>();
        for (int i = 0; i < newestFirst.size(); i++) {
            Snapshot snapshot = newestFirst.get(i);
            List<String> reasons = simpleReasons(snapshot, latest);
            for (Tally tally : tallies) {
                tally.count(snapshot.time(), i, i == newestFirst.size() - 1, reasons);
            }
            if (reasons.isEmpty()) {
                removed.add(snapshot);
            } else {
                kept.add(new Retention.Kept(snapshot, reasons));
            }
        }
        return new Retention(kept, removed);
    }

    private List<String> simpleReasons(Snapshot snapshot, OffsetDateTime latest) {
        List<String> reasons = new ArrayList<>();
        for (List<String> all : tags) {
            if (Set.copyOf(snapshot.tags()).containsAll(all)) {
                reasons.add("has tags " + all);
            }
        }
        if (within != null && snapshot.time().isAfter(within.before(latest))) {
            reasons.add("within " + within);
        }
        return reasons;
    }

    /** How far one rule is used up. */
    private static final class Tally {
        private final Rule rule;
        private final @Nullable OffsetDateTime after;
        private int left;
        private long lastNumber;
        private boolean started;

        Tally(Rule rule, OffsetDateTime latest) {
            this.rule = rule;
            Span span = rule.span;
            this.after = span == null ? null : span.before(latest);
            this.left = rule.count;
        }

        void count(OffsetDateTime time, int position, boolean isOldest, List<String> reasons) {
            if (left == 0 || (after != null && !time.isAfter(after))) {
                return;
            }
            long number = rule.bucket.of(time, position);
            boolean isNew = !started || number != lastNumber;
            if (isNew || isOldest) {
                started = true;
                lastNumber = number;
                left = left == ALL ? ALL : left - 1;
                String word = rule.bucket.word + (rule.span == null ? " snapshot" : " within");
                reasons.add((isNew ? "" : "oldest ") + word + (rule.span == null ? "" : " " + rule.span));
            }
        }
    }
}
