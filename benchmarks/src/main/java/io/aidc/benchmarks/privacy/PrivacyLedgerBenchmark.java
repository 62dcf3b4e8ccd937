package io.aidc.benchmarks.privacy;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.PrivacyLedger;
import io.aidc.privacy.Reservation;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many durable charges a second does a ledger take, and how much of the device is that?
 *
 * <p>One operation reserves, which is on the device before it returns, and commits. The peer does no accounting: it
 * appends as many bytes with a {@link FileChannel} and forces them, under a lock where there are several threads. The
 * folder is that of {@code java.io.tmpdir}, or {@code -Dledger.folder}; it has to be a real device.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar PrivacyLedgerBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class PrivacyLedgerBenchmark {
    private static final PrivacyEvent EVENT = new PrivacyEvent.Gaussian(5000);

    private Path folder;
    private PrivacyLedger ledger;
    private PrivacyBudget budget;
    private FileChannel bare;
    private byte[] pair;

    /** Opens both files and checks that a pair is found again in a ledger. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory(
                Path.of(System.getProperty("ledger.folder", System.getProperty("java.io.tmpdir"))), "ledger");
        Path file = folder.resolve("ledger");
        long before;
        try (PrivacyLedger first = ledger(file)) {
            before = Files.size(file);
            reserveAndCommit(first.scope("wards"));
        }
        pair = new byte[Math.toIntExact(Files.size(file) - before)];
        ledger = ledger(file);
        budget = ledger.scope("wards");
        if (!budget.charged().equals(EVENT)) {
            throw new AssertionError("the ledger lost " + EVENT);
        }
        bare = FileChannel.open(folder.resolve("bare"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Closes and deletes. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        ledger.close();
        bare.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Benchmark
    @Threads(1)
    public void ledgerOneThread() {
        reserveAndCommit(budget);
    }

    @Benchmark
    @Threads(8)
    public void ledgerEightThreads() {
        reserveAndCommit(budget);
    }

    @Benchmark
    @Threads(1)
    public void bareFileOneThread() {
        appendAndForce();
    }

    @Benchmark
    @Threads(8)
    public void bareFileEightThreads() {
        appendAndForce();
    }

    private static PrivacyLedger ledger(Path file) {
        return PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1e6).delta(1e-6))
                .open();
    }

    private static void reserveAndCommit(PrivacyBudget from) {
        if (!(from.reserve(EVENT) instanceof Reservation.Held held)) {
            throw new AssertionError("the budget is gone");
        }
        held.commit();
    }

    private synchronized void appendAndForce() {
        try {
            bare.write(ByteBuffer.wrap(pair));
            bare.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
