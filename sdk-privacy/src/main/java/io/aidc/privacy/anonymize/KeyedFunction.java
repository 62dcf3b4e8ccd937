package io.aidc.privacy.anonymize;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A caller's keyed function over texts, tried before use. Its input is the same for ever: pseudonyms depend on it. */
final class KeyedFunction {
    static final int FEWEST_BYTES = 16;

    private final UnaryOperator<byte[]> mac;

    private KeyedFunction(UnaryOperator<byte[]> mac) {
        this.mac = mac;
    }

    static KeyedFunction of(UnaryOperator<byte[]> mac) {
        Objects.requireNonNull(mac, "mac");
        KeyedFunction keyed = new KeyedFunction(mac);
        byte[] probe = "aidc: is this function keyed, and with what?".getBytes(StandardCharsets.UTF_8);
        byte[] answer = keyed.call(probe.clone());
        if (!Arrays.equals(answer, keyed.call(probe.clone()))) {
            throw new IllegalArgumentException("mac must give the same bytes for the same input, got others");
        }
        if (Arrays.equals(answer, keyed.call(new byte[probe.length]))) {
            throw new IllegalArgumentException("mac must depend on its input, got the same bytes for two inputs");
        }
        if (Arrays.equals(answer, probe)) {
            throw new IllegalArgumentException("mac must be keyed, got its input back");
        }
        for (String hash : Security.getAlgorithms("MessageDigest")) {
            if (isHash(hash, probe, answer)) {
                throw new IllegalArgumentException("mac must be keyed, got plain " + hash);
            }
        }
        return keyed;
    }

    private static boolean isHash(String hash, byte[] probe, byte[] answer) {
        try {
            byte[] digest = MessageDigest.getInstance(hash).digest(probe);
            int compared = Math.min(digest.length, answer.length);
            return Arrays.equals(digest, 0, compared, answer, 0, compared);
        } catch (NoSuchAlgorithmException e) {
            // listed and yet not offered: then the caller cannot have used it either
            return false;
        }
    }

    /** Each text goes in behind its length in bytes, so that no two lists of texts are the same input. */
    byte[] apply(String... texts) {
        byte[][] encoded = Arrays.stream(texts).map(KeyedFunction::utf8).toArray(byte[][]::new);
        int length = Arrays.stream(encoded)
                .mapToInt(text -> Integer.BYTES + text.length)
                .sum();
        ByteBuffer input = ByteBuffer.allocate(length);
        for (byte[] text : encoded) {
            input.putInt(text.length).put(text);
        }
        return call(input.array());
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text must not have half a surrogate pair", e);
        }
    }

    private byte[] call(byte[] input) {
        byte[] output = Objects.requireNonNull(mac.apply(input), "mac must give bytes, got null");
        if (output.length < FEWEST_BYTES) {
            throw new IllegalArgumentException(
                    "mac must give at least %d bytes, got %d".formatted(FEWEST_BYTES, output.length));
        }
        return output;
    }
}
