package io.aidc.storage.internal.restic;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.generators.SCrypt;

/** A file in {@code keys/}: the repository's key, sealed with one that scrypt derives from a password. */
final class KeyFile {
    private static final int SALT_BYTES = 64;
    private static final int MAX_UTF8_PER_CHAR = 3;

    private final KeyOrigin origin;
    private final ScryptCost cost;
    private final byte[] salt;
    private final byte[] sealedKey;

    private KeyFile(KeyOrigin origin, ScryptCost cost, byte[] salt, byte[] sealedKey) {
        this.origin = origin;
        this.cost = cost;
        this.salt = salt;
        this.sealedKey = sealedKey;
    }

    static KeyFile create(SealKey key, char[] password, ScryptCost cost, KeyOrigin origin) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new KeyFile(origin, cost, salt, derive(password, salt, cost).seal(key.toJson()));
    }

    /**
     * @throws IllegalArgumentException if that is no key file, or asks for too much memory
     */
    static KeyFile parse(byte[] utf8) {
        JsonObject json = Json.parse(utf8);
        if (!json.string("kdf").equals("scrypt")) {
            throw new IllegalArgumentException("'kdf' must be scrypt, got " + json.string("kdf"));
        }
        var cost = new ScryptCost(
                json.number("N", 0, 0, Integer.MAX_VALUE),
                json.number("r", 0, 0, 1 << 16),
                json.number("p", 0, 0, 1 << 16));
        byte[] salt = json.base64("salt");
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("'salt' must have %d bytes, got %d".formatted(SALT_BYTES, salt.length));
        }
        var origin = new KeyOrigin(json.string("hostname", ""), json.string("username", ""), json.time("created"));
        return new KeyFile(origin, cost, salt, json.base64("data"));
    }

    byte[] toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("created", JsonObject.format(origin.time()));
        json.put("username", origin.user());
        json.put("hostname", origin.host());
        json.put("kdf", "scrypt");
        json.put("N", cost.n());
        json.put("r", cost.r());
        json.put("p", cost.p());
        json.put("salt", Base64.getEncoder().encodeToString(salt));
        json.put("data", Base64.getEncoder().encodeToString(sealedKey));
        return Json.write(json);
    }

    /**
     * Derives the password's key and opens the repository's; empty if the password is another one.
     *
     * @throws IllegalArgumentException if what was opened is not a key
     */
    Optional<SealKey> unlock(char[] password) {
        return derive(password, salt, cost).open(sealedKey).map(plain -> SealKey.parse(Json.parse(plain)));
    }

    KeyOrigin origin() {
        return origin;
    }

    private static SealKey derive(char[] password, byte[] salt, ScryptCost cost) {
        ByteBuffer encoded = ByteBuffer.allocate(MAX_UTF8_PER_CHAR * password.length);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(password), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        try {
            return SealKey.of(SCrypt.generate(bytes, salt, cost.n(), cost.r(), cost.p(), SealKey.KEY_BYTES));
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }
}
