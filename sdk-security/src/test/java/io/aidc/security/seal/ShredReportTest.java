package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.KeyState;
import io.aidc.security.keys.TestRings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShredReportTest {
    private static final Instant NOW = Instant.parse("2026-11-25T08:00:00.123Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private KeyRing ring;
    private KeyRing other;

    @BeforeEach
    void makeRings() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        other = TestRings.create(directory.resolve("other"), "passphrase");
    }

    @AfterEach
    void close() {
        ring.close();
        other.close();
    }

    @Test
    void destroying_version_listsWhatNobodyCanOpenAnyMore() throws IOException {
        Path alone = seal("alone", Recipient.of(ring));
        Path shared = seal("shared", Recipient.of(ring), Recipient.of(other));
        Path elsewhere = seal("elsewhere", Recipient.of(other));
        Path noSeal = Files.write(directory.resolve("text"), new byte[10]);
        ring.rotate();
        Path later = seal("later", Recipient.of(ring));
        Path backup = Files.copy(alone, directory.resolve("backup"));
        ShredReport report = ShredReport.destroying(ring, 1, List.of(alone, shared, elsewhere, noSeal, later), CLOCK);
        assertThat(ring.versions().get(0).state()).isEqualTo(KeyState.DESTROYED);
        assertThat(report.ring()).isEqualTo(ring.id());
        assertThat(report.version()).isEqualTo(1);
        assertThat(report.destroyed()).isEqualTo(NOW);
        assertThat(report.entries())
                .containsExactly(
                        new ShredReport.Entry(
                                alone.toString(), "alone", SealedInfo.of(alone).headerDigest(), true, 0),
                        new ShredReport.Entry(
                                shared.toString(),
                                "shared",
                                SealedInfo.of(shared).headerDigest(),
                                true,
                                1));
        assertThat(report.covers(backup)).isTrue();
        assertThat(report.covers(shared)).isFalse();
        assertThat(report.covers(later)).isFalse();
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> SealReader.as(List.of(Identity.of(ring)))
                        .unseal(ByteBuffer.wrap(Files.readAllBytes(backup)), new SealBinding("alone", Map.of())));
        assertThat(ShredReport.parse(report.toJson())).isEqualTo(report);
    }

    @Test
    void covers_copyFromBeforeARecipientWasDropped_isNotCovered() throws IOException {
        Path file = seal("file", Recipient.of(ring), Recipient.of(other));
        Path backup = Files.copy(file, directory.resolve("backup"));
        Rewrap.of(List.of(Identity.of(ring)), List.of(Recipient.of(ring))).files(List.of(file));
        ring.rotate();
        ShredReport report = ShredReport.destroying(ring, 1, List.of(file), CLOCK);
        assertThat(report.covers(file)).isTrue();
        assertThat(report.covers(backup)).as("the other ring opens it").isFalse();
    }

    @Test
    void covers_copyForAVersionThatWasDestroyedBefore_isCovered() throws IOException {
        Path file = seal("file", Recipient.of(ring));
        Path backup = Files.copy(file, directory.resolve("backup"));
        ring.rotate();
        Rewrap.of(List.of(Identity.of(ring)), List.of(Recipient.of(ring))).files(List.of(file));
        ring.rotate();
        ShredReport first = ShredReport.destroying(ring, 1, List.of(file), CLOCK);
        ShredReport second = ShredReport.destroying(ring, 2, List.of(file), CLOCK);
        assertThat(first.covers(backup)).isFalse();
        assertThat(second.covers(file)).isTrue();
        assertThat(second.covers(backup)).isTrue();
        assertThat(ShredReport.parse(second.toJson())).isEqualTo(second);
    }

    /** What cannot be read of a slot may still hold a wrapped key. */
    @Test
    void destroying_halfWrittenSlot_countsAsSomebodyLeft() throws IOException {
        Path file = seal("file", Recipient.of(ring));
        Rewrap.Disk crash = new Rewrap.Disk() {
            private int writes;

            @Override
            void write(FileChannel channel, byte[] bytes, long position) throws IOException {
                if (writes++ == 1) {
                    super.write(channel, Arrays.copyOfRange(bytes, 8, bytes.length), position + 8);
                    throw new IOException("the machine stopped");
                }
                super.write(channel, bytes, position);
            }
        };
        Rewrap.of(List.of(Identity.of(ring)), List.of(Recipient.of(other)))
                .on(crash)
                .files(List.of(file));
        ring.rotate();
        ShredReport report = ShredReport.destroying(ring, 1, List.of(file), CLOCK);
        assertThat(report.entries().get(0).authentic()).isTrue();
        assertThat(report.entries().get(0).openFor()).isEqualTo(1);
        assertThat(report.covers(file)).isFalse();
    }

    @Test
    void destroying_fileThatOnlyClaimsTheVersion_isNotAuthentic() throws IOException {
        Path forged = seal("forged", Recipient.of(ring));
        byte[] bytes = Files.readAllBytes(forged);
        bytes[150] ^= 1;
        Files.write(forged, bytes);
        ring.rotate();
        ShredReport report = ShredReport.destroying(ring, 1, List.of(forged), CLOCK);
        assertThat(report.entries().get(0).authentic()).isFalse();
        assertThat(report.covers(forged)).isFalse();
    }

    @Test
    void destroying_notPossible_destroysNothing() throws IOException {
        Path alone = seal("alone", Recipient.of(ring));
        assertThatIllegalStateException().isThrownBy(() -> ShredReport.destroying(ring, 1, List.of(alone)));
        ring.rotate();
        assertThatIllegalArgumentException().isThrownBy(() -> ShredReport.destroying(ring, 3, List.of(alone)));
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> ShredReport.destroying(ring, 1, List.of(alone, directory.resolve("none"))));
        Path damaged = seal("damaged", Recipient.of(ring));
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[1000] ^= 1;
        Files.write(damaged, bytes);
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> ShredReport.destroying(ring, 1, List.of(alone, damaged)))
                .withMessageContaining("damaged");
        assertThat(ring.versions().get(0).state()).isEqualTo(KeyState.ENABLED);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void parse_garbledReport_isRefusedOrAReport(long seed) throws IOException {
        String json = new ShredReport("a", 1, Set.of(1), NOW, List.of(new ShredReport.Entry("f", "n", "d", true, 0)))
                .toJson();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            StringBuilder bad = new StringBuilder(json);
            bad.setCharAt(random.nextInt(json.length()), (char) (32 + random.nextInt(95)));
            try {
                assertThat(ShredReport.parse(bad.toString()).entries()).hasSizeLessThan(2);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("shred report");
            }
        }
    }

    private Path seal(String name, Recipient... recipients) throws IOException {
        byte[] sealed =
                SealWriter.to(List.of(recipients)).seal(ByteBuffer.wrap(new byte[10]), new SealBinding(name, Map.of()));
        return Files.write(directory.resolve(name), sealed);
    }
}
