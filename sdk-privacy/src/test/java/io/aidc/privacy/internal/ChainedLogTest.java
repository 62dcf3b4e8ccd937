package io.aidc.privacy.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChainedLogTest {
    private static final String TITLE = "log 1";
    private static final int HEADER_BYTES = TITLE.length() + 1 + 2 * Anchor.BYTES;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("log");
    }

    @Test
    void append_synced_isFoundAgain() throws IOException {
        String head;
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            assertThat(log.append("one")).isEqualTo(1);
            assertThat(log.append("two words")).isEqualTo(2);
            log.sync(2);
            head = log.head();
        }
        assertThat(read()).containsExactly("one", "two words");
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            assertThat(log.head()).isEqualTo(head);
            assertThat(log.append("three")).isEqualTo(3);
            assertThat(log.head()).isNotEqualTo(head);
        }
        assertThat(read()).containsExactly("one", "two words", "three");
    }

    @Test
    void append_withoutSync_isInMemoryUntilASyncOfALaterOneOrTheEnd() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            log.append("one");
            assertThat(Files.size(file)).isEqualTo(HEADER_BYTES);
            log.sync(log.append("two"));
            assertThat(Files.readString(file)).contains("\n1 one ").contains("\n2 two ");
            log.append("three");
        }
        assertThat(read()).containsExactly("one", "two", "three");
    }

    @Test
    void append_muchWithoutSync_isWrittenBeforeItFillsMemory() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            for (int i = 0; i < 100; i++) {
                log.append("x".repeat(10_000));
            }
            assertThat(Files.size(file)).isGreaterThan(900_000);
        }
        assertThat(read()).hasSize(100);
    }

    @Test
    void append_tooLong_isRefusedAndNothingIsLost() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            log.append("one");
            assertThatThrownBy(() -> log.append("x".repeat(1 << 20)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a record has at most 1048448 characters, got 1048576");
            log.append("x".repeat((1 << 20) - 128));
        }
        assertThat(read()).hasSize(2);
    }

    @Test
    void afterClose_appendsFailAndWhatIsDurableStaysSo() throws IOException {
        ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {});
        log.append("one");
        log.close();
        log.close();
        log.sync(1);
        assertThat(log.head()).hasSize(64);
        assertThatThrownBy(() -> log.append("two"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("log is closed");
        assertThatThrownBy(() -> log.sync(2)).isInstanceOf(IllegalStateException.class);
    }

    /** While one thread writes, the others gather; one more write serves them all. */
    @Test
    void sync_manyWhileOneWrites_shareTheNextRound() throws Exception {
        var started = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        var rounds = new AtomicInteger();
        ChainedLog.open(file, TITLE, ignored -> {}).close();
        ExecutorService threads = Executors.newFixedThreadPool(9);
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {}, new RandomAccessFile(file.toFile(), "rw") {
            @Override
            public void write(byte[] bytes) throws IOException {
                if (bytes.length != Anchor.BYTES && rounds.incrementAndGet() == 1) {
                    started.countDown();
                    awaitQuietly(mayGoOn);
                }
                super.write(bytes);
            }
        })) {
            Future<?> first = threads.submit(() -> {
                log.sync(log.append("first"));
                return 0;
            });
            started.await();
            List<Future<?>> others = new ArrayList<>();
            var appended = new CountDownLatch(8);
            for (int i = 0; i < 8; i++) {
                others.add(threads.submit(() -> {
                    long record = log.append("other");
                    appended.countDown();
                    log.sync(record);
                    return 0;
                }));
            }
            appended.await();
            mayGoOn.countDown();
            first.get();
            for (Future<?> other : others) {
                other.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(rounds).hasValue(2);
        assertThat(read()).hasSize(9).startsWith("first");
    }

    @Test
    void sync_manyThreads_leaveAWholeChain() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            CompletableFuture.allOf(IntStream.range(0, 16)
                            .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                                try {
                                    for (int i = 0; i < 20; i++) {
                                        log.sync(log.append("t" + thread));
                                        log.append("lazy");
                                    }
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            }))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        assertThat(read()).hasSize(640);
    }

    /** The device takes so many bytes of a batch and no more; whatever it took, no acknowledged record is missing. */
    @Test
    void write_failing_failsEveryoneForEverAndKeepsWhatWasAcknowledged() throws Exception {
        ChainedLog.open(file, TITLE, ignored -> {}).close();
        byte[] empty = Files.readAllBytes(file);
        for (int taken = 0; taken < 400; taken += 7) {
            Files.write(file, empty);
            var budget = new AtomicInteger(500 + taken);
            int acknowledged = 0;
            try (ChainedLog log =
                    ChainedLog.open(file, TITLE, ignored -> {}, new RandomAccessFile(file.toFile(), "rw") {
                        @Override
                        public void write(byte[] bytes) throws IOException {
                            int room = budget.getAndAdd(-bytes.length);
                            write(bytes, 0, Math.max(0, Math.min(room, bytes.length)));
                            if (room < bytes.length) {
                                throw new IOException("device full");
                            }
                        }
                    })) {
                for (int i = 0; i < 10; i++) {
                    try {
                        log.sync(log.append("record"));
                        acknowledged++;
                    } catch (IOException e) {
                        assertThat(e).hasMessage("device full");
                        break;
                    }
                }
                assertThat(acknowledged).isLessThan(10);
                assertThatThrownBy(() -> log.append("more")).hasMessage("device full");
                assertThatThrownBy(() -> log.sync(Long.MAX_VALUE)).hasMessage("device full");
                assertThatThrownBy(log::head).hasMessage("device full");
            }
            assertThat(read().size()).isGreaterThanOrEqualTo(acknowledged);
        }
    }

    @Test
    void write_failing_wakesThoseThatWait() throws Exception {
        var started = new CountDownLatch(1);
        var mayFail = new CountDownLatch(1);
        ChainedLog.open(file, TITLE, ignored -> {}).close();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {}, new RandomAccessFile(file.toFile(), "rw") {
            @Override
            public void write(byte[] bytes) throws IOException {
                started.countDown();
                awaitQuietly(mayFail);
                throw new IOException("device gone");
            }
        })) {
            Future<?> writer = threads.submit(() -> {
                log.sync(log.append("one"));
                return 0;
            });
            started.await();
            long second = log.append("two");
            Future<?> waiter = threads.submit(() -> {
                log.sync(second);
                return 0;
            });
            mayFail.countDown();
            assertThatThrownBy(writer::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("device gone");
            assertThatThrownBy(waiter::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("device gone");
        } finally {
            threads.shutdownNow();
        }
        assertThat(read()).isEmpty();
    }

    /** An error that is no IOException, such as no memory left, closes the log for writing as well. */
    @Test
    void write_throwingAnError_failsTheLog() throws IOException {
        ChainedLog.open(file, TITLE, ignored -> {}).close();
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {}, new RandomAccessFile(file.toFile(), "rw") {
            @Override
            public void write(byte[] bytes) {
                throw new StackOverflowError();
            }
        })) {
            long record = log.append("one");
            assertThatThrownBy(() -> log.sync(record)).isInstanceOf(StackOverflowError.class);
            assertThatThrownBy(() -> log.sync(record))
                    .isInstanceOf(IOException.class)
                    .hasMessage("writing was ended by an error");
        }
    }

    /** A power cut during a batch of three after an acknowledged record: any prefix of it, or zeros instead. */
    @Test
    void open_batchCutAnywhere_keepsTheWholeRecords() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            log.sync(log.append("acknowledged"));
        }
        byte[] before = Files.readAllBytes(file);
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            for (int i = 0; i < 3; i++) {
                log.append("torn");
            }
        }
        byte[] after = Files.readAllBytes(file);
        System.arraycopy(before, 0, after, 0, HEADER_BYTES);
        for (int length = before.length; length < after.length; length++) {
            for (int size : new int[] {length, after.length}) {
                Files.write(file, Arrays.copyOf(Arrays.copyOf(after, length), size));
                List<String> bodies = new ArrayList<>();
                String unfinished;
                try (ChainedLog log = ChainedLog.open(file, TITLE, bodies::add)) {
                    unfinished = log.cutUnfinished();
                }
                String lost = new String(after, before.length, length - before.length, ISO_8859_1);
                long whole = lost.chars().filter(c -> c == '\n').count();
                assertThat(bodies).hasSize(1 + (int) whole).startsWith("acknowledged");
                String rest = lost.substring(lost.lastIndexOf('\n') + 1);
                assertThat(unfinished).isEqualTo(rest.length() < 2 ? "" : rest.substring(2));
                assertThat(read()).hasSize(1 + (int) whole);
            }
        }
    }

    @Test
    void open_endlessLine_isRefusedWithoutReadingItAll() throws IOException {
        ChainedLog.open(file, TITLE, ignored -> {}).close();
        byte[] header = Files.readAllBytes(file);
        byte[] endless = Arrays.copyOf(header, 3 << 20);
        Arrays.fill(endless, header.length, endless.length, (byte) 'x');
        Files.write(file, endless);
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        DamagedLogException.class, e -> assertThat(e.record()).isEqualTo(1))
                .hasMessage("a record without an end");
    }

    @Test
    void open_anotherTitle_isRefused() throws IOException {
        ChainedLog.open(file, TITLE, ignored -> {}).close();
        assertThatThrownBy(() -> ChainedLog.open(file, "log 2", ignored -> {}))
                .isInstanceOf(DamagedLogException.class)
                .hasMessage("not a log of this kind and version");
    }

    @Test
    void open_readerThatThrows_passesItOn() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, ignored -> {})) {
            log.append("one");
        }
        assertThatThrownBy(() -> ChainedLog.open(file, TITLE, body -> {
                    throw new IllegalStateException(body);
                }))
                .hasMessage("one");
    }

    @Test
    void lock_heldHere_isNotGivenTwice() throws IOException {
        try (LogLock lock = Objects.requireNonNull(LogLock.tryAcquire(file))) {
            assertThat(LogLock.tryAcquire(file)).isNull();
            assertThat(lock.logWasThere()).isFalse();
            lock.noteLog();
            lock.noteLog();
            assertThat(lock.logWasThere()).isTrue();
        }
        try (LogLock lock = LogLock.tryAcquire(file)) {
            assertThat(lock).isNotNull();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> read() throws IOException {
        List<String> bodies = new ArrayList<>();
        ChainedLog.open(file, TITLE, bodies::add).close();
        return bodies;
    }

    /** As through a hard link, whose lock file has another name. */
    @Test
    void sync_fileChangedBySomebodyElse_fails() throws IOException {
        try (ChainedLog log = ChainedLog.open(file, TITLE, body -> {})) {
            log.sync(log.append("one"));
            Files.writeString(file, "more\n", StandardOpenOption.APPEND);
            long second = log.append("two");
            assertThatThrownBy(() -> log.sync(second))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("changed by somebody else");
        }
    }

    /** As after a redeployment: the same class, loaded again. */
    @Test
    void tryAcquire_heldByTheSameClassLoadedAgain_isTurnedAway() throws Exception {
        URL classes = LogLock.class.getProtectionDomain().getCodeSource().getLocation();
        try (LogLock held = LogLock.tryAcquire(file);
                var again = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            assertThat(held).isNotNull();
            Object second = again.loadClass(LogLock.class.getName())
                    .getMethod("tryAcquire", Path.class)
                    .invoke(null, file);
            assertThat(second).isNull();
        }
    }

    /** A block in the middle of a batch that did not reach the device: what follows may have been told, so nothing is cut. */
    @Test
    void open_holeWithinABatch_isRefused() throws IOException {
        ChainedLog.open(file, TITLE, body -> {}).close();
        byte[] before = Files.readAllBytes(file);
        try (ChainedLog log = ChainedLog.open(file, TITLE, body -> {})) {
            log.append("one");
            log.append("two");
            log.sync(log.append("three"));
        }
        byte[] torn = Files.readAllBytes(file);
        System.arraycopy(before, 0, torn, 0, HEADER_BYTES);
        Arrays.fill(torn, before.length + 100, before.length + 130, (byte) 0);
        Files.write(file, torn);
        assertThatThrownBy(() -> ChainedLog.open(file, TITLE, body -> {})).isInstanceOf(DamagedLogException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(torn);
    }
}
