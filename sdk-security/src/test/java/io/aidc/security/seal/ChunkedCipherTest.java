package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.UnsealException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkedCipherTest {
    private static final byte[] CONTEXT = "a context".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final ChunkedCipher CIPHER = ChunkedCipher.aes256(new byte[32]);

    @ParameterizedTest
    @CsvSource({"0,72", "1,73", "16383,16455", "16384,16472", "1048576,1049672"})
    void encryptedSize_knownLengths_isExact(int plaintext, int encrypted) {
        assertThat(ChunkedCipher.encryptedSize(plaintext)).isEqualTo(encrypted);
        assertThat(ChunkedCipher.plaintextSize(encrypted)).isEqualTo(plaintext);
        assertThat(CIPHER.encrypt(new byte[plaintext], CONTEXT)).hasSize(encrypted);
    }

    @Test
    void sizes_impossibleLengths_areRefused() {
        for (long length : new long[] {0, 56, 71, 56 + 16400, 56 + 16400 + 15, 56 + 2 * 16400}) {
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> ChunkedCipher.plaintextSize(length));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ChunkedCipher.encryptedSize(-1));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void stream_randomPieces_readsBackWhatWasWritten(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] key = new byte[seed % 2 == 0 ? 32 : 16];
        random.nextBytes(key);
        ChunkedCipher cipher = seed % 2 == 0 ? ChunkedCipher.aes256(key) : ChunkedCipher.aes128(key);
        byte[] plaintext = new byte[random.nextInt(3) * 16384 + random.nextInt(3) * random.nextInt(8192)];
        random.nextBytes(plaintext);
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (OutputStream out = cipher.encryptingStream(sink, CONTEXT)) {
            for (int from = 0; from < plaintext.length; ) {
                int length = Math.min(plaintext.length - from, 1 + random.nextInt(40_000));
                out.write(plaintext, from, length);
                out.flush();
                from += length;
            }
        }
        assertThat(cipher.decrypt(sink.toByteArray(), CONTEXT)).isEqualTo(plaintext);
        try (InputStream in = cipher.decryptingStream(new ByteArrayInputStream(sink.toByteArray()), CONTEXT)) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                read.write(b);
                read.writeBytes(in.readNBytes(random.nextInt(40_000)));
            }
            assertThat(read.toByteArray()).isEqualTo(plaintext);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[0])).isZero();
        }
    }

    @Test
    void decrypt_otherKeyContextOrInstance_isRefused() {
        byte[] message = CIPHER.encrypt(new byte[100], CONTEXT);
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> ChunkedCipher.aes256(otherKey).decrypt(message, CONTEXT));
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> CIPHER.decrypt(message, new byte[0]));
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> ChunkedCipher.aes128(new byte[16]).decrypt(message, CONTEXT));
    }

    @Test
    void decryptingStream_cutAnywhere_neverEndsCleanly() throws IOException {
        byte[] message = CIPHER.encrypt(new byte[2 * 16384], CONTEXT);
        for (int length :
                new int[] {56, 57, 72, 100, 56 + 16399, 56 + 16400, 56 + 16401, 56 + 2 * 16400, message.length - 1}) {
            InputStream in = CIPHER.decryptingStream(new ByteArrayInputStream(message, 0, length), CONTEXT);
            assertThatExceptionOfType(UnsealException.class)
                    .as("length %d", length)
                    .isThrownBy(in::readAllBytes);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(in::read);
            assertThat(in.available()).isZero();
        }
    }

    @Test
    void decryptingStream_sourceFails_staysFailed() throws IOException {
        byte[] message = CIPHER.encrypt(new byte[20_000], CONTEXT);
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk gone");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("disk gone");
            }
        };
        InputStream source = new SequenceInputStream(new ByteArrayInputStream(message, 0, 16_500), broken);
        InputStream in = CIPHER.decryptingStream(source, CONTEXT);
        assertThat(in.readNBytes(16_384)).hasSize(16_384);
        assertThatIOException().isThrownBy(in::read).withMessage("disk gone");
        assertThatIOException().isThrownBy(in::read).withStackTraceContaining("disk gone");
    }

    @Test
    void encryptingStream_sinkFails_writesNothingMore() throws IOException {
        int[] written = {0};
        boolean[] closed = {false};
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (++written[0] > 20_000) {
                    throw new IOException("disk full");
                }
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        OutputStream out = CIPHER.encryptingStream(sink, CONTEXT);
        assertThatIOException().isThrownBy(() -> out.write(new byte[40_000])).withMessage("disk full");
        int before = written[0];
        assertThatIOException().isThrownBy(() -> out.write(1)).withMessageContaining("failed before");
        out.close();
        assertThat(written[0]).isEqualTo(before);
        assertThat(closed[0]).isTrue();
    }

    @Test
    void streams_afterClose_areRefused() throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        OutputStream out = CIPHER.encryptingStream(sink, CONTEXT);
        out.close();
        out.close();
        out.flush();
        assertThat(sink.size()).isEqualTo(72);
        assertThatIOException().isThrownBy(() -> out.write(1)).withMessageContaining("closed");
        InputStream in = CIPHER.decryptingStream(new ByteArrayInputStream(sink.toByteArray()), CONTEXT);
        in.close();
        in.close();
        assertThatIOException().isThrownBy(in::read).withMessageContaining("closed");
    }

    @Test
    void keys_wrongLength_areRefusedWhenGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChunkedCipher.aes256(new byte[16]))
                .withMessageContaining("16");
        assertThatIllegalArgumentException().isThrownBy(() -> ChunkedCipher.aes128(new byte[32]));
    }

    @Test
    void crypter_lastIndexOf38Bits_worksAndTheNextIsRefused() throws Exception {
        ChunkCrypter crypter = new ChunkCrypter(
                Cipher.ENCRYPT_MODE, new ChunkKeys(new SecretKeySpec(new byte[32], "AES"), new byte[12], new byte[32]));
        byte[] first = new byte[17];
        byte[] last = new byte[17];
        assertThat(crypter.run(0, new byte[1], 0, 1, first, 0)).isEqualTo(17);
        assertThat(crypter.run((1L << 38) - 1, new byte[1], 0, 1, last, 0)).isEqualTo(17);
        assertThat(last).isNotEqualTo(first);
        assertThatIllegalStateException().isThrownBy(() -> crypter.run(1L << 38, new byte[1], 0, 1, last, 0));
    }

    @Test
    void encrypt_twice_givesDifferentMessages() {
        byte[] plaintext = new byte[10];
        assertThat(CIPHER.encrypt(plaintext, CONTEXT)).isNotEqualTo(CIPHER.encrypt(plaintext, CONTEXT));
        assertThat(plaintext).isEqualTo(Arrays.copyOf(new byte[0], 10));
    }

    @Test
    void encrypt_longMessage_comesBackThroughArrayAndStream() throws IOException {
        byte[] plaintext = new byte[3 << 20];
        new Random(3).nextBytes(plaintext);
        byte[] message = CIPHER.encrypt(plaintext, CONTEXT);
        assertThat(CIPHER.decrypt(message, CONTEXT)).isEqualTo(plaintext);
        try (InputStream in = CIPHER.decryptingStream(new ByteArrayInputStream(message), CONTEXT)) {
            assertThat(in.readAllBytes()).isEqualTo(plaintext);
        }
    }
}
