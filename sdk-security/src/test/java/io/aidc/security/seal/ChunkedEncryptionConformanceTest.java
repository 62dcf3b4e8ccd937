package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.UnsealException;
import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

/** The published vectors of Cobblestone-256, in one piece, as a stream, raw, and encrypted again. */
class ChunkedEncryptionConformanceTest {
    private static final int HEADER = 56;

    @Test
    void cobblestone256_publishedVectors_agree() throws Exception {
        Json file = Vectors.json(Vectors.folder("wycheproof").resolve("c2sp_chunked_encryption_aes_256_gcm_test.json"));
        int cases = 0;
        for (Json group : file.get("testGroups").asItems()) {
            for (Json test : group.get("tests").asItems()) {
                check(test);
                cases++;
            }
        }
        Vectors.report("Cobblestone-256", cases);
        assertThat(cases).isGreaterThanOrEqualTo(35);
    }

    private static void check(Json test) throws Exception {
        byte[] key = Vectors.hex(test, "key");
        byte[] context = Vectors.hex(test, "ctx");
        byte[] message = new InflaterInputStream(new ByteArrayInputStream(Vectors.hex(test, "ct"))).readAllBytes();
        List<Json> flags = test.get("flags").asItems();
        if (flags.contains(new Json.Text("InvalidKeySize"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> ChunkedCipher.aes256(key));
            return;
        }
        ChunkedCipher cipher = ChunkedCipher.aes256(key);
        boolean valid = test.get("result").asText().equals("valid");
        boolean headerFails = flags.contains(new Json.Text("HeaderFailure"));
        if (valid) {
            assertPlaintext(test, cipher.decrypt(message, context));
        } else {
            assertThatExceptionOfType(UnsealException.class)
                    .as("tcId %s", test.get("tcId"))
                    .isThrownBy(() -> cipher.decrypt(message, context));
        }
        if (headerFails) {
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
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        writeIn(plaintext, new EncryptingStream(raw, rawKeys(test)));
        assertThat(raw.toByteArray()).isEqualTo(Arrays.copyOfRange(message, HEADER, message.length));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        writeIn(plaintext, cipher.encryptingStream(whole, context, Arrays.copyOf(message, 24)));
        assertThat(whole.toByteArray()).isEqualTo(message);
    }

    private static void writeIn(byte[] plaintext, OutputStream out) throws IOException {
        try (out) {
            for (int from = 0; from < plaintext.length; from += 5_000) {
                out.write(plaintext, from, Math.min(5_000, plaintext.length - from));
            }
        }
    }

    private static ChunkKeys rawKeys(Json test) throws JsonException {
        return new ChunkKeys(Vectors.hex(test, "aeadKey"), Vectors.hex(test, "baseNonce"), new byte[32]);
    }

    private static void assertPlaintext(Json test, byte[] plaintext) throws Exception {
        assertThat(plaintext).as("tcId %s", test.get("tcId")).hasSize(Vectors.integer(test, "msgLength"));
        byte[] hash = MessageDigest.getInstance("SHA-512").digest(plaintext);
        assertThat(HexFormat.of().formatHex(hash))
                .isEqualTo(test.get("msgSha512").asText());
    }
}
