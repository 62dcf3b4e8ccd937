package io.aidc.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Digests names and numbers, each list behind its length; integers and float32 bits are little-endian. */
final class Fingerprint {
    private static final int CHUNK = 8192;

    private final MessageDigest digest;

    Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    Fingerprint names(List<String> names) {
        integer(names.size());
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            integer(bytes.length);
            digest.update(bytes);
        }
        return this;
    }

    Fingerprint numbers(int rows, float[] numbers) {
        integer(rows);
        integer(numbers.length / rows);
        var chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            chunk.putFloat(number);
            if (!chunk.hasRemaining()) {
                digest.update(chunk.flip());
                chunk.clear();
            }
        }
        digest.update(chunk.flip());
        return this;
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private void integer(int value) {
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .flip());
    }
}
