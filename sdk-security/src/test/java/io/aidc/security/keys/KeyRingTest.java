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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
            assertThat(ring.versions()).containsExactly(new KeyVersion(1, KeyState.ENABLED, TestRings.NOW));
        }
        try (KeyRing ring = open()) {
            assertThat(ring.id()).isEqualTo(id);
            assertThat(ring.primary()).isEqualTo(1);
            assertThat(ring.versions()).containsExactly(new KeyVersion(1, KeyState.ENABLED, TestRings.NOW));
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
        RingContent content = RingFile.open(file, PASSPHRASE.toCharArray(), PassphraseCost.LIMIT)
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
    void rotate_fileChangedBySomebodyElse_isRefusedAndLosesNothing() {
        try (KeyRing first = TestRings.create(file, PASSPHRASE);
                KeyRing second = open()) {
            WrappedKey wrapped;
            first.rotate();
            wrapped = first.wrap(DATA_KEY, CONTEXT);
            assertReason(KeyRingException.Reason.CHANGED_ON_DISK, second::rotate);
            assertThat(second.primary()).isEqualTo(1);
            try (KeyRing third = open()) {
                assertThat(third.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
            }
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

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void decode_garbage_isRefusedOrConsistent(long seed) {
        Random random = new Random(seed);
        byte[] valid = new RingContent(new byte[16], 0, List.of())
                .rotated(new byte[32], TestRings.NOW)
                .rotated(new byte[32], TestRings.NOW)
                .encode();
        for (int i = 0; i < 200; i++) {
            byte[] bytes = Arrays.copyOf(valid, random.nextInt(4) == 0 ? random.nextInt(200) : valid.length);
            for (int flips = random.nextInt(3); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(Math.min(bytes.length, 30))] ^= (byte) (1 << random.nextInt(8));
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

    private static void assertReason(KeyRingException.Reason reason, Callable<?> work) {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(work::call)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
