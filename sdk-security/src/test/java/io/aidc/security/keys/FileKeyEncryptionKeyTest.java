package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.KeyRingException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FileKeyEncryptionKeyTest extends KeyEncryptionKeyContract {
    @TempDir
    private Path keys;

    @Override
    protected KeyEncryptionKey key() {
        return openOrCreate(keys.resolve("kek"));
    }

    @Override
    protected KeyEncryptionKey otherKey() {
        return openOrCreate(keys.resolve("other"));
    }

    private static KeyEncryptionKey openOrCreate(Path file) {
        return Files.exists(file) ? FileKeyEncryptionKey.open(file) : FileKeyEncryptionKey.create(file);
    }

    @Test
    void create_file_belongsToItsOwnerAndIsNeverOverwritten() throws IOException {
        Path file = keys.resolve("kek");
        FileKeyEncryptionKey.create(file).close();
        KeyRingTest.assertReason(KeyRingException.Reason.EXISTS, () -> FileKeyEncryptionKey.create(file));
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void open_somethingElse_isRefused() throws IOException {
        Path file = keys.resolve("kek");
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> FileKeyEncryptionKey.open(file));
        FileKeyEncryptionKey.create(file).close();
        byte[] good = Files.readAllBytes(file);
        for (int length : new int[] {0, 8, 39}) {
            Files.write(file, Arrays.copyOf(good, length));
            KeyRingTest.assertReason(KeyRingException.Reason.NOT_A_KEY_RING, () -> FileKeyEncryptionKey.open(file));
        }
        Files.write(file, Arrays.copyOf(good, 41));
        KeyRingTest.assertReason(KeyRingException.Reason.NOT_A_KEY_RING, () -> FileKeyEncryptionKey.open(file));
        good[0] ^= 1;
        Files.write(file, good);
        KeyRingTest.assertReason(KeyRingException.Reason.NOT_A_KEY_RING, () -> FileKeyEncryptionKey.open(file));
    }

    @Test
    void close_wipesAndRefuses() {
        FileKeyEncryptionKey key = FileKeyEncryptionKey.create(keys.resolve("kek"));
        byte[] wrapped = key.wrap(new byte[32], new byte[0]);
        key.close();
        key.close();
        assertThat(key.id()).startsWith("file:");
        assertThat(key.toString()).contains(key.id());
        assertThatIllegalStateException().isThrownBy(() -> key.wrap(new byte[32], new byte[0]));
        assertThatIllegalStateException().isThrownBy(() -> key.unwrap(wrapped, new byte[0]));
    }

    @Test
    void open_goldenFiles_stillOpen() throws IOException {
        Path kek = copy("kek-v1.bin");
        Path ring = copy("keyring-kek-v2.bin");
        try (FileKeyEncryptionKey key = FileKeyEncryptionKey.open(kek);
                KeyRing opened = KeyRing.open(ring, key)) {
            assertThat(opened.primary()).isEqualTo(2);
            assertThat(opened.versions().get(0).created()).isEqualTo(TestRings.NOW);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void open_garbledRingOrKey_givesDocumentedFailuresOnly(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] ring = Files.readAllBytes(copy("keyring-kek-v2.bin"));
        try (FileKeyEncryptionKey key = FileKeyEncryptionKey.open(copy("kek-v1.bin"))) {
            for (int i = 0; i < 40; i++) {
                byte[] bad = Arrays.copyOf(ring, random.nextInt(4) == 0 ? random.nextInt(ring.length) : ring.length);
                for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
                    bad[random.nextInt(Math.min(bad.length, 150))] = (byte) random.nextInt(256);
                }
                if (!Arrays.equals(bad, ring)) {
                    Path garbled = Files.write(keys.resolve("garbled"), bad);
                    assertThatExceptionOfType(KeyRingException.class).isThrownBy(() -> KeyRing.open(garbled, key));
                }
            }
        }
    }

    private Path copy(String name) throws IOException {
        try (InputStream golden = getClass().getResourceAsStream("/golden/" + name)) {
            return Files.write(keys.resolve(name), golden.readAllBytes());
        }
    }
}
