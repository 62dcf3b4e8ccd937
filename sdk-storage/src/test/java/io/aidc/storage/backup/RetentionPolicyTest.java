package io.aidc.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    static Snapshot snapshot(OffsetDateTime time, List<String> tags) {
        return new Snapshot(
                "0".repeat(64), time, "host", List.of("/models"), tags, BackupKind.FULL, null, "0".repeat(64));
    }

    private static Snapshot at(String time) {
        return snapshot(OffsetDateTime.parse(time), List.of());
    }

    @Test
    void build_withoutRule_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RetentionPolicy.builder().build())
                .withMessageContaining("needs a rule");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2, Integer.MIN_VALUE})
    void last_countNotPositiveNorAll_isRefused(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetentionPolicy.builder().last(count))
                .withMessageContaining("got " + count);
    }

    @Test
    void rule_setTwice_isRefusedAndNamesTheFirst() {
        Span day = Span.parse("1d");
        assertThatIllegalStateException()
                .isThrownBy(() -> RetentionPolicy.builder().daily(3).daily(4))
                .withMessage("daily was already set to 3");
        assertThatIllegalStateException()
                .isThrownBy(() -> RetentionPolicy.builder().within(day).within(day))
                .withMessage("within was already set to 1d");
        assertThatIllegalStateException()
                .isThrownBy(() -> RetentionPolicy.builder().dailyWithin(day).dailyWithin(day));
    }

    @Test
    void tags_none_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetentionPolicy.builder().tags());
    }

    @Test
    void apply_noSnapshots_keepsNothing() {
        Retention retention = RetentionPolicy.builder().last(1).build().apply(List.of(), NOW);

        assertThat(retention.kept()).isEmpty();
        assertThat(retention.removed()).isEmpty();
    }

    @Test
    void apply_snapshotInTheFuture_isNotTheNewestForSpans() {
        Snapshot future = at("2027-11-21T10:00:00Z");
        Snapshot present = at("2026-11-21T10:00:00Z");
        Snapshot old = at("2026-11-19T10:00:00Z");

        Retention retention =
                RetentionPolicy.builder().within(Span.parse("1d")).build().apply(List.of(old, future, present), NOW);

        assertThat(retention.kept().stream().map(Retention.Kept::snapshot)).containsExactly(future, present);
        assertThat(retention.removed()).containsExactly(old);
    }

    @Test
    void apply_countNotUsedUp_keepsTheOldestToo() {
        Snapshot newest = at("2026-11-20T10:00:00Z");
        Snapshot middle = at("2026-11-20T09:00:00Z");
        Snapshot oldest = at("2026-11-20T08:00:00Z");

        Retention retention = RetentionPolicy.builder().daily(2).build().apply(List.of(newest, middle, oldest), NOW);

        assertThat(retention.kept())
                .containsExactly(
                        new Retention.Kept(newest, List.of("daily snapshot")),
                        new Retention.Kept(oldest, List.of("oldest daily snapshot")));
    }

    @Test
    void apply_sameInstantInTwoOffsets_usesTheOffsetOfEach() {
        Snapshot utc = at("2026-11-20T23:30:00Z");
        Snapshot tokyo = at("2026-11-20T22:30:00+09:00");
        Snapshot before = at("2026-11-19T22:30:00Z");

        Retention retention = RetentionPolicy.builder().daily(1).build().apply(List.of(utc, tokyo, before), NOW);

        assertThat(retention.kept().stream().map(Retention.Kept::snapshot)).containsExactly(utc);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "d", "1x", "-1d", "1d ", "0d", "1.5d", "123456d", "1D"})
    void span_textNotAllowed_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Span.parse(text));
    }

    @Test
    void span_partOutOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Span(-1, 0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Span(0, 0, 100_000, 0));
    }

    @Test
    void span_dayTheMonthLacks_runsOverIntoTheNext() {
        assertThat(Span.parse("1m").before(OffsetDateTime.parse("2026-03-31T10:00:00Z")))
                .isEqualTo(OffsetDateTime.parse("2026-03-03T10:00:00Z"));
        assertThat(Span.parse("1y2m3d4h").before(OffsetDateTime.parse("2026-11-21T03:00:00Z")))
                .isEqualTo(OffsetDateTime.parse("2025-09-17T23:00:00Z"));
    }
}
