package io.aidc.security.identity;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of one user's codes.
 *
 * @param secret sealed; null until the first is confirmed
 * @param step the last one that was accepted
 * @param recovery hashes of the recovery codes that are left
 * @param pending a sealed secret that awaits its confirmation, or null
 * @param pendingRecovery hashes of the recovery codes that go with it
 * @param attempts what went wrong
 */
record TotpRecord(
        @Nullable String secret,
        long step,
        List<String> recovery,
        @Nullable String pending,
        List<String> pendingRecovery,
        Attempts attempts) {
    static final TotpRecord EMPTY = new TotpRecord(null, 0, List.of(), null, List.of(), Attempts.NONE);

    TotpRecord enrolling(String sealed, List<String> hashes) {
        return new TotpRecord(secret, step, recovery, sealed, hashes, attempts);
    }

    TotpRecord confirmed(String sealed, long accepted) {
        return new TotpRecord(sealed, accepted, pendingRecovery, null, List.of(), Attempts.NONE);
    }

    TotpRecord accepted(long accepted) {
        return new TotpRecord(secret, accepted, recovery, pending, pendingRecovery, Attempts.NONE);
    }

    TotpRecord recoverable(List<String> hashes) {
        return new TotpRecord(secret, step, hashes, pending, pendingRecovery, attempts);
    }

    TotpRecord attempts(Attempts changed) {
        return new TotpRecord(secret, step, recovery, pending, pendingRecovery, changed);
    }

    Json json() {
        return Json.object(
                "v", Json.of(1),
                "secret", text(secret),
                "step", Json.of(step),
                "recovery", Records.texts(recovery),
                "pending", text(pending),
                "pendingRecovery", Records.texts(pendingRecovery),
                "attempts", attempts.json());
    }

    static TotpRecord of(Json json) throws JsonException {
        Records.requireVersion(json);
        return new TotpRecord(
                text(json.find("secret")),
                json.get("step").asLong(),
                Records.texts(json.get("recovery")),
                text(json.find("pending")),
                Records.texts(json.get("pendingRecovery")),
                Attempts.of(json.get("attempts")));
    }

    /** Shows no secret and no hash. */
    @Override
    public String toString() {
        return "TotpRecord[enrolled=%s, pending=%s, recovery=%d, %s]"
                .formatted(secret != null, pending != null, recovery.size(), attempts);
    }

    private static Json text(@Nullable String text) {
        return text == null ? Json.Literal.NULL : new Json.Text(text);
    }

    private static @Nullable String text(Optional<Json> json) throws JsonException {
        return json.isPresent() ? json.get().asText() : null;
    }
}
