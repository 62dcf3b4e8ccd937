package io.aidc.security.identity;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;

/**
 * What is stored of one user's password.
 *
 * @param hash a PHC string
 * @param attempts what went wrong
 */
record PasswordRecord(String hash, Attempts attempts) {
    PasswordRecord attempts(Attempts changed) {
        return new PasswordRecord(hash, changed);
    }

    Json json() {
        return Json.object("v", Json.of(1), "hash", hash, "attempts", attempts.json());
    }

    static PasswordRecord of(Json json) throws JsonException {
        Records.requireVersion(json);
        return new PasswordRecord(json.get("hash").asText(), Attempts.of(json.get("attempts")));
    }

    /** Shows no hash. */
    @Override
    public String toString() {
        return "PasswordRecord[%s]".formatted(attempts);
    }
}
