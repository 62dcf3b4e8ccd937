package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.UnsealException;
import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.Workers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.InflaterInputStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The published vectors of Cobblestone, through every door: in one piece, in one piece by three threads, as a stream, as a
 * channel; raw; and encrypted again through each.
 */
class ChunkedEncryptionConformanceTest {
    private static final int HEADER = 56;
    private static ExecutorService threads;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startThreads() {
        threads = Executors.newFixedThreadPool(2);
    }

    @AfterAll
    static void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void cobblestone_publishedVectors_agree() throws Exception {
        int cases = 0;
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Vectors.folder("wycheproof"), "c2sp_chunked_encryption_aes_*_gcm_test.json")) {
            for (Path file : files) {
                boolean wide = file.getFileName().toString().contains("256");
                for (Json group : Vectors.json(file).get("testGroups").asItems()) {
                    for (Json test : group.get("tests").asItems()) {
                        check(test, wide ? ChunkAead.AES_256 : ChunkAead.AES_128);
                        cases++;
                    }
                }
            }
        }
        Vectors.report("Cobblestone", cases);
        assertThat(cases).isGreaterThanOrEqualTo(35);
    }

    private void check(Json test, ChunkAead aead) throws Exception {
        byte[] key = Vectors.hex(test, "key");
        byte[] context = Vectors.hex(test, "ctx");
        byte[] message = new InflaterInputStream(new ByteArrayInputStream(Vectors.hex(test, "ct"))).readAllBytes();
        List<Json> flags = test.get("flags").asItems();
        if (flags.contains(new Json.Text("InvalidKeySize"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> cipher(aead, key));
            return;
        }
        ChunkedCipher cipher = cipher(aead, key);
        boolean valid = test.get("result").asText().equals("valid");
        checkArray(test, cipher, message, context, valid);
        checkArray(test, cipher.on(threads, 3), message, context, valid);
        checkChannel(test, cipher, message, context, valid);
        if (flags.contains(new Json.Text("HeaderFailure"))) {
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> cipher.decryptingStream(new ByteArrayInputStream(message), context));
        } else {
            checkStream(test, cipher.decryptingStream(new ByteArrayInputStream(message), context), valid);
            byte[] body = Arrays.copyOfRange(message, HEADER, message.length);
            checkStream(test, new DecryptingStream(new ByteArrayInputStream(body), rawKeys(test)), valid);
        }
        if (valid) {
            checkEncryption(test, cipher, context, message);
        }
    }

    private static ChunkedCipher cipher(ChunkAead aead, byte[] key) {
        return aead == ChunkAead.AES_256 ? ChunkedCipher.aes256(key) : ChunkedCipher.aes128(key);
    }

    private static void checkArray(Json test, ChunkedCipher cipher, byte[] message, byte[] context, boolean valid)
            throws Exception {
        if (valid) {
            assertPlaintext(test, cipher.decrypt(message, context));
        } else {
            assertThatExceptionOfType(UnsealException.class)
                    .as("tcId %s", test.get("tcId"))
                    .isThrownBy(() -> cipher.decrypt(message, context));
        }
    }

    /** What a channel releases from the start on, before it fails for good. */
    private void checkChannel(Json test, ChunkedCipher cipher, byte[] message, byte[] context, boolean valid)
            throws Exception {
        Path file = Files.write(directory.resolve("message"), message);
        ByteArrayOutputStream released = new ByteArrayOutputStream();
        boolean failed = false;
        try (SeekableByteChannel source = Files.newByteChannel(file, StandardOpenOption.READ);
                SealedChannel channel = cipher.decryptingChannel(source, context)) {
            ByteBuffer piece = ByteBuffer.allocate(20_000);
            try {
                while (channel.read(piece) >= 0) {
                    released.write(piece.array(), 0, piece.position());
                    piece.clear();
                }
            } catch (UnsealException e) {
                failed = true;
                released.write(piece.array(), 0, piece.position());
                assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> channel.read(piece.clear()));
                assertThatExceptionOfType(UnsealException.class).isThrownBy(channel::size);
            }
        } catch (UnsealException e) {
            failed = true;
        }
        assertThat(failed).as("tcId %s", test.get("tcId")).isEqualTo(!valid);
        if (valid) {
            assertPlaintext(test, released.toByteArray());
        } else if (released.size() > 0) {
            assertThat(released.size()).isLessThanOrEqualTo(Vectors.integer(test, "msgLength"));
        }
    }

    private static void checkStream(Json test, InputStream stream, boolean valid) throws Exception {
        ByteArrayOutputStream released = new ByteArrayOutputStream();
        boolean failed = false;
        byte[] piece = new byte[1000];
        try {
            for (int length = stream.read(piece); length >= 0; length = stream.read(piece)) {
                released.write(piece, 0, length);
            }
        } catch (UnsealException e) {
            failed = true;
        }
        assertThat(failed).as("tcId %s", test.get("tcId")).isEqualTo(!valid);
        if (failed) {
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(UnsealException.class).isThrownBy(stream::read);
                assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> stream.read(piece));
            }
        }
        if (valid || test.find("msgLength").isPresent()) {
            assertPlaintext(test, released.toByteArray());
        } else {
            assertThat(released.size()).as("tcId %s", test.get("tcId")).isZero();
        }
    }

    private static void checkEncryption(Json test, ChunkedCipher cipher, byte[] context, byte[] message)
            throws Exception {
        byte[] plaintext = cipher.decrypt(message, context);
        byte[] salt = Arrays.copyOf(message, 24);
        byte[] body = Arrays.copyOfRange(message, HEADER, message.length);
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        writeIn(plaintext, new EncryptingStream(raw, rawKeys(test), length -> {}));
        assertThat(raw.toByteArray()).isEqualTo(body);
        byte[] parallel = new byte[body.length];
        ChunkPass.encrypt(
                rawKeys(test),
                Workers.on(threads, 3),
                new Region.OfBuffer(ByteBuffer.wrap(plaintext)),
                plaintext.length,
                new Region.OfArray(parallel, 0));
        assertThat(parallel).isEqualTo(body);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        writeIn(plaintext, cipher.encryptingStream(whole, context, salt, length -> {}));
        assertThat(whole.toByteArray()).isEqualTo(message);
        assertThat(cipher.encrypt(plaintext, context, salt)).isEqualTo(message);
        assertThat(cipher.on(threads, 3).encrypt(plaintext, context, salt)).isEqualTo(message);
    }

    private static void writeIn(byte[] plaintext, OutputStream out) throws IOException {
        try (out) {
            for (int from = 0; from < plaintext.length; from += 5_000) {
                out.write(plaintext, from, Math.min(5_000, plaintext.length - from));
            }
        }
    }

    private static ChunkKeys rawKeys(Json test) throws JsonException {
        return new ChunkKeys(
                new SecretKeySpec(Vectors.hex(test, "aeadKey"), "AES"), Vectors.hex(test, "baseNonce"), new byte[32]);
    }

    private static void assertPlaintext(Json test, byte[] plaintext) throws Exception {
        assertThat(plaintext).as("tcId %s", test.get("tcId")).hasSize(Vectors.integer(test, "msgLength"));
        byte[] hash = MessageDigest.getInstance("SHA-512").digest(plaintext);
        assertThat(HexFormat.of().formatHex(hash))
                .isEqualTo(test.get("msgSha512").asText());
    }
}
