package io.aidc.security.identity;

import io.aidc.security.identity.ApiKeyCheck.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of an API key.
 *
 * @param key all but the text
 * @param hash of the text
 */
record ApiKeyRecord(ApiKey key, String hash) {
    /** Why it may not be used, or empty. */
    Optional<Reason> fault(Instant now) {
        if (key.revoked()) {
            return Optional.of(Reason.REVOKED);
        }
        Instant used = key.used();
        Instant atLeast = used != null && used.isAfter(now) ? used : now;
        return atLeast.isBefore(key.expires()) ? Optional.empty() : Optional.of(Reason.EXPIRED);
    }

    ApiKeyRecord used(Instant now) {
        return with(key.expires(), now, key.revoked());
    }

    ApiKeyRecord endingBy(Instant end) {
        return with(end.isBefore(key.expires()) ? end : key.expires(), key.used(), key.revoked());
    }

    ApiKeyRecord revoked() {
        return with(key.expires(), key.used(), true);
    }

    private ApiKeyRecord with(Instant expires, @Nullable Instant used, boolean revoked) {
        ApiKey changed = new ApiKey(key.id(), key.principal(), key.scopes(), key.issued(), expires, used, revoked);
        return new ApiKeyRecord(changed, hash);
    }

    Json json() {
        Instant used = key.used();
        return Json.object(
                "v", Json.of(1),
                "id", key.id(),
                "principal", key.principal(),
                "scopes", Records.texts(key.scopes()),
                "issued", Json.of(key.issued().toEpochMilli()),
                "expires", Json.of(key.expires().toEpochMilli()),
                "used", used == null ? Json.Literal.NULL : Json.of(used.toEpochMilli()),
                "revoked", Json.of(key.revoked()),
                "hash", hash);
    }

    static ApiKeyRecord of(Json json) throws JsonException {
        Records.requireVersion(json);
        ApiKey key = new ApiKey(
                json.get("id").asText(),
                json.get("principal").asText(),
                Set.copyOf(Records.texts(json.get("scopes"))),
                Records.instant(json, "issued"),
                Records.instant(json, "expires"),
                json.find("used").isPresent() ? Records.instant(json, "used") : null,
                json.get("revoked").asBoolean());
        return new ApiKeyRecord(key, json.get("hash").asText());
    }
}
