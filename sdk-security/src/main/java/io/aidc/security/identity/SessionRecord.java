package io.aidc.security.identity;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is stored of a session.
 *
 * @param session all but the token
 * @param hash of the token
 * @param epoch how often all sessions of the principal had been revoked when it started
 */
record SessionRecord(Session session, String hash, long epoch) {
    boolean isIdle(Instant now, Duration idle) {
        return !now.isBefore(session.seen().plus(idle));
    }

    boolean isExpired(Instant now) {
        return !now.isBefore(session.expires());
    }

    /** A clock that went back while the program was down makes no session younger than it was seen. */
    Instant notBefore(Instant now) {
        return now.isAfter(session.seen()) ? now : session.seen();
    }

    SessionRecord seen(Instant now) {
        return new SessionRecord(with(session.factors(), now), hash, epoch);
    }

    SessionRecord raised(String factor, String newHash, Instant now) {
        Set<String> factors = new TreeSet<>(session.factors());
        factors.add(factor);
        return new SessionRecord(with(factors, now), newHash, epoch);
    }

    private Session with(Set<String> factors, Instant seen) {
        return new Session(
                session.id(),
                session.principal(),
                session.scopes(),
                factors,
                session.started(),
                seen,
                session.expires());
    }

    Json json() {
        return Json.object(
                "v", Json.of(1),
                "id", session.id(),
                "principal", session.principal(),
                "scopes", Records.texts(session.scopes()),
                "factors", Records.texts(session.factors()),
                "started", Json.of(session.started().toEpochMilli()),
                "seen", Json.of(session.seen().toEpochMilli()),
                "expires", Json.of(session.expires().toEpochMilli()),
                "hash", hash,
                "epoch", Json.of(epoch));
    }

    static SessionRecord of(Json json) throws JsonException {
        Records.requireVersion(json);
        Session session = new Session(
                json.get("id").asText(),
                json.get("principal").asText(),
                Set.copyOf(Records.texts(json.get("scopes"))),
                Set.copyOf(Records.texts(json.get("factors"))),
                Records.instant(json, "started"),
                Records.instant(json, "seen"),
                Records.instant(json, "expires"));
        return new SessionRecord(
                session, json.get("hash").asText(), json.get("epoch").asLong());
    }
}
