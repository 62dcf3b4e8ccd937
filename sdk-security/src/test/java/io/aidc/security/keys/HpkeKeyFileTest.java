package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpkeKeyFileTest {
    private static final char[] PASSPHRASE = "pass phrase".toCharArray();

    private static byte[] good;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeAll
    static void make(@TempDir Path shared) throws IOException {
        Path made = shared.resolve("made");
        HpkeKeyPair.create(made, HpkeSuite.X25519, PASSPHRASE, TestRings.CHEAP).close();
        good = Files.readAllBytes(made);
    }

    @BeforeEach
    void name() {
        file = directory.resolve("pair.hpke");
    }

    @ParameterizedTest
    @EnumSource
    void open_whatWasCreated_isTheSamePair(HpkeSuite suite) throws IOException {
        HpkeKeyPair pair = HpkeKeyPair.create(file, suite, PASSPHRASE, TestRings.CHEAP);
        HpkeKeyPair again = HpkeKeyPair.open(file, PASSPHRASE);
        assertThat(again.publicKey()).isEqualTo(pair.publicKey());
        assertThat(InsecureHpkeSeeds.seed(again)).isEqualTo(InsecureHpkeSeeds.seed(pair));
        assertThat(Files.size(file)).isEqualTo(144);
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void create_overAFile_isRefusedAndKeepsIt() throws IOException {
        Files.writeString(file, "mine");
        refuses(Reason.EXISTS, () -> HpkeKeyPair.create(file, HpkeSuite.X25519, PASSPHRASE, TestRings.CHEAP));
        assertThat(file).hasContent("mine");
    }

    @Test
    void create_emptyPassphraseOrNoDirectory_leavesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HpkeKeyPair.create(file, HpkeSuite.X25519, new char[0], TestRings.CHEAP));
        Path nowhere = directory.resolve("none/pair");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> HpkeKeyPair.create(nowhere, HpkeSuite.X25519, PASSPHRASE, TestRings.CHEAP));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void open_noFile_isAnIoFailure() {
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> HpkeKeyPair.open(file, PASSPHRASE))
                .withMessageContaining("pair.hpke");
    }

    @Test
    void open_wrongPassphrase_looksLikeAChangedFile() throws IOException {
        byte[] bytes = created();
        refuses(Reason.NOT_OPENED, () -> HpkeKeyPair.open(file, "another".toCharArray()));
        bytes[143] ^= 1;
        Files.write(file, bytes);
        refuses(Reason.NOT_OPENED, () -> HpkeKeyPair.open(file, PASSPHRASE));
    }

    @Test
    void open_anySingleChange_isRefused() throws IOException {
        for (int at = 0; at < good.length; at++) {
            byte[] bad = created();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThatExceptionOfType(KeyRingException.class)
                    .as("byte %d", at)
                    .isThrownBy(() -> HpkeKeyPair.open(file, PASSPHRASE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 11, 112, 143, 145})
    void open_otherLength_isNoKeyPair(int length) throws IOException {
        Files.write(file, Arrays.copyOf(created(), length));
        refuses(Reason.NOT_A_KEY_RING, () -> HpkeKeyPair.open(file, PASSPHRASE));
    }

    @Test
    void open_suiteOfAnotherPair_isRefused() throws IOException {
        byte[] bytes = created();
        ByteBuffer.wrap(bytes).putShort(9, (short) 0x647a);
        Files.write(file, bytes);
        refuses(Reason.NOT_OPENED, () -> HpkeKeyPair.open(file, PASSPHRASE));
        ByteBuffer.wrap(bytes).putShort(9, (short) 0x0010);
        Files.write(file, bytes);
        refuses(Reason.NOT_A_KEY_RING, () -> HpkeKeyPair.open(file, PASSPHRASE));
    }

    @Test
    void open_costAboveTheLimit_isRefusedUnspent() throws IOException {
        byte[] bytes = created();
        ByteBuffer.wrap(bytes).putInt(12, 256 * 1024 + 1);
        Files.write(file, bytes);
        refuses(Reason.OVER_LIMIT, () -> HpkeKeyPair.open(file, PASSPHRASE));
    }

    @Test
    void open_goldenFileOfVersion1_stillOpens() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/golden/hpke-pair-v1.bin"))) {
            Files.copy(in, file);
        }
        HpkeKeyPair pair = HpkeKeyPair.open(file, "golden".toCharArray());
        assertThat(pair.publicKey().suite()).isEqualTo(HpkeSuite.X_WING);
        assertThat(pair.publicKey().id()).isEqualTo("0c777bb794228a887113e9559316f4a8");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void open_garbledFile_isRefused(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            byte[] bad = created();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int at = random.nextInt(bad.length);
                bad[at] = (byte) (bad[at] + 1 + random.nextInt(255));
            }
            ByteBuffer.wrap(bad).putInt(12, bad[15] & 0xff).putInt(16, 1); // whatever changes, it stays cheap
            if (!Arrays.equals(bad, good)) {
                Files.write(file, bad);
                assertThatExceptionOfType(KeyRingException.class).isThrownBy(() -> HpkeKeyPair.open(file, PASSPHRASE));
            }
        }
    }

    private byte[] created() throws IOException {
        Files.write(file, good);
        return good.clone();
    }

    private static void refuses(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
                .withMessageStartingWith("Key file ");
    }
}
