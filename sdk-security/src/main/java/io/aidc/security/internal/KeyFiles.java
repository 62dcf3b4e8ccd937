package io.aidc.security.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Recognises files that hold keys, so that a slip does not overwrite them: what they open would be lost. */
public final class KeyFiles {
    private static final int LOOKED_AT = 4096;
    private static final List<String> MAGIC = List.of("AIDCRING", "AIDCKEK1", "AIDCHPKE", "AIDCLOGK");
    private static final String PEM = "PRIVATE KEY-----";

    private KeyFiles() {}

    /**
     * Refuses a target that holds keys.
     *
     * @param target about to be replaced
     * @throws IllegalArgumentException if it is a key ring, a pair or key of ours, or a PEM file with a private key
     */
    public static void requireNone(Path target) {
        if (!Files.isRegularFile(target)) {
            return;
        }
        String begin;
        try (InputStream in = Files.newInputStream(target)) {
            begin = new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return; // what cannot be read cannot be recognised; whether it can be replaced, the replacing finds out
        }
        if (MAGIC.stream().anyMatch(begin::startsWith) || begin.contains(PEM)) {
            throw new IllegalArgumentException("%s holds keys, which are never overwritten".formatted(target));
        }
    }
}
