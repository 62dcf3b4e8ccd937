package io.aidc.benchmarks.security;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditLog;
import io.aidc.security.audit.LogSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many events a second become durable, and what do tree, tiles and signature cost beside the flush?
 *
 * <p>Eight threads wait for their own events, one or some hundreds at a time. The peer appends the same bytes, encoded
 * beforehand, to one file with one flush for all that waits. {@code entries} counts events a second. The disk decides: give
 * one with {@code -Djava.io.tmpdir}.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar AuditAppendBenchmark}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Threads(8)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@State(Scope.Benchmark)
public class AuditAppendBenchmark {
    private static final AuditEvent EVENT = AuditEvent.of(
                    "User::\"alice\"", "unseal", "models/fraud/2026-11-26", Outcome.ALLOWED)
            .detail("policy", "fraud-team-reads")
            .detail("digest", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");

    /** How many events a thread waits for at once. */
    @Param({"1", "64", "1024"})
    public int batch;

    private Path directory;
    private LogSigner signer;
    private AuditLog log;
    private BareGroupCommit bare;
    private List<AuditEvent> events;
    private List<byte[]> entries;

    /** Counts events. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counter {
        /** Events that became durable. */
        public long entries;
    }

    /**
     * Opens both logs, and checks that they hold the same entry.
     *
     * @throws IOException if a file fails
     */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("audit");
        signer = LogSigner.generate("example.com/benchmark");
        log = AuditLog.at(directory.resolve("log")).signer(signer).open();
        bare = new BareGroupCommit(directory.resolve("bare"));
        log.record(EVENT);
        byte[] entry = log.query().list().get(0).bytes();
        log.prove(0);
        events = Collections.nCopies(batch, EVENT);
        entries = Collections.nCopies(batch, entry);
    }

    /**
     * Closes and deletes both.
     *
     * @throws IOException if a file fails
     */
    @TearDown
    public void close() throws IOException {
        log.close();
        bare.close();
        signer.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(AuditAppendBenchmark::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Records in the Merkle log.
     *
     * @param counter of events
     * @return the index of the first
     */
    @Benchmark
    public long auditLog(Counter counter) {
        long first = log.recordAll(events);
        counter.entries += batch;
        return first;
    }

    /**
     * Appends to one file.
     *
     * @param counter of events
     */
    @Benchmark
    public void bareGroupCommit(Counter counter) {
        bare.append(entries);
        counter.entries += batch;
    }
}
