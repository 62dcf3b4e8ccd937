package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FaultyDisk;
import io.aidc.storage.internal.file.FlushFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalMetadataLogTest extends MetadataLogContract {
    private final FaultyDisk disk = new FaultyDisk();
    private final List<FlushFailedException> flushFailures = new ArrayList<>();
    private int lastFrame;
    private int entriesPerSegment = 1_000;

    @Override
    protected MetadataLog open() throws IOException {
        return open(new DurableFiles(disk, flushFailures::add), null);
    }

    private MetadataLog open(DurableFiles files, @Nullable CommandArchive archive) throws IOException {
        return LocalMetadataLog.open(new LocalLogOptions(
                "a", directory, files, Duration.ofSeconds(5), Clock.systemUTC(), archive, entriesPerSegment));
    }

    @Test
    void open_everyTornTail_keepsWhatWasBeforeIt() throws IOException {
        submit(transaction().put("a", "1"));
        long before = Files.size(file());
        submit(transaction().put("b", "2"));
        log.close();
        byte[] whole = Files.readAllBytes(file());

        for (long size = before; size < whole.length; size++) {
            Files.write(file(), java.util.Arrays.copyOf(whole, (int) size));
            log = open();
            assertThat(values("a", "b")).containsExactly("1");
            submit(transaction().put("c", "3"));
            log.close();
            log = open();
            assertThat(values("a", "b", "c")).containsExactly("1", "3");
            log.close();
        }
    }

    @Test
    void open_zerosAfterTheEnd_areDropped() throws IOException {
        submit(transaction().put("a", "1"));
        log.close();
        Files.write(file(), new byte[5_000], StandardOpenOption.APPEND);

        log = open();

        assertThat(values("a")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 9, 12, 5_000})
    void open_lastFrameOfWhichOnlyTheBeginningWasWritten_isDropped(int written) throws IOException {
        byte[] bytes = logWithLargeLastFrame();
        Arrays.fill(bytes, lastFrame + written, bytes.length, (byte) 0);

        assertLastFrameIsDropped(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 12, 4_000, 19_000})
    void open_lastFrameOfWhichOnlyTheEndWasWritten_isDropped(int lost) throws IOException {
        byte[] bytes = logWithLargeLastFrame();
        Arrays.fill(bytes, lastFrame, lastFrame + lost, (byte) 0);

        assertLastFrameIsDropped(bytes);
    }

    private byte[] logWithLargeLastFrame() throws IOException {
        submit(transaction().put("a", "1"));
        lastFrame = (int) Files.size(file());
        byte[] value = new byte[20_000];
        new Random(1).nextBytes(value);
        submit(transaction().put("b", value));
        log.close();
        return Files.readAllBytes(file());
    }

    private void assertLastFrameIsDropped(byte[] bytes) throws IOException {
        Files.write(file(), bytes);

        log = open();

        assertThat(values("a", "b")).containsExactly("1");
        assertThat(Files.size(file())).isEqualTo(lastFrame);
    }

    @Test
    void open_damageBeforeMoreThanOneFrameCanHold_isRefused() throws IOException {
        submit(transaction().put("a", "1"));
        log.close();
        byte[] bytes = Arrays.copyOf(Files.readAllBytes(file()), 2 << 20);
        bytes[9] ^= 1;
        Files.write(file(), bytes);

        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining("byte 8");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void open_flippedBitBeforeTheLastFrame_isRefused(long seed) throws IOException {
        var random = new Random(seed);
        submit(transaction().put("a", "1"));
        submit(transaction().put("b", "2"));
        long lastFrame = Files.size(file());
        submit(transaction().put("c", "3"));
        log.close();
        byte[] bytes = Files.readAllBytes(file());
        bytes[random.nextInt((int) lastFrame)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file(), bytes);

        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining(file().toString());
        assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @Test
    void submit_failedFlush_failsThisAndEveryLaterWrite() throws IOException {
        submit(transaction().put("a", "1"));
        disk.failingAtNext(FaultyDisk.Step.FORCE);

        assertThat(log.submit(transaction().put("b", "2")))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(FlushFailedException.class);
        assertThat(log.submit(transaction().put("c", "3")))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(FlushFailedException.class);
        assertThat(values("a", "b", "c")).containsExactly("1");
        assertThat(flushFailures).hasSize(1);
    }

    @Test
    void open_failureAtAnyStepOfCreation_canBeOpenedAgain() throws IOException {
        log.close();
        for (int step = 0; step < 5; step++) {
            Files.deleteIfExists(file());
            disk.failingAt(step);
            try {
                open().close();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            disk.failingAt(Long.MAX_VALUE);
            log = open();
            submit(transaction().put("k", "v"));
            log.close();
        }
    }

    @Test
    void rotation_keepsTwoSnapshotsAndWhatFollowsTheOlder() throws IOException {
        reopenWithSegmentsOf(3);
        for (int i = 0; i < 20; i++) {
            submit(transaction().put("k" + i, "v" + i));
        }
        log.close();

        assertThat(names()).containsExactly("log-15", "log-18", "snapshot-15", "snapshot-18");
        log = open();
        assertThat(log.scan(Range.of("k", 100))).hasSize(20);
        assertThat(log.revisionSeen()).isEqualTo(20);
        assertThat(log.standing().commitIndex()).isEqualTo(19);
    }

    @Test
    void open_damagedLatestSnapshot_goesOnFromTheOlder() throws IOException {
        reopenWithSegmentsOf(3);
        for (int i = 0; i < 20; i++) {
            submit(transaction().put("k" + i, "v" + i));
        }
        log.close();
        flipOneBitOf("snapshot-00000000000000000018");

        log = open();

        assertThat(log.scan(Range.of("k", 100))).hasSize(20);
        submit(transaction().put("more", "1"));
        assertThat(log.revisionSeen()).isEqualTo(21);
    }

    @Test
    void open_bothSnapshotsDamaged_isRefused() throws IOException {
        reopenWithSegmentsOf(3);
        for (int i = 0; i < 20; i++) {
            submit(transaction().put("k" + i, "v" + i));
        }
        log.close();
        flipOneBitOf("snapshot-00000000000000000018");
        flipOneBitOf("snapshot-00000000000000000015");

        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining("missing");
    }

    @Test
    void open_failureAtAnyStepOfRotation_losesNothing() throws IOException {
        reopenWithSegmentsOf(4);
        int written = 0;
        for (int step = 0; step < 12; step++) {
            disk.failingAt(step);
            try {
                for (int i = 0; i < 4; i++) {
                    if (log.submit(transaction().put("k" + written, "v")).join() instanceof Outcome.Applied) {
                        written++;
                    }
                }
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e).hasStackTraceContaining("injected");
            }
            disk.failingAt(Long.MAX_VALUE);
            log.close();
            log = open();
            assertThat(log.scan(Range.of("k", 100))).hasSizeBetween(written, written + 1);
            written = log.scan(Range.of("k", 100)).size();
        }
        assertThat(names()).anyMatch(name -> name.startsWith("snapshot-"));
    }

    @Test
    void rotation_failureAtAnyStep_losesNothingThatIsWrittenAfterIt() throws IOException {
        int failed = 0;
        for (int step = 4; step < 14; step++) {
            log.close();
            deleteAll();
            reopenWithSegmentsOf(4);
            disk.failingAt(step);
            for (int i = 0; i < 4; i++) {
                submit(transaction().put("k" + i, "v"));
            }
            disk.failingAt(Long.MAX_VALUE);
            int written = 4;
            try {
                for (; written < 7; written++) {
                    log.submit(transaction().put("k" + written, "v")).join();
                }
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e).hasCauseInstanceOf(FlushFailedException.class);
                failed++;
            }
            log.close();
            log = open();
            assertThat(log.scan(Range.of("k", 100))).as("step %d", step).hasSize(written);
        }
        assertThat(failed).isBetween(1, 9);
    }

    private void deleteAll() throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void open_damagedLog_leavesTheArchiveAsItIs() throws IOException {
        Path archived = directory.resolve("archive");
        reopenWithSegmentsOf(3, archived);
        for (int i = 0; i < 8; i++) {
            submit(transaction().put("k" + i, "v"));
        }
        log.close();
        byte[] whole = Files.readAllBytes(onlySegment(archived));
        flipOneBitOf("log-00000000000000000006");
        Path snapshot = directory.resolve("snapshot-00000000000000000006");

        assertThatThrownBy(() -> reopenWithSegmentsOf(3, archived)).isInstanceOf(DamagedLogException.class);
        assertThat(Files.readAllBytes(onlySegment(archived))).isEqualTo(whole);
        Files.delete(snapshot);
        Files.delete(directory.resolve("snapshot-00000000000000000003"));
        assertThatThrownBy(() -> reopenWithSegmentsOf(3, archived)).isInstanceOf(DamagedLogException.class);
        assertThat(Files.readAllBytes(onlySegment(archived))).isEqualTo(whole);
    }

    @Test
    void reopen_whereverTheLatestSnapshotIs_archivesEachEntryOnce() throws IOException {
        Path archived = directory.resolve("archive");
        reopenWithSegmentsOf(3, archived);
        for (int i = 0; i < 10; i++) {
            submit(transaction().put("k" + i, "v"));
            log.submit(new Command.Barrier()).join();
            log.close();
            log = open(new DurableFiles(disk, flushFailures::add), archive(archived));
        }
        MetadataState state = log.state();

        MetadataState built = PointInTime.at(
                List.of(), java.util.Objects.requireNonNull(log.archive()).cut(), Long.MAX_VALUE);

        assertThat(built.lastIndex()).isEqualTo(state.lastIndex()).isEqualTo(18);
        assertThat(built.scan(Range.of("k", 100))).isEqualTo(state.scan(Range.of("k", 100)));
    }

    private static Path onlySegment(Path archive) throws IOException {
        try (var files = Files.list(archive)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private CommandArchive archive(Path archived) throws IOException {
        return new CommandArchive(archived, new DurableFiles(disk, flushFailures::add));
    }

    private void reopenWithSegmentsOf(int entries, Path archived) throws IOException {
        log.close();
        entriesPerSegment = entries;
        log = open(new DurableFiles(disk, flushFailures::add), archive(archived));
    }

    private void reopenWithSegmentsOf(int entries) throws IOException {
        log.close();
        entriesPerSegment = entries;
        log = open();
    }

    private void flipOneBitOf(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(directory.resolve(name), bytes);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString().replaceAll("-0+(?=\\d)", "-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void open_anotherFile_isRefused() throws IOException {
        log.close();
        Files.writeString(file(), "something else");

        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining("AIDCLOG2");
    }

    private Path file() {
        return directory.resolve("log-00000000000000000000");
    }
}
