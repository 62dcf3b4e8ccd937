package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.UnsealException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealedChannelTest {
    private static final byte[] CONTEXT = {1, 2, 3};
    private static final int CHUNK = ChunkCrypter.PLAIN_BYTES;
    private static final int HEADER = ChunkedCipher.HEADER_BYTES;

    @TempDir
    private Path directory;

    private ExecutorService threads;
    private ChunkedCipher cipher;

    @BeforeEach
    void startThreads() {
        threads = Executors.newFixedThreadPool(2);
        cipher = ChunkedCipher.aes256(new byte[32]).on(threads, 3);
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void read_anyPlaceAndLength_givesWhatWasEncrypted(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] plaintext = new byte[random.nextInt(3) * 12 * CHUNK + random.nextInt(2 * CHUNK)];
        random.nextBytes(plaintext);
        try (SealedChannel channel = open(cipher.encrypt(plaintext, CONTEXT))) {
            assertThat(channel.size()).isEqualTo(plaintext.length);
            for (int i = 0; i < 20; i++) {
                int from = random.nextInt(plaintext.length + 10);
                int length = random.nextInt(random.nextBoolean() ? 100 : plaintext.length + 10);
                ByteBuffer target =
                        random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
                int read = channel.read(target, from);
                int expected = from >= plaintext.length ? -1 : Math.min(length, plaintext.length - from);
                assertThat(read).isEqualTo(expected);
                assertThat(target.flip())
                        .isEqualTo(ByteBuffer.wrap(plaintext, Math.min(from, plaintext.length), Math.max(0, read)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK})
    void read_fromThePositionOn_endsAtTheEnd(int size) throws IOException {
        byte[] plaintext = new byte[size];
        new Random(size).nextBytes(plaintext);
        try (SealedChannel channel = open(cipher.encrypt(plaintext, CONTEXT))) {
            ByteBuffer all = ByteBuffer.allocate(size + 100);
            assertThat(channel.read(all)).isEqualTo(size == 0 ? -1 : size);
            assertThat(Arrays.copyOf(all.array(), size)).isEqualTo(plaintext);
            assertThat(channel.position()).isEqualTo(size);
            assertThat(channel.read(all)).isEqualTo(-1);
            assertThat(channel.position(size / 2).read(all.clear())).isEqualTo(size == 0 ? -1 : size - size / 2);
            assertThat(channel.position(size + 5L).read(all)).isEqualTo(-1);
        }
    }

    @Test
    void open_cutAtAnyLength_isRefused() throws IOException {
        byte[] message = cipher.encrypt(new byte[2 * CHUNK + 100], CONTEXT);
        for (int length : new int[] {
            0, 55, HEADER, HEADER + 15, HEADER + 16, HEADER + CHUNK + 16, HEADER + 2 * (CHUNK + 16), message.length - 1
        }) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> open(cut));
        }
    }

    @Test
    void read_damagedChunk_failsThereAndForEver() throws IOException {
        byte[] message = cipher.encrypt(new byte[20 * CHUNK], CONTEXT);
        message[HEADER + 10 * (CHUNK + 16)] ^= 1;
        for (int from : new int[] {10 * CHUNK, 10 * CHUNK + 5, 0}) {
            try (SealedChannel channel = open(message)) {
                assertThat(channel.read(ByteBuffer.allocate(10), 9 * CHUNK)).isEqualTo(10);
                ByteBuffer target = ByteBuffer.allocate(20 * CHUNK);
                assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> channel.read(target, from));
                assertThatExceptionOfType(UnsealException.class)
                        .isThrownBy(() -> channel.read(ByteBuffer.allocate(10), 0));
                assertThatExceptionOfType(UnsealException.class).isThrownBy(channel::size);
            }
        }
    }

    @Test
    void read_sourceCutMeanwhile_isAnIoFailure() throws IOException {
        Path file = Files.write(directory.resolve("message"), cipher.encrypt(new byte[20 * CHUNK], CONTEXT));
        try (SeekableByteChannel source = Files.newByteChannel(file, StandardOpenOption.READ);
                SealedChannel channel = cipher.decryptingChannel(source, CONTEXT)) {
            try (FileChannel cutter = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cutter.truncate(1000);
            }
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(10), 0));
        }
    }

    @Test
    void channel_isReadOnlyAndChecksItsArguments() throws IOException {
        SealedChannel channel = open(cipher.encrypt(new byte[10], CONTEXT));
        assertThatExceptionOfType(NonWritableChannelException.class)
                .isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.truncate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.position(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.read(ByteBuffer.allocate(1), -1));
        assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        assertThat(channel.isOpen()).isTrue();
        channel.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::position);
    }

    @Test
    void read_fromTwoThreads_agrees() throws Exception {
        byte[] plaintext = new byte[30 * CHUNK + 7];
        new Random(1).nextBytes(plaintext);
        try (SealedChannel channel = open(cipher.encrypt(plaintext, CONTEXT))) {
            var other = threads.submit(() -> {
                for (int from = 0; from < 25 * CHUNK; from += 7777) {
                    check(channel, plaintext, from, 40_000);
                }
                return true;
            });
            for (int from = 20 * CHUNK; from > 0; from -= 5555) {
                check(channel, plaintext, from, 100);
            }
            assertThat(other.get()).isTrue();
        }
    }

    private static void check(SealedChannel channel, byte[] plaintext, int from, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        channel.read(target, from);
        assertThat(target.flip())
                .isEqualTo(ByteBuffer.wrap(plaintext, from, Math.min(length, plaintext.length - from)));
    }

    /** Alternately a file and a channel that is none. */
    private SealedChannel open(byte[] message) throws IOException {
        Path file = Files.write(directory.resolve("message"), message);
        SeekableByteChannel source = Files.newByteChannel(file, StandardOpenOption.READ);
        return cipher.decryptingChannel(message.length % 2 == 0 ? source : new OneAtATime(source), CONTEXT);
    }

    /** No file channel, and gives at most 1000 bytes a read. */
    private record OneAtATime(SeekableByteChannel channel) implements SeekableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            int limit = target.limit();
            target.limit(Math.min(limit, target.position() + 1000));
            int read = channel.read(target);
            target.limit(limit);
            return read;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
