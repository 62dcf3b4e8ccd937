package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.KeyRingException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyRingTest {
    private static final String PASSPHRASE = "correct horse";
    private static final byte[] CONTEXT = {1, 2, 3};
    private static final byte[] DATA_KEY = new byte[32];

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("keys.ring");
    }

    @Test
    void open_afterCreate_hasTheSameKeys() {
        WrappedKey wrapped;
        String id;
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            wrapped = ring.wrap(DATA_KEY, CONTEXT);
            id = ring.id();
            assertThat(ring.versions()).containsExactly(new KeyVersion(1, KeyState.ENABLED, TestRings.NOW, 0, 0));
        }
        try (KeyRing ring = open()) {
            assertThat(ring.id()).isEqualTo(id);
            assertThat(ring.primary()).isEqualTo(1);
            assertThat(ring.versions()).containsExactly(new KeyVersion(1, KeyState.ENABLED, TestRings.NOW, 0, 0));
            assertThat(ring.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
        }
    }

    @Test
    void create_defaultCost_isBoundedAndOpens() throws IOException {
        KeyRing.create(file, PASSPHRASE.toCharArray()).close();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        assertThat(bytes.getInt(10)).isEqualTo(64 * 1024);
        assertThat(bytes.getInt(14)).isEqualTo(3);
        assertThat(bytes.getInt(18)).isEqualTo(1);
        open().close();
    }

    @Test
    void create_existingFile_isRefusedAndKept() throws IOException {
        Files.writeString(file, "mine");
        assertReason(KeyRingException.Reason.EXISTS, () -> TestRings.create(file, PASSPHRASE));
        assertThat(file).hasContent("mine");
    }

    @Test
    void open_wrongPassphraseAndChangedByte_lookAlike() throws IOException {
        TestRings.create(file, PASSPHRASE).close();
        Throwable wrong = failure(() -> KeyRing.open(file, "wrong".toCharArray()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        Throwable changed = failure(this::open);
        assertThat(changed).hasMessage(wrong.getMessage());
        assertThat(wrong.getCause()).isNull();
    }

    @Test
    void open_anyByteFlippedOrCut_isRefused() throws IOException {
        TestRings.create(file, PASSPHRASE).close();
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(file, bad);
            assertThat(failure(this::open)).as("byte %d", i).isInstanceOf(KeyRingException.class);
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThat(failure(this::open)).as("length %d", length).isInstanceOf(KeyRingException.class);
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        assertReason(KeyRingException.Reason.NOT_OPENED, this::open);
    }

    @Test
    void open_hostileCost_isRefusedBeforeAnyWork() throws IOException {
        TestRings.create(file, PASSPHRASE).close();
        byte[] good = Files.readAllBytes(file);
        int[][] hostile = {
            {Integer.MAX_VALUE, 1, 1},
            {-1, 1, 1},
            {256 * 1024 + 1, 1, 1},
            {0, 1, 1},
            {64, 11, 1},
            {64, 0, 1},
            {64, Integer.MAX_VALUE, 1},
            {64, 1, 5},
            {64, 1, 0},
            {31, 1, 4}
        };
        for (int[] cost : hostile) {
            ByteBuffer bytes = ByteBuffer.wrap(good.clone());
            bytes.putInt(10, cost[0]).putInt(14, cost[1]).putInt(18, cost[2]);
            Files.write(file, bytes.array());
            assertReason(KeyRingException.Reason.OVER_LIMIT, this::open);
        }
    }

    @Test
    void open_otherFiles_areNamed() throws IOException {
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(this::open)
                .withCauseInstanceOf(NoSuchFileException.class)
                .withMessageContaining(file.toString());
        Files.write(file, new byte[500]);
        assertReason(KeyRingException.Reason.NOT_A_KEY_RING, this::open);
        Files.write(file, new byte[(1 << 20) + 1]);
        assertReason(KeyRingException.Reason.OVER_LIMIT, this::open);
    }

    @Test
    void rotate_makesANewPrimaryAndKeepsTheOld() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            WrappedKey old = ring.wrap(DATA_KEY, CONTEXT);
            assertThat(ring.rotate()).isEqualTo(2);
            WrappedKey young = ring.wrap(DATA_KEY, CONTEXT);
            assertThat(young.version()).isEqualTo(2);
            assertThat(ring.unwrap(old, CONTEXT)).isEqualTo(DATA_KEY);
            assertThat(ring.unwrap(young, CONTEXT)).isEqualTo(DATA_KEY);
            try (KeyRing again = open()) {
                assertThat(again.primary()).isEqualTo(2);
                assertThat(again.unwrap(old, CONTEXT)).isEqualTo(DATA_KEY);
                assertThat(again.unwrap(young, CONTEXT)).isEqualTo(DATA_KEY);
            }
        }
    }

    @Test
    void disable_thenEnable_closesAndOpens() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            WrappedKey old = ring.wrap(DATA_KEY, CONTEXT);
            ring.rotate();
            ring.disable(1);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> ring.unwrap(old, CONTEXT));
            assertThat(states(ring)).containsExactly(KeyState.DISABLED, KeyState.ENABLED);
            ring.enable(1);
            ring.enable(2);
            assertThat(ring.unwrap(old, CONTEXT)).isEqualTo(DATA_KEY);
        }
    }

    @Test
    void destroy_removesTheKeyFromTheFile() {
        WrappedKey old;
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            old = ring.wrap(DATA_KEY, CONTEXT);
            ring.rotate();
            ring.destroy(1);
            ring.destroy(1);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> ring.unwrap(old, CONTEXT));
            assertThatIllegalStateException().isThrownBy(() -> ring.enable(1)).withMessageContaining("destroyed");
            assertThatIllegalStateException().isThrownBy(() -> ring.disable(1));
        }
        RingContent content = RingFile.open(
                        file,
                        RingProtection.withPassphrase(PASSPHRASE.toCharArray(), PassphraseCost.LIMIT),
                        RingFile.LOCK_WAIT)
                .content();
        assertThat(content.key(1).bytes()).isEqualTo(new byte[32]);
        assertThat(content.key(2).bytes()).isNotEqualTo(new byte[32]);
        try (KeyRing ring = open()) {
            assertThat(states(ring)).containsExactly(KeyState.DESTROYED, KeyState.ENABLED);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> ring.unwrap(old, CONTEXT));
        }
    }

    @Test
    void changes_ofThePrimaryOrAnUnknownVersion_areRefused() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            assertThatIllegalStateException().isThrownBy(() -> ring.disable(1)).withMessageContaining("rotate");
            assertThatIllegalStateException().isThrownBy(() -> ring.destroy(1)).withMessageContaining("rotate");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ring.destroy(2))
                    .withMessageContaining("got 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ring.enable(0))
                    .withMessageContaining("got 0");
        }
    }

    @Test
    void changes_byTwoObjects_areAllKept() {
        try (KeyRing first = TestRings.create(file, PASSPHRASE);
                KeyRing second = open()) {
            first.rotate();
            WrappedKey wrapped = first.wrap(DATA_KEY, CONTEXT);
            assertThat(second.primary()).isEqualTo(1);
            assertThat(second.unwrap(wrapped, CONTEXT))
                    .as("looked for when needed")
                    .isEqualTo(DATA_KEY);
            assertThat(second.rotate()).isEqualTo(3);
            first.refresh();
            assertThat(first.primary()).isEqualTo(3);
            first.disable(2);
            assertThat(second.unwrap(wrapped, CONTEXT)).as("not seen yet").isEqualTo(DATA_KEY);
            second.refresh();
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> second.unwrap(wrapped, CONTEXT));
            first.enable(2);
            second.destroy(1);
            assertThat(states(second)).containsExactly(KeyState.DESTROYED, KeyState.ENABLED, KeyState.ENABLED);
        }
    }

    @Test
    void change_olderOrOtherFileInItsPlace_isRefusedAndLosesNothing() throws IOException {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            byte[] older = Files.readAllBytes(file);
            ring.rotate();
            Files.write(file, older);
            assertReason(KeyRingException.Reason.CHANGED_ON_DISK, ring::rotate);
            assertThat(file).hasBinaryContent(older);
            assertThat(ring.primary()).isEqualTo(2);
            Files.delete(file);
            TestRings.create(file, PASSPHRASE).close();
            assertReason(KeyRingException.Reason.CHANGED_ON_DISK, ring::rotate);
        }
    }

    /** Who sealed under a version that somebody else destroyed would lose what he sealed. */
    @Test
    void wrap_versionRotatedAndDestroyedByAnother_usesTheNewOne() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE);
                KeyRing other = open()) {
            ring.wrap(DATA_KEY, CONTEXT);
            other.rotate();
            other.destroy(1);
            WrappedKey wrapped = ring.wrap(DATA_KEY, CONTEXT);
            assertThat(wrapped.version()).isEqualTo(2);
            assertThat(other.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
        }
    }

    @Test
    void wrap_fileGoneOrReplaced_goesOnWithWhatIsKnown() throws IOException {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            Files.delete(file);
            assertThat(ring.wrap(DATA_KEY, CONTEXT).version()).isEqualTo(1);
            TestRings.create(file, PASSPHRASE).close();
            WrappedKey wrapped = ring.wrap(DATA_KEY, CONTEXT);
            assertThat(ring.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
        }
    }

    @Test
    void derive_versionThatAnotherMade_isLookedFor() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE);
                KeyRing other = open()) {
            other.rotate();
            assertThat(InsecureDataKeys.derive(ring, 2, "pseudonyms", 32))
                    .isEqualTo(InsecureDataKeys.derive(other, 2, "pseudonyms", 32));
        }
    }

    @Test
    void enable_primaryThatAnotherReplacedAndDisabled_enablesIt() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE);
                KeyRing other = open()) {
            other.rotate();
            other.disable(1);
            ring.enable(1);
            assertThat(states(ring)).containsExactly(KeyState.ENABLED, KeyState.ENABLED);
        }
    }

    /** A link is how orchestrators mount files; replacing it would leave the destroyed key in the file behind it. */
    @Test
    void destroy_throughASymbolicLink_changesTheFileItself() throws IOException {
        TestRings.create(file, PASSPHRASE).close();
        Path mounted = Files.createDirectory(directory.resolve("mounted"));
        Path link = Files.createSymbolicLink(mounted.resolve("link"), file);
        try (KeyRing ring = KeyRing.open(link, PASSPHRASE.toCharArray())) {
            ring.rotate();
            ring.destroy(1);
        }
        assertThat(link).isSymbolicLink();
        try (KeyRing ring = open()) {
            assertThat(states(ring)).containsExactly(KeyState.DESTROYED, KeyState.ENABLED);
        }
    }

    /** An older file that others then changed more often than this object did. */
    @Test
    void change_fileThatBranchedOff_isRefused() throws IOException {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            byte[] older = Files.readAllBytes(file);
            ring.rotate();
            Files.write(file, older);
            try (KeyRing other = open()) {
                other.rotate();
                other.rotate();
            }
            assertReason(KeyRingException.Reason.CHANGED_ON_DISK, ring::rotate);
            assertThat(ring.primary()).isEqualTo(2);
        }
    }

    @Test
    void change_destroyedVersionPutBack_isRefused() throws IOException {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            ring.rotate();
            byte[] older = Files.readAllBytes(file);
            ring.destroy(1);
            Files.write(file, older);
            try (KeyRing other = open()) {
                other.openOnlyFrom(1);
                other.openOnlyFrom(1);
            }
            assertReason(KeyRingException.Reason.CHANGED_ON_DISK, ring::rotate);
        }
    }

    @Test
    void update_keysThatAreGone_areWiped() {
        TestRings.create(file, PASSPHRASE).close();
        RingFile.Opened opened = RingFile.open(
                file,
                RingProtection.withPassphrase(PASSPHRASE.toCharArray(), PassphraseCost.LIMIT),
                RingFile.LOCK_WAIT);
        List<RingContent> found = new ArrayList<>();
        RingContent after = opened.file().update(opened.content(), content -> {
            found.add(content);
            return content.rotated(RingFile.random(32), TestRings.NOW).with(1, key -> key.in(KeyState.DESTROYED));
        });
        assertThat(found.get(0).key(1).bytes()).isEqualTo(new byte[32]);
        assertThat(after.key(2).bytes()).isNotEqualTo(new byte[32]);
        assertThatIllegalStateException()
                .isThrownBy(() -> opened.file().update(after, content -> {
                    found.add(content);
                    throw new IllegalStateException("no change");
                }));
        assertThat(found.get(1).key(2).bytes()).isEqualTo(new byte[32]);
    }

    @Test
    void change_fileLockedForLong_isBusy() throws IOException {
        TestRings.create(file, PASSPHRASE).close();
        try (KeyRing ring = KeyRing.open(file, PASSPHRASE.toCharArray(), Clock.systemUTC(), Duration.ZERO);
                FileChannel channel = FileChannel.open(
                        directory.resolve(".keys.ring.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertReason(KeyRingException.Reason.BUSY, ring::rotate);
            assertThat(ring.primary()).isEqualTo(1);
        }
    }

    @Test
    void openOnlyFrom_version_shutsTheOlderOnesForGood() {
        WrappedKey old;
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            old = ring.wrap(DATA_KEY, CONTEXT);
            ring.rotate();
            assertThat(ring.minimumVersion()).isEqualTo(1);
            assertThatIllegalArgumentException().isThrownBy(() -> ring.openOnlyFrom(3));
            ring.openOnlyFrom(2);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> ring.unwrap(old, CONTEXT));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ring.openOnlyFrom(1))
                    .withMessageContaining("2 to 2");
        }
        try (KeyRing ring = open()) {
            assertThat(ring.minimumVersion()).isEqualTo(2);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> ring.unwrap(old, CONTEXT));
        }
    }

    @Test
    void protectWith_otherPassphrase_keepsTheKeys() {
        WrappedKey wrapped;
        try (KeyRing ring = TestRings.create(file, PASSPHRASE);
                KeyRing other = open()) {
            wrapped = ring.wrap(DATA_KEY, CONTEXT);
            ring.protect(RingProtection.byPassphrase("new".toCharArray(), TestRings.CHEAP));
            ring.rotate();
            assertReason(KeyRingException.Reason.CHANGED_ON_DISK, other::rotate);
        }
        assertReason(KeyRingException.Reason.NOT_OPENED, this::open);
        try (KeyRing ring = KeyRing.open(file, "new".toCharArray())) {
            assertThat(ring.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
            assertThat(ring.primary()).isEqualTo(2);
        }
    }

    @Test
    void derive_sameVersionAndPurpose_isStable() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            byte[] one = InsecureDataKeys.derive(ring, 1, "pseudonyms", 32);
            assertThat(one).hasSize(32).isEqualTo(InsecureDataKeys.derive(ring, 1, "pseudonyms", 32));
            assertThat(one).isNotEqualTo(InsecureDataKeys.derive(ring, 1, "other", 32));
            ring.rotate();
            assertThat(one).isNotEqualTo(InsecureDataKeys.derive(ring, 2, "pseudonyms", 32));
            assertThatIllegalArgumentException().isThrownBy(() -> InsecureDataKeys.derive(ring, 3, "p", 32));
            assertThatIllegalArgumentException().isThrownBy(() -> InsecureDataKeys.derive(ring, 1, "p", 15));
            assertThatIllegalArgumentException().isThrownBy(() -> InsecureDataKeys.derive(ring, 1, "p", 65));
            ring.disable(1);
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> InsecureDataKeys.derive(ring, 1, "pseudonyms", 32));
        }
    }

    @Test
    void rotate_directoryGone_keepsTheOldPrimary() throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));
        try (KeyRing ring = TestRings.create(below.resolve("ring"), PASSPHRASE)) {
            Files.delete(below.resolve("ring"));
            Files.delete(below);
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(ring::rotate);
            assertThat(ring.primary()).isEqualTo(1);
            assertThat(ring.versions()).hasSize(1);
        }
    }

    @Test
    void unwrap_otherContextRingVersionOrBytes_allFailAlike() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE);
                KeyRing other = TestRings.create(directory.resolve("other"), PASSPHRASE)) {
            WrappedKey wrapped = ring.wrap(DATA_KEY, CONTEXT);
            byte[] changed = wrapped.bytes();
            changed[30] ^= 1;
            List<Callable<byte[]>> attempts = List.of(
                    () -> ring.unwrap(wrapped, new byte[0]),
                    () -> other.unwrap(wrapped, CONTEXT),
                    () -> other.unwrap(new WrappedKey(other.id(), 1, wrapped.bytes()), CONTEXT),
                    () -> ring.unwrap(new WrappedKey(ring.id(), 2, wrapped.bytes()), CONTEXT),
                    () -> ring.unwrap(new WrappedKey(ring.id(), 1, changed), CONTEXT));
            String message = new UnsealException().getMessage();
            for (Callable<byte[]> attempt : attempts) {
                assertThatExceptionOfType(UnsealException.class)
                        .isThrownBy(attempt::call)
                        .withMessage(message)
                        .withNoCause();
            }
        }
    }

    @Test
    void publicMethods_handNoKeyOut() {
        for (Method method : KeyRing.class.getMethods()) {
            assertThat(method.getReturnType()).as(method.toString()).isNotEqualTo(byte[].class);
            assertThat(method.getParameterTypes()).as(method.toString()).doesNotContain(byte[].class);
        }
    }

    @Test
    void insecureDataKeys_wrapAndUnwrap_areThoseOfTheRing() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            WrappedKey wrapped = InsecureDataKeys.wrap(ring, DATA_KEY, CONTEXT);
            assertThat(ring.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
            assertThat(InsecureDataKeys.unwrap(ring, wrapped, CONTEXT)).isEqualTo(DATA_KEY);
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> InsecureDataKeys.unwrap(ring, wrapped, new byte[1]));
        }
    }

    @Test
    void wrap_dataKeyLimits_areChecked() {
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            for (int size : new int[] {1, 1024}) {
                WrappedKey wrapped = ring.wrap(new byte[size], CONTEXT);
                assertThat(ring.unwrap(wrapped, CONTEXT)).hasSize(size);
            }
            assertThatIllegalArgumentException().isThrownBy(() -> ring.wrap(new byte[0], CONTEXT));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ring.wrap(new byte[1025], CONTEXT))
                    .withMessageContaining("1025");
        }
    }

    @Test
    void everyMethod_afterClose_isRefused() {
        KeyRing ring = TestRings.create(file, PASSPHRASE);
        WrappedKey wrapped = ring.wrap(DATA_KEY, CONTEXT);
        ring.close();
        ring.close();
        assertThatIllegalStateException().isThrownBy(ring::id);
        assertThatIllegalStateException().isThrownBy(ring::primary);
        assertThatIllegalStateException().isThrownBy(ring::versions);
        assertThatIllegalStateException().isThrownBy(ring::rotate);
        assertThatIllegalStateException().isThrownBy(() -> ring.disable(1));
        assertThatIllegalStateException().isThrownBy(() -> ring.wrap(DATA_KEY, CONTEXT));
        assertThatIllegalStateException().isThrownBy(() -> ring.unwrap(wrapped, CONTEXT));
        assertThat(ring).hasToString("KeyRing[closed]");
    }

    @Test
    void wrapAndRotate_fromTwoThreads_keepEveryKey() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (KeyRing ring = TestRings.create(file, PASSPHRASE)) {
            Future<List<WrappedKey>> wrapping = threads.submit(() -> {
                List<WrappedKey> wrapped = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    wrapped.add(ring.wrap(DATA_KEY, CONTEXT));
                }
                return wrapped;
            });
            Future<?> rotating = threads.submit(() -> {
                for (int i = 0; i < 5; i++) {
                    ring.rotate();
                }
            });
            rotating.get();
            for (WrappedKey wrapped : wrapping.get()) {
                assertThat(ring.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
            }
            assertThat(ring.primary()).isEqualTo(6);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void open_goldenFileOfVersion1_stillOpens() throws IOException {
        try (InputStream golden = KeyRingTest.class.getResourceAsStream("/golden/keyring-v1.bin")) {
            Files.write(file, golden.readAllBytes());
        }
        try (KeyRing ring = KeyRing.open(file, "golden".toCharArray())) {
            assertThat(ring.primary()).isEqualTo(4);
            assertThat(states(ring))
                    .containsExactly(KeyState.DESTROYED, KeyState.DISABLED, KeyState.ENABLED, KeyState.ENABLED);
            assertThat(ring.versions().get(0).created()).isEqualTo(TestRings.NOW);
        }
    }

    @Test
    void change_fileOfVersion1_isWrittenAsVersion2() throws IOException {
        try (InputStream golden = KeyRingTest.class.getResourceAsStream("/golden/keyring-v1.bin")) {
            Files.write(file, golden.readAllBytes());
        }
        try (KeyRing ring = KeyRing.open(file, "golden".toCharArray())) {
            assertThat(ring.limits()).isEqualTo(KeyLimits.none());
            ring.enable(2);
        }
        assertThat(Files.readAllBytes(file)[8]).isEqualTo((byte) 2);
        try (KeyRing ring = KeyRing.open(file, "golden".toCharArray())) {
            assertThat(states(ring))
                    .containsExactly(KeyState.DESTROYED, KeyState.ENABLED, KeyState.ENABLED, KeyState.ENABLED);
        }
    }

    @Test
    void open_goldenFileOfVersion2_stillOpens() throws IOException {
        try (InputStream golden = KeyRingTest.class.getResourceAsStream("/golden/keyring-v2.bin")) {
            Files.write(file, golden.readAllBytes());
        }
        try (KeyRing ring = KeyRing.open(file, "golden".toCharArray())) {
            assertThat(ring.primary()).isEqualTo(3);
            assertThat(ring.minimumVersion()).isEqualTo(2);
            assertThat(ring.limits())
                    .isEqualTo(KeyLimits.none()
                            .maxAge(Duration.ofDays(36_500))
                            .maxMessages(1L << 40)
                            .maxBytes(1L << 50)
                            .refusing());
            assertThat(states(ring)).containsExactly(KeyState.DESTROYED, KeyState.DISABLED, KeyState.ENABLED);
            assertThat(ring.versions().get(2).messages()).isPositive();
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void decode_garbage_isRefusedOrConsistent(long seed) {
        Random random = new Random(seed);
        byte[] valid = RingContent.fresh(new byte[16], new byte[32], TestRings.NOW)
                .rotated(new byte[32], TestRings.NOW)
                .with(KeyLimits.none().maxMessages(5).refusing())
                .encode();
        for (int i = 0; i < 200; i++) {
            byte[] bytes = Arrays.copyOf(valid, random.nextInt(4) == 0 ? random.nextInt(200) : valid.length);
            for (int flips = random.nextInt(3); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(Math.min(bytes.length, 80))] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(RingContent.decode(bytes).encode()).isEqualTo(bytes);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching(".+");
            }
        }
    }

    private KeyRing open() {
        return KeyRing.open(file, PASSPHRASE.toCharArray());
    }

    private static List<KeyState> states(KeyRing ring) {
        return ring.versions().stream().map(KeyVersion::state).toList();
    }

    private static Throwable failure(Callable<?> work) {
        return org.assertj.core.api.Assertions.catchThrowable(work::call);
    }

    static void assertReason(KeyRingException.Reason reason, Callable<?> work) {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(work::call)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
