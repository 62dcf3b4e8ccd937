package io.aidc.storage.internal.restic;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The object {@code config}.
 *
 * @param version 1, or 2 with compression
 * @param id 64 hex digits
 */
record RepositoryConfig(int version, String id, String polynomial) {
    static final String KEY = "config";
    private static final int ID_BYTES = 32;

    RepositoryConfig {
        if (version < 1 || version > 2) {
            throw new IllegalArgumentException("repository version must be 1 or 2, got " + version);
        }
    }

    static RepositoryConfig random(int version, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return new RepositoryConfig(
                version, HexFormat.of().formatHex(id), Long.toHexString(Polynomial.randomIrreducible(random)));
    }

    static RepositoryConfig parse(byte[] utf8) {
        JsonObject json = Json.parse(utf8);
        return new RepositoryConfig(
                json.number("version", 0, 0, Integer.MAX_VALUE), json.string("id"), json.string("chunker_polynomial"));
    }

    byte[] toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", version);
        json.put("id", id);
        json.put("chunker_polynomial", polynomial);
        return Json.write(json);
    }
}
