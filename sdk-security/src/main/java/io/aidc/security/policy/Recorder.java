package io.aidc.security.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditTrail;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes what an authorizer does into a trail, if it has one. What is too long for an event is named by its digest. */
final class Recorder {
    private static final String SHA256 = "sha256";
    private static final String AUTHORIZER = "authorizer";
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_DETAIL_BYTES = 4096;

    private final @Nullable AuditTrail trail;

    Recorder(@Nullable AuditTrail trail) {
        this.trail = trail;
    }

    /** The decision with the index of its record. */
    Decision decision(Request request, Decision decision) {
        AuditTrail to = trail;
        if (to == null) {
            return decision;
        }
        Map<String, String> details = new TreeMap<>();
        if (!decision.policies().isEmpty()) {
            details.put("policies", listed(decision.policies()));
        }
        if (!decision.errors().isEmpty()) {
            details.put("errors", listed(decision.errors().keySet()));
        }
        return decision.recorded(to.record(new AuditEvent(
                fit(request.principal().toString(), MAX_NAME_BYTES),
                fit(request.action().toString(), MAX_NAME_BYTES),
                fit(request.resource().toString(), MAX_NAME_BYTES),
                decision.allowed() ? Outcome.ALLOWED : Outcome.DENIED,
                details)));
    }

    /** Something that changes what is decided from then on. */
    void change(String action, Object resource, Map<String, String> details) {
        AuditTrail to = trail;
        if (to != null) {
            Map<String, String> fitted = new TreeMap<>(details);
            fitted.replaceAll((key, value) -> fit(value, MAX_DETAIL_BYTES));
            to.record(
                    new AuditEvent(AUTHORIZER, action, fit(resource.toString(), MAX_NAME_BYTES), Outcome.DONE, fitted));
        }
    }

    /** A clock that was turned back. */
    void clockBack(Duration behind) {
        AuditTrail to = trail;
        if (to != null) {
            to.record(AuditEvent.of(AUTHORIZER, "clock-back", "grants", Outcome.DENIED)
                    .detail("behind", behind.toString()));
        }
    }

    /** Names the texts of a set, so that whoever has the files can tell which they were. */
    Map<String, String> digests(PolicySet policies) {
        List<Source> sources =
                policies.policies().stream().map(Policy::source).distinct().toList();
        List<String> digests = trail == null
                ? List.of()
                : sources.stream().map(source -> sha256(source.text())).toList();
        return Map.of("policies", Integer.toString(policies.policies().size()), SHA256, listed(digests));
    }

    /** Names an entity with all that is known of it. */
    Map<String, String> digest(Entity entity) {
        return trail == null ? Map.of() : Map.of(SHA256, sha256(entity.canonical()));
    }

    /** Names entities, the canonical form of each on a line of its own, in the order of their names. */
    Map<String, String> digest(Entities entities) {
        if (trail == null) {
            return Map.of();
        }
        List<Entity> sorted = new ArrayList<>();
        entities.byUid().forEach((uid, entity) -> sorted.add(entity));
        sorted.sort(Comparator.comparing(Entity::uid));
        MessageDigest digest = sha256();
        for (Entity entity : sorted) {
            digest.update((entity.canonical() + "\n").getBytes(UTF_8));
        }
        return Map.of("entities", Integer.toString(sorted.size()), "entities-sha256", hex(digest));
    }

    static Map<String, String> details(Grant grant) {
        String group = grant.group().toString();
        return grant.until()
                .map(until -> Map.of("group", group, "until", until.toString()))
                .orElse(Map.of("group", group));
    }

    Map<String, String> groups(List<Grant> grants) {
        return Map.of(
                "groups",
                listed(grants.stream().map(grant -> grant.group().toString()).toList()));
    }

    /** Names with commas between them; if they are too long, how many and a digest. */
    private static String listed(Collection<String> names) {
        String joined = String.join(", ", names);
        return joined.getBytes(UTF_8).length <= MAX_DETAIL_BYTES
                ? joined
                : "%d, sha256:%s".formatted(names.size(), sha256(joined));
    }

    private static String fit(String text, int most) {
        return text.length() <= most / 3 || text.getBytes(UTF_8).length <= most
                ? text
                : "%s... sha256:%s".formatted(text.substring(0, text.offsetByCodePoints(0, 100)), sha256(text));
    }

    private static String sha256(String text) {
        MessageDigest digest = sha256();
        digest.update(text.getBytes(UTF_8));
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
