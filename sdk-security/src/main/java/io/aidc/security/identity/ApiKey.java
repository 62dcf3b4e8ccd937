package io.aidc.security.identity;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key; not its text.
 *
 * <p><em>Immutable.</em>
 *
 * @param id names it in logs, and stands in its text
 * @param principal whose it is
 * @param scopes what it may be used for; one that ends in {@code *} stands for all that begin so
 * @param issued when it was issued
 * @param expires when it ends
 * @param used when it was last used, to the hour; null if never
 * @param revoked whether it was revoked
 */
public record ApiKey(
        String id,
        String principal,
        Set<String> scopes,
        Instant issued,
        Instant expires,
        @Nullable Instant used,
        boolean revoked) {
    /** Checks and copies the scopes. */
    public ApiKey {
        Objects.requireNonNull(id, "id");
        Records.checkedName("principal", principal);
        scopes = Scopes.checked("scopes", scopes);
        Objects.requireNonNull(issued, "issued");
        Objects.requireNonNull(expires, "expires");
    }

    /**
     * Tells whether a scope is granted, or one that ends in {@code *} and begins like it.
     *
     * @param scope what is to be done
     * @return whether the key may be used for it
     */
    public boolean covers(String scope) {
        return Scopes.cover(scopes, Objects.requireNonNull(scope, "scope"));
    }
}
