package io.aidc.security.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.AuditLogException;
import io.aidc.security.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of 15 entries that transparency-dev/tessera wrote. */
class TesseraConformanceTest {
    private static final String WORDS =
            "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten";

    @TempDir
    private Path directory;

    private Path published;

    @BeforeEach
    void find() {
        published = Vectors.folder("tessera").resolve("log");
    }

    @Test
    void append_theWords_writesTheSameBytes() throws Exception {
        int files = 0;
        try (AuditLog log = TestLogs.open(directory)) {
            assertSame("checkpoint", "checkpoint.0");
            int size = 0;
            for (String word : WORDS.split(" ", -1)) {
                assertThat(log.append(word.getBytes(US_ASCII))).isEqualTo(size++);
                assertSame("checkpoint", "checkpoint." + size);
                files++;
            }
        }
        for (String tree : List.of("tile/0", "tile/entries")) {
            assertThat(files(directory.resolve(tree))).isEqualTo(files(published.resolve(tree)));
            for (String file : files(published.resolve(tree))) {
                assertSame(tree + "/" + file, tree + "/" + file);
                files++;
            }
        }
        assertSame("checkpoint", "checkpoint");
        Vectors.report("tessera/log", files + 1);
        assertThat(files + 1).isEqualTo(46);
    }

    @Test
    void check_thePublishedLog_passesAndContinuesEachCheckpoint() throws Exception {
        for (int size = 0; size <= 15; size++) {
            Checkpoint earlier = TestLogs.VERIFIER.verify(Files.readAllBytes(published.resolve("checkpoint." + size)));
            Checkpoint checked = AuditCheck.of(published, TestLogs.VERIFIER)
                    .remembered(earlier)
                    .run();
            assertThat(checked.size()).isEqualTo(15);
        }
    }

    @Test
    void check_anyFlippedBit_isDetected() throws Exception {
        Path copy = directory.resolve("copy");
        TestLogs.copy(published, copy);
        List<String> files = Stream.concat(
                        Stream.of("checkpoint"),
                        files(copy.resolve("tile")).stream().map(file -> "tile/" + file))
                .toList();
        assertThat(files).hasSize(31);
        int flips = 0;
        for (String name : files) {
            Path file = copy.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            for (int bit = 0; bit < 8 * bytes.length; bit += 9) { // one in each byte, or nearly, and all eight in turn
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(file, bytes);
                assertThatExceptionOfType(AuditLogException.class)
                        .as("%s bit %d", name, bit)
                        .isThrownBy(() -> AuditCheck.of(copy, TestLogs.VERIFIER)
                                .threads(1)
                                .run());
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                flips++;
            }
            Files.write(file, bytes);
        }
        Vectors.report("tessera/log, flipped bits", flips);
        AuditCheck.of(copy, TestLogs.VERIFIER).run();
    }

    @Test
    void open_truncatedOrForked_isRefused() throws Exception {
        Checkpoint last = Checkpoint.parse(Files.readAllBytes(published.resolve("checkpoint")));
        for (int size = 0; size < 15; size++) {
            Path cut = directory.resolve("cut" + size);
            TestLogs.copy(published, cut);
            Files.copy(
                    published.resolve("checkpoint." + size),
                    cut.resolve("checkpoint"),
                    StandardCopyOption.REPLACE_EXISTING);
            long atSize = size;
            assertThatExceptionOfType(AuditLogException.class)
                    .isThrownBy(() -> AuditLog.at(cut)
                            .signer(TestLogs.SIGNER)
                            .remembered(last)
                            .open())
                    .satisfies(e -> assertThat(e.firstBadIndex()).isEqualTo(atSize));
        }
        Path fork = directory.resolve("fork");
        try (AuditLog log = TestLogs.open(fork)) {
            for (int i = 0; i < 20; i++) {
                log.append(new byte[] {(byte) i});
            }
        }
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditLog.at(fork)
                        .signer(TestLogs.SIGNER)
                        .remembered(last)
                        .open())
                .withMessageContaining("not shown to continue");
    }

    private void assertSame(String ours, String theirs) throws IOException {
        assertThat(directory.resolve(ours)).as(theirs).hasSameBinaryContentAs(published.resolve(theirs));
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }
}
