package io.aidc.serving.internal.cache;

import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Hashes inputs with SHA-256 behind a random prefix, so that who chooses inputs cannot choose collisions.
 *
 * <p>Every field is preceded by its length, so no two different inputs give the same bytes. Thread-safe: a fresh digest
 * per hash.
 */
final class InputHash {
    private final byte[] prefix = new byte[32];

    InputHash(String model) {
        byte[] salt = new byte[32];
        new SecureRandom().nextBytes(salt);
        MessageDigest digest = sha256();
        digest.update(salt);
        digest.update(model.getBytes(StandardCharsets.UTF_8));
        System.arraycopy(digest.digest(), 0, prefix, 0, prefix.length);
    }

    Key of(Map<String, Tensor> inputs) {
        MessageDigest digest = sha256();
        digest.update(prefix);
        if (inputs.size() == 1) {
            inputs.forEach((name, tensor) -> add(digest, name, tensor));
        } else {
            inputs.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(input -> add(digest, input.getKey(), input.getValue()));
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new Key(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    private static void add(MessageDigest digest, String name, Tensor tensor) {
        String type = tensor.type().name();
        ByteBuffer head = ByteBuffer.allocate(12 + 2 * (name.length() + type.length()) + 8 * tensor.rank());
        put(put(head, name), type).putInt(tensor.rank());
        for (long dimension : tensor.shape()) {
            head.putLong(dimension);
        }
        digest.update(head.flip());
        if (tensor.type() == ElementType.STRING) {
            for (String each : tensor.strings()) {
                digest.update(
                        put(ByteBuffer.allocate(4 + 2 * each.length()), each).flip());
            }
        } else {
            digest.update(tensor.bytes());
        }
    }

    /** The chars as they are: in UTF-8, half a surrogate pair would become a question mark. */
    private static ByteBuffer put(ByteBuffer to, String text) {
        to.putInt(text.length());
        for (int i = 0; i < text.length(); i++) {
            to.putChar(text.charAt(i));
        }
        return to;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** All 256 bits of the hash. */
    record Key(long a, long b, long c, long d) {}
}
