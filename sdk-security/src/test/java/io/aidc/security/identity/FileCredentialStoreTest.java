package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FileCredentialStoreTest extends CredentialStoreContract {
    @TempDir
    private Path directory;

    private Path file;
    private FileCredentialStore store;

    @BeforeEach
    void open() {
        file = directory.resolve("credentials");
        store = FileCredentialStore.open(file);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected CredentialStore store() {
        return store;
    }

    private void reopen() {
        store.close();
        store = FileCredentialStore.open(file);
    }

    private void put(String key, String value) {
        byte[] before = store.find(key).orElse(null);
        assertThat(store.replace(key, before, value.getBytes(UTF_8))).isTrue();
    }

    private String get(String key) {
        return store.find(key).map(value -> new String(value, UTF_8)).orElse("none");
    }

    @Test
    void open_again_hasWhatWasStored() {
        put("totp/a", "one");
        put("totp/b", "two");
        put("totp/a", "three");
        assertThat(store.replace("totp/b", "two".getBytes(UTF_8), null)).isTrue();
        reopen();
        assertThat(get("totp/a")).isEqualTo("three");
        assertThat(store.keys("")).containsExactly("totp/a");
    }

    @Test
    void open_twiceInOneProgram_isRefusedUntilClosed() {
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> FileCredentialStore.open(file))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.IN_USE));
        put("totp/a", "one");
        reopen();
        assertThat(get("totp/a")).isEqualTo("one");
    }

    @Test
    void open_throughALink_isTheSameFile() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThatExceptionOfType(CredentialException.class).isThrownBy(() -> FileCredentialStore.open(link));
    }

    @Test
    void open_lockedByAnotherProgram_isRefused() throws Exception {
        store.close();
        Path lock = directory.resolve(".credentials.lock");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lock.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('L');
            assertThatExceptionOfType(CredentialException.class)
                    .isThrownBy(() -> FileCredentialStore.open(file))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.IN_USE));
        } finally {
            other.destroy();
            other.waitFor(10, TimeUnit.SECONDS);
        }
        store = FileCredentialStore.open(file);
        assertThat(store.keys("")).isEmpty();
    }

    @Test
    void open_missingDirectory_isNamed() {
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> FileCredentialStore.open(directory.resolve("none/credentials")))
                .withMessageContaining("credentials");
    }

    @Test
    void open_rootDirectory_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FileCredentialStore.open(file.getRoot()));
    }

    @Test
    void open_fileOfSomethingElse_isRefusedAndKept() throws IOException {
        store.close();
        Files.writeString(file, "something else");
        assertDamaged();
        assertThat(file).hasContent("something else");
        Files.write(file, CredentialJournal.header());
    }

    @Test
    void open_oversizedFile_isRefusedUnread() throws IOException {
        store.close();
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength((1L << 30) + 1);
        }
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> FileCredentialStore.open(file))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OVER_LIMIT));
        Files.write(file, CredentialJournal.header());
    }

    @Test
    void open_cutAnywhereInTheLastEntry_undoesThatAlone() throws IOException {
        put("totp/a", "one");
        long whole = Files.size(file);
        put("totp/a", "two");
        store.close();
        byte[] bytes = Files.readAllBytes(file);
        for (int length = (int) whole; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            store = FileCredentialStore.open(file);
            assertThat(get("totp/a")).isEqualTo("one");
            put("totp/b", "after");
            reopen();
            assertThat(get("totp/b")).isEqualTo("after");
            store.close();
        }
    }

    @Test
    void open_lastEntryOfZeros_undoesThatAlone() throws IOException {
        put("totp/a", "one");
        store.close();
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 100));
        store = FileCredentialStore.open(file);
        assertThat(get("totp/a")).isEqualTo("one");
    }

    @Test
    void open_bitFlippedBeforeTheLastEntry_isRefused() throws IOException {
        put("totp/a", "one");
        put("totp/b", "two");
        long last = Files.size(file);
        put("totp/c", "three");
        store.close();
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < last; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x40;
            Files.write(file, changed);
            assertDamaged();
        }
        Files.write(file, bytes);
    }

    @Test
    void open_longRubbishAtTheEnd_isRefused() throws IOException {
        store.close();
        Files.write(file, Arrays.copyOf(CredentialJournal.header(), 200_000));
        assertDamaged();
        Files.write(file, CredentialJournal.header());
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 20), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    @Timeout(20)
    void open_rubbish_isRefusedOrCut(long seed) throws IOException {
        store.close();
        Random random = new Random(seed);
        byte[] rubbish = new byte[random.nextInt(70_000)];
        random.nextBytes(rubbish);
        byte[] header = CredentialJournal.header();
        if (random.nextBoolean()) {
            System.arraycopy(header, 0, rubbish, 0, Math.min(header.length, rubbish.length));
        }
        Files.write(file, rubbish);
        try {
            store = FileCredentialStore.open(file);
            assertThat(store.keys("")).isEmpty();
        } catch (CredentialException e) {
            assertThat(e.reason()).isEqualTo(Reason.DAMAGED);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void replace_anyChanges_areThereAfterReopening(long seed) {
        Random random = new Random(seed);
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            String key = "k/" + random.nextInt(8);
            if (random.nextInt(4) == 0) {
                store.replace(key, store.find(key).orElse(null), null);
                expected.remove(key);
            } else {
                put(key, "v" + i);
                expected.put(key, "v" + i);
            }
            if (random.nextInt(20) == 0) {
                reopen();
            }
        }
        reopen();
        Map<String, String> found = new HashMap<>();
        store.keys("").forEach(key -> found.put(key, get(key)));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void replace_manyTimes_doesNotGrowWithoutEnd() throws IOException {
        String value = "x".repeat(60_000);
        for (int i = 0; i < 60; i++) {
            put("totp/a", value + i);
        }
        put("totp/b", "two");
        assertThat(Files.size(file)).isLessThan(1_200_000);
        reopen();
        assertThat(get("totp/a")).isEqualTo(value + 59);
        assertThat(get("totp/b")).isEqualTo("two");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("credentials", ".credentials.lock");
    }

    @Test
    void replace_manyTimesBelowASmallLimit_neverGrowsAboveIt() throws IOException {
        store.close();
        store = FileCredentialStore.open(file, 500_000);
        String value = "x".repeat(50_000);
        for (int i = 0; i < 3; i++) {
            put("totp/" + i, value);
        }
        for (int i = 0; i < 40; i++) {
            put("totp/a", value + i);
            assertThat(Files.size(file)).isLessThanOrEqualTo(500_000);
        }
        assertThat(get("totp/a")).isEqualTo(value + 39);
    }

    @Test
    void replace_storeFull_isRefusedUntilSomethingIsRemoved() {
        store.close();
        store = FileCredentialStore.open(file, 500_000);
        byte[] value = new byte[50_000];
        for (int i = 0; i < 8; i++) {
            assertThat(store.replace("k" + i, null, value)).isTrue();
        }
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> store.replace("k8", null, value))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OVER_LIMIT));
        assertThat(store.find("k8")).isEmpty();
        assertThat(store.replace("k0", value, null)).isTrue();
        assertThat(store.replace("k8", null, value)).isTrue();
        store.close();
        store = FileCredentialStore.open(file, 500_000);
        assertThat(store.keys("")).hasSize(8);
    }

    @Test
    void replace_interruptedThread_writesAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            put("totp/a", "one");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        put("totp/a", "two");
        reopen();
        assertThat(get("totp/a")).isEqualTo("two");
    }

    @Test
    void replace_interruptedThread_compactsAndStaysInterrupted() throws IOException {
        String value = "x".repeat(60_000);
        for (int i = 0; i < 18; i++) {
            put("totp/a", value + i);
        }
        Thread.currentThread().interrupt();
        try {
            put("totp/a", "one");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Files.size(file)).isLessThan(100_000);
        put("totp/b", "two");
        reopen();
        assertThat(get("totp/a")).isEqualTo("one");
        assertThat(get("totp/b")).isEqualTo("two");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("credentials", ".credentials.lock");
    }

    @Test
    void replace_directoryGoneWhenCompacting_failsUntilReopened() throws IOException {
        String value = "x".repeat(60_000);
        for (int i = 0; i < 18; i++) {
            put("totp/a", value + i);
        }
        Path moved = Files.move(directory.resolve("credentials"), directory.resolve("moved"));
        Files.createDirectory(file);
        Files.writeString(file.resolve("in the way"), "");
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> put("totp/a", "lost"));
        assertThatIllegalStateException()
                .isThrownBy(() -> put("totp/a", "lost"))
                .withMessageContaining("open it again");
        assertThat(get("totp/a")).isEqualTo(value + 17);
        Files.delete(file.resolve("in the way"));
        Files.delete(file);
        Files.move(moved, file);
        reopen();
        assertThat(get("totp/a")).isEqualTo(value + 17);
    }

    @Test
    void replace_keyOrValueOutOfRange_isRefused() {
        byte[] value = {1};
        assertThatIllegalArgumentException().isThrownBy(() -> store.replace("", null, value));
        assertThatIllegalArgumentException().isThrownBy(() -> store.replace("k".repeat(1025), null, value));
        assertThatIllegalArgumentException().isThrownBy(() -> store.replace("k", null, new byte[64 * 1024 + 1]));
    }

    @Test
    void methods_afterClose_fail() {
        store.close();
        store.close();
        assertThatIllegalStateException().isThrownBy(() -> store.find("k"));
        assertThatIllegalStateException().isThrownBy(() -> store.keys(""));
        assertThatIllegalStateException().isThrownBy(() -> store.replace("k", null, null));
        assertThat(store).hasToString("FileCredentialStore[%s]".formatted(file));
    }

    @Test
    void file_belongsToItsOwner() throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private void assertDamaged() {
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> FileCredentialStore.open(file))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED));
    }
}
