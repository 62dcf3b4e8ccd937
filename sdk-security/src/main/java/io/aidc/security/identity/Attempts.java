package io.aidc.security.identity;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody got wrong since he last got it right.
 *
 * @param failures since the last lock
 * @param locks so far
 * @param until when the last lock ends, in milliseconds since 1970; 0 if there was none
 */
record Attempts(int failures, int locks, long until) {
    static final Attempts NONE = new Attempts(0, 0, 0);

    Optional<Instant> lockedUntil(Instant now) {
        Instant end = Instant.ofEpochMilli(until);
        return now.isBefore(end) ? Optional.of(end) : Optional.empty();
    }

    Attempts failed(AttemptLimit limit, Instant now) {
        if (failures + 1 < limit.most()) {
            return new Attempts(failures + 1, locks, until);
        }
        return new Attempts(
                0, Math.min(locks + 1, 1000), limit.lockEnd(now, locks).toEpochMilli());
    }

    Json json() {
        return Json.object("failures", Json.of(failures), "locks", Json.of(locks), "until", Json.of(until));
    }

    static Attempts of(Json json) throws JsonException {
        return new Attempts(
                Math.toIntExact(json.get("failures").asLong()),
                Math.toIntExact(json.get("locks").asLong()),
                json.get("until").asLong());
    }
}
