package io.aidc.security.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.AuditLogException;
import io.aidc.security.audit.AuditEvent.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditQueryTest {
    @TempDir
    private Path directory;

    private final TestLogs.SetClock clock = new TestLogs.SetClock();

    @Test
    void list_byEachCondition_findsWhatMatches() {
        try (AuditLog log = open()) {
            log.record(AuditEvent.of("alice", "seal", "models/fraud/1", Outcome.DONE));
            log.record(AuditEvent.of("bob", "unseal", "models/fraud/1", Outcome.DENIED));
            log.record(AuditEvent.of("ali\"ce*", "unseal", "models/\u00e4\n", Outcome.ALLOWED)
                    .detail("principal", "bob"));
            assertThat(indices(log.query().principal("alice"))).containsExactly(0L);
            assertThat(indices(log.query().principal("ali*"))).containsExactly(0L, 2L);
            assertThat(indices(log.query().principal("ali\"*"))).containsExactly(2L);
            assertThat(indices(log.query().principal("bob"))).containsExactly(1L);
            assertThat(indices(log.query().action("unseal"))).containsExactly(1L, 2L);
            assertThat(indices(log.query().resource("models/\u00e4*"))).containsExactly(2L);
            assertThat(indices(log.query().resource("models/fraud/*").outcome(Outcome.DENIED)))
                    .containsExactly(1L);
            assertThat(indices(log.query().resource("*"))).containsExactly(0L, 1L, 2L);
            assertThat(indices(log.query().principal("nobody"))).isEmpty();
            assertThat(indices(log.query().newestFirst().limit(2))).containsExactly(2L, 1L);
            assertThat(indices(log.query().limit(0))).isEmpty();
        }
    }

    @Test
    void list_byTheIdOfAName_findsDecisionsToo() {
        try (AuditLog log = open()) {
            log.record(AuditEvent.of(
                    "User::\"alice\"", "Action::\"unseal\"", "Resource::\"models/fraud/7\"", Outcome.ALLOWED));
            log.record(AuditEvent.of("User::\"alice\"", "unseal", "models/fraud/7", Outcome.DONE));
            log.record(AuditEvent.of("User::\"malice\"", "unseals", "old/models/fraud/7", Outcome.DONE));
            assertThat(indices(log.query().principal("alice"))).containsExactly(0L, 1L);
            assertThat(indices(log.query().principal("User::\"alice\""))).containsExactly(0L, 1L);
            assertThat(indices(log.query().principal("User::*"))).containsExactly(0L, 1L, 2L);
            assertThat(indices(log.query().action("unseal"))).containsExactly(0L, 1L);
            assertThat(indices(log.query().resource("models/fraud/*"))).containsExactly(0L, 1L);
        }
    }

    @Test
    void between_anyTimes_findsWhatAScanFinds() {
        try (AuditLog log = open()) {
            for (int i = 0; i < 30; i++) {
                int batch = i;
                log.recordAll(IntStream.range(0, 50 + 20 * (i % 3))
                        .mapToObj(n -> TestLogs.event(batch))
                        .toList());
                clock.forward(Duration.ofMinutes(i % 4));
            }
            List<AuditEntry> all = log.query().list();
            for (int from = -1; from < 50; from += 3) {
                for (int to = from; to < 50; to += 7) {
                    Instant start = TestLogs.NOW.plus(Duration.ofMinutes(from));
                    Instant end = TestLogs.NOW.plus(Duration.ofMinutes(to));
                    List<AuditEntry> scanned = all.stream()
                            .filter(entry -> !entry.time().isBefore(start)
                                    && entry.time().isBefore(end))
                            .toList();
                    assertThat(log.query().between(start, end).list()).isEqualTo(scanned);
                }
            }
        }
    }

    @Test
    void list_entriesOfOtherFormats_arePassedOver() {
        try (AuditLog log = open()) {
            for (int i = 0; i < 600; i++) {
                log.append("{}".getBytes(UTF_8));
            }
            log.record(TestLogs.event(1));
            log.append(new byte[] {1});
            assertThat(indices(log.query())).containsExactly(600L);
            assertThat(indices(log.query().between(Instant.EPOCH, TestLogs.NOW.plusSeconds(1))))
                    .containsExactly(600L);
        }
        try (AuditLog log = open()) { // the last time is found behind them
            log.record(TestLogs.event(2));
            assertThat(log.query().list()).hasSize(2);
        }
    }

    @Test
    void stream_whileTheLogGrows_staysAtItsCheckpoint() {
        try (AuditLog log = open()) {
            log.recordAll(
                    LongStream.range(0, 100).mapToObj(i -> TestLogs.event(3)).toList());
            var stream = log.query().stream();
            log.recordAll(
                    LongStream.range(0, 400).mapToObj(i -> TestLogs.event(4)).toList());
            assertThat(directory.resolve("tile/entries/000.p")).doesNotExist();
            assertThat(stream.toList())
                    .hasSize(100)
                    .allSatisfy(entry -> assertThat(entry.event()).isEqualTo(TestLogs.event(3)));
        }
    }

    @Test
    void list_emptyLog_isEmpty() {
        open().close();
        assertThat(AuditQuery.over(directory).newestFirst().list()).isEmpty();
        assertThat(AuditQuery.over(directory).between(Instant.MIN, Instant.MAX).list())
                .isEmpty();
    }

    @Test
    void list_noLogOrBundleCut_isRefused() throws IOException {
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditQuery.over(directory).list());
        TestLogs.make(directory, 10);
        Files.write(directory.resolve("tile/entries/000.p/10"), new byte[50]);
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditQuery.over(directory).list())
                .satisfies(e -> assertThat(e.firstBadIndex()).isZero());
    }

    @Test
    void options_secondValueOrImpossible_areRefused() {
        AuditQuery query = AuditQuery.over(directory)
                .principal("a")
                .action("a")
                .resource("a")
                .outcome(Outcome.DONE)
                .between(Instant.EPOCH, Instant.EPOCH)
                .limit(1);
        assertThatIllegalStateException().isThrownBy(() -> query.principal("b"));
        assertThatIllegalStateException().isThrownBy(() -> query.action("b"));
        assertThatIllegalStateException().isThrownBy(() -> query.resource("b"));
        assertThatIllegalStateException().isThrownBy(() -> query.outcome(Outcome.DONE));
        assertThatIllegalStateException().isThrownBy(() -> query.between(Instant.EPOCH, Instant.EPOCH));
        assertThatIllegalStateException().isThrownBy(() -> query.limit(1));
        AuditQuery fresh = AuditQuery.over(directory);
        assertThatIllegalArgumentException().isThrownBy(() -> fresh.limit(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> fresh.between(TestLogs.NOW, Instant.EPOCH));
    }

    @Test
    void event_loneSurrogate_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> AuditEvent.of("\ud800", "a", "b", Outcome.DONE));
    }

    private AuditLog open() {
        return AuditLog.at(directory).signer(TestLogs.SIGNER).clock(clock).open();
    }

    private static List<Long> indices(AuditQuery query) {
        return query.stream().map(AuditEntry::index).toList();
    }
}
