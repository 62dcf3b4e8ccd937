package io.aidc.security.identity;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * One stay of somebody, from his login on.
 *
 * <p><em>Immutable.</em>
 *
 * @param id names it in logs and for {@link Sessions#revoke}; it lets nobody in
 * @param principal whose it is
 * @param scopes what it may be used for; one that ends in {@code *} stands for all that begin so
 * @param factors how he showed who he is, such as {@code password} and {@code totp}
 * @param started when he did
 * @param seen when it was last used, to an eighth of the idle time
 * @param expires when it ends at the latest
 */
public record Session(
        String id,
        String principal,
        Set<String> scopes,
        Set<String> factors,
        Instant started,
        Instant seen,
        Instant expires) {
    /** Checks and copies the words. */
    public Session {
        Objects.requireNonNull(id, "id");
        Records.checkedName("principal", principal);
        scopes = Scopes.checked("scopes", scopes);
        factors = Scopes.checked("factors", factors);
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(seen, "seen");
        Objects.requireNonNull(expires, "expires");
    }

    /**
     * Tells whether a scope is granted, or one that ends in {@code *} and begins like it.
     *
     * @param scope what is to be done
     * @return whether the session may be used for it
     */
    public boolean covers(String scope) {
        return Scopes.cover(scopes, Objects.requireNonNull(scope, "scope"));
    }
}
