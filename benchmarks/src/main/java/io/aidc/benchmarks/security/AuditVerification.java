package io.aidc.benchmarks.security;

import io.aidc.security.audit.AuditCheck;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditLog;
import io.aidc.security.audit.AuditQuery;
import io.aidc.security.audit.Checkpoint;
import io.aidc.security.audit.LogSigner;
import io.aidc.security.audit.LogVerifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long does it take to check a whole log, and to search it?
 *
 * <p>Writes a log of events, then checks and scans it in turn; it should fit the page cache. The directory must not exist, and
 * is left behind. Give {@code -Xmx64m} to see that memory stays constant.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.AuditVerification DIRECTORY [ENTRIES
 * [THREADS [ROUNDS]]]}
 */
public final class AuditVerification {
    private static final int DEFAULT_ENTRIES = 1_000_000;
    private static final int DEFAULT_THREADS = 2;
    private static final int DEFAULT_ROUNDS = 5;
    private static final int BATCH = 4096;

    private AuditVerification() {}

    /**
     * Writes, checks and searches.
     *
     * @param args the log's directory; entries; threads; rounds
     */
    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        int entries = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_ENTRIES;
        int threads = args.length > 2 ? Integer.parseInt(args[2]) : DEFAULT_THREADS;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : DEFAULT_ROUNDS;
        LogVerifier verifier;
        try (LogSigner signer = LogSigner.generate("example.com/benchmark")) {
            verifier = LogVerifier.of(signer.verifierKey());
            long start = System.nanoTime();
            write(directory, signer, entries);
            System.out.printf("%d entries written in %.2f s%n", entries, seconds(start));
        }
        for (int round = 1; round <= rounds; round++) {
            long start = System.nanoTime();
            Checkpoint checked =
                    AuditCheck.of(directory, verifier).threads(threads).run();
            double check = seconds(start);
            start = System.nanoTime();
            long found = AuditQuery.over(directory).principal("user-7").outcome(Outcome.DENIED).stream()
                    .count();
            System.out.printf(
                    "round %d: %d entries checked on %d threads in %.2f s; %d found by a scan in %.2f s%n",
                    round, checked.size(), threads, check, found, seconds(start));
        }
    }

    private static void write(Path directory, LogSigner signer, int entries) {
        try (AuditLog log = AuditLog.at(directory).signer(signer).open()) {
            for (int first = 0; first < entries; first += BATCH) {
                List<AuditEvent> events = new ArrayList<>();
                for (int i = first; i < Math.min(entries, first + BATCH); i++) {
                    Outcome outcome = i % 10 == 0 ? Outcome.DENIED : Outcome.ALLOWED;
                    events.add(AuditEvent.of("user-" + i % 97, "unseal", "models/fraud/" + i, outcome)
                            .detail("policy", "fraud-team-reads"));
                }
                log.recordAll(events);
            }
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
