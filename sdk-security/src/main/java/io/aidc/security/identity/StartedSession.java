package io.aidc.security.identity;

import java.util.Objects;

/**
 * A session with its token, which is not stored and cannot be shown again. Whoever holds the token is taken for the principal:
 * send it in a cookie that is {@code Secure}, {@code HttpOnly} and {@code SameSite}.
 *
 * <p><em>Immutable.</em>
 *
 * @param session what it is
 * @param token 82 characters of {@code a} to {@code z}, {@code 2} to {@code 7} and {@code _}, beginning with {@code aidcs_}
 */
public record StartedSession(Session session, String token) {
    /** Requires both. */
    public StartedSession {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(token, "token");
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "StartedSession[%s]".formatted(session);
    }
}
