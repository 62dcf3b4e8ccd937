package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in and every way out, on one thread and on several: the same bytes. */
class SealDoorsTest {
    private static final SealBinding BINDING = new SealBinding("models/fraud/7", Map.of("tenant", "north"));

    @TempDir
    private Path directory;

    private KeyRing ring;
    private ExecutorService threads;

    @BeforeEach
    void open() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        threads = Executors.newFixedThreadPool(2);
    }

    @AfterEach
    void close() {
        ring.close();
        threads.shutdownNow();
    }

    static Stream<Arguments> sizesAndSuites() {
        return Stream.of(0, 1, 16_383, 16_384, 16_385, 131_072, 131_073, 1_000_000)
                .flatMap(size -> Stream.of(SealSuite.values()).map(suite -> Arguments.of(size, suite)));
    }

    @ParameterizedTest
    @MethodSource("sizesAndSuites")
    void doors_allSizesAndSuites_writeTheSameContent(int size, SealSuite suite) throws IOException {
        byte[] plaintext = random(size);
        SealWriter one = SealWriter.to(List.of(Recipient.of(ring))).suite(suite);
        for (SealWriter writer : List.of(one, one.on(threads, 3))) {
            for (byte[] sealed : List.of(
                    writer.seal(ByteBuffer.wrap(plaintext), BINDING),
                    writer.seal(ByteBuffer.allocateDirect(size).put(plaintext).flip(), BINDING),
                    streamed(writer, plaintext),
                    filed(writer, plaintext))) {
                SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
                assertThat(head.header().suite()).isEqualTo(suite);
                assertThat(writer.sealedSize(size, BINDING)).isEqualTo(sealed.length);
                byte[] content = Arrays.copyOfRange(sealed, head.bytes(), sealed.length);
                byte[] key =
                        suite.contentKey(head.open(List.of(Identity.of(ring))).dataKey());
                ChunkedCipher bare =
                        suite == SealSuite.COBBLESTONE_256 ? ChunkedCipher.aes256(key) : ChunkedCipher.aes128(key);
                assertThat(content).isEqualTo(bare.encrypt(plaintext, head.hash(), Arrays.copyOf(content, 24)));
                assertUnsealed(plaintext, sealed);
            }
        }
    }

    private void assertUnsealed(byte[] plaintext, byte[] sealed) throws IOException {
        SealReader one = SealReader.as(List.of(Identity.of(ring)));
        for (SealReader reader : List.of(one, one.on(threads, 3))) {
            try (SecretBytes secret = reader.unseal(ByteBuffer.wrap(sealed), BINDING);
                    SecretBytes other = reader.unseal(ByteBuffer.wrap(sealed).asReadOnlyBuffer(), BINDING);
                    InputStream in = reader.stream(new ByteArrayInputStream(sealed), BINDING)) {
                assertThat(secret.buffer()).isEqualTo(ByteBuffer.wrap(plaintext));
                assertThat(other.buffer()).isEqualTo(ByteBuffer.wrap(plaintext));
                assertThat(in.readAllBytes()).isEqualTo(plaintext);
            }
            Path file = Files.write(directory.resolve("sealed"), sealed);
            Path target = directory.resolve("target");
            try (FileChannel in = FileChannel.open(file);
                    FileChannel out = FileChannel.open(
                            target,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                reader.unseal(in, out, BINDING);
            }
            assertThat(target).hasBinaryContent(plaintext);
            try (SealedChannel channel = reader.channel(FileChannel.open(file), BINDING)) {
                ByteBuffer read = ByteBuffer.allocate(plaintext.length + 1);
                channel.read(read);
                assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(plaintext));
            }
        }
    }

    @Test
    void unseal_oneOfManyChunksDamaged_releasesNothingOnSeveralThreads() throws IOException {
        byte[] plaintext = random(1_000_000);
        byte[] sealed = SealWriter.to(List.of(Recipient.of(ring))).seal(ByteBuffer.wrap(plaintext), BINDING);
        SealReader reader = SealReader.as(List.of(Identity.of(ring))).on(threads, 3);
        for (int chunk : new int[] {0, 7, 8, 33, 61}) {
            byte[] bad = sealed.clone();
            bad[4096 + 56 + chunk * 16_400 + 100] ^= 1;
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> reader.unseal(ByteBuffer.wrap(bad), BINDING));
        }
    }

    @Test
    void suites_swappedInTheHeader_areRefused() throws IOException {
        byte[] sealed = SealWriter.to(List.of(Recipient.of(ring))).seal(ByteBuffer.allocate(10), BINDING);
        sealed[9] = 3;
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> SealReader.as(List.of(Identity.of(ring))).unseal(ByteBuffer.wrap(sealed), BINDING));
    }

    @Test
    void seal_fileGrowsMeanwhile_isAnIoFailure() throws IOException {
        Path file = Files.write(directory.resolve("plain"), random(1_000_000));
        SealWriter writer = SealWriter.to(List.of(Recipient.of(ring)))
                .on(
                        task -> {
                            try {
                                Files.write(file, new byte[1], StandardOpenOption.APPEND);
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        2);
        try (FileChannel in = FileChannel.open(file);
                FileChannel out = FileChannel.open(
                        directory.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThatIOException()
                    .isThrownBy(() -> writer.seal(in, out, BINDING))
                    .withMessageContaining("more than the 1000000 bytes");
        }
    }

    @Test
    void header_ofAnyLength_hasRoomForTheMark() throws IOException {
        SealWriter writer = SealWriter.to(List.of(Recipient.of(ring)));
        for (int length = 1; length <= 1024; length++) {
            SealBinding binding = new SealBinding("n".repeat(length), Map.of());
            byte[] sealed = writer.seal(ByteBuffer.allocate(0), binding);
            SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
            assertThat(head.padding()).as("name of %d", length).hasSizeGreaterThanOrEqualTo(16);
            assertThat(head.bytes() % 4096).isZero();
            assertThat(writer.sealedSize(0, binding)).isEqualTo(sealed.length);
        }
    }

    @Test
    void threads_belowOne_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealWriter.to(List.of(Recipient.of(ring))).on(threads, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealReader.as(List.of(Identity.of(ring))).on(threads, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SealReader.as(List.of()));
    }

    private static byte[] streamed(SealWriter writer, byte[] plaintext) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (OutputStream out = writer.stream(sink, BINDING)) {
            for (int from = 0; from < plaintext.length; from += 50_000) {
                out.write(plaintext, from, Math.min(50_000, plaintext.length - from));
            }
        }
        return sink.toByteArray();
    }

    private byte[] filed(SealWriter writer, byte[] plaintext) throws IOException {
        Path file = Files.write(directory.resolve("plain"), plaintext);
        Path sealed = directory.resolve("filed");
        Files.deleteIfExists(sealed);
        try (FileChannel in = FileChannel.open(file);
                FileChannel out = FileChannel.open(sealed, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writer.seal(in, out, BINDING);
        }
        return Files.readAllBytes(sealed);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
