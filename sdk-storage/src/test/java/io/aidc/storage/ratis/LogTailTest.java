package io.aidc.storage.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.DamagedLogException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    Path directory;

    @Test
    void whole_withAndWithoutZerosBehind_staysAsItIs() throws IOException {
        byte[] log = log(40, 1_000, 20);
        for (byte[] bytes : new byte[][] {log, Arrays.copyOf(log, 1 << 16), log(), log(3)}) {
            assertThat(checked(bytes)).isEqualTo(bytes);
        }
        LogTail.check(directory.resolve("missing"));
    }

    @Test
    void lastEntry_oneSectorNeverWritten_isCutOff() throws IOException {
        byte[] good = log(40, 1_000);
        byte[] whole = Arrays.copyOf(log(40, 1_000, 4_000), 1 << 16);
        for (int sector = good.length / 512; sector * 512 < good.length + 4_000; sector++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, Math.max(good.length, sector * 512), (sector + 1) * 512, (byte) 0);

            assertThat(checked(torn)).as("sector %d", sector).isEqualTo(good);
        }
    }

    @Test
    void lastEntry_fileEndsWithASector_isCutOff() throws IOException {
        byte[] good = log(40, 1_000);
        byte[] whole = log(40, 1_000, 4_000);

        assertThat(checked(Arrays.copyOf(whole, 4 * 512))).isEqualTo(good);
    }

    @Test
    void anyFlippedBit_isDamage() throws IOException {
        byte[] log = Arrays.copyOf(log(40, 300, 20, 60), 4_096);
        int end = log(40, 300, 20, 60).length;
        for (int at = 8; at < end; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = log.clone();
                flipped[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> checked(flipped))
                        .as("byte %d", at)
                        .isInstanceOf(DamagedLogException.class)
                        .hasMessageContaining("log_inprogress_7");
            }
        }
    }

    @Test
    void flippedBitInTheZeros_losesNothing() throws IOException {
        byte[] good = log(40, 300);
        byte[] flipped = Arrays.copyOf(good, 4_096);
        flipped[4_000] = 1;

        assertThat(checked(flipped)).isEqualTo(good);
    }

    private byte[] checked(byte[] bytes) throws IOException {
        Path file = directory.resolve("log_inprogress_7");
        Files.write(file, bytes);
        LogTail.check(directory);
        return Files.readAllBytes(file);
    }

    /** A segment of entries of some lengths. */
    private static byte[] log(int... lengths) {
        var random = new Random(5);
        var log = new ByteArrayOutputStream();
        log.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
        for (int length : lengths) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            data[0] = 8;
            ByteBuffer entry = ByteBuffer.allocate(length + 9);
            for (int rest = length; ; rest >>>= 7) {
                if (rest < 128) {
                    entry.put((byte) rest);
                    break;
                }
                entry.put((byte) (rest | 128));
            }
            entry.put(data);
            var crc = new CRC32C();
            crc.update(entry.array(), 0, entry.position());
            entry.putInt((int) crc.getValue());
            log.write(entry.array(), 0, entry.position());
        }
        return log.toByteArray();
    }
}
