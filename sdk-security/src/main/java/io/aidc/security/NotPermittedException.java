package io.aidc.security;

import io.aidc.security.internal.Printable;
import java.util.List;

/**
 * Says that somebody may not do what they asked for. Nothing was done, and the refusal is recorded if there is an audit trail.
 * Trying again can succeed after policies or grants have changed.
 *
 * <p><em>Immutable.</em>
 */
public final class NotPermittedException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** Kept as an array, which serializes. */
    private final String[] policies;

    NotPermittedException(
            String principal, String action, String resource, List<String> policies, List<String> failing) {
        super(
                "%s may not %s %s: %s%s"
                        .formatted(
                                Printable.of(principal),
                                Printable.of(action),
                                Printable.of(resource),
                                policies.isEmpty()
                                        ? "no policy permits it"
                                        : "forbidden by " + Printable.of(String.join(", ", policies)),
                                failing.isEmpty()
                                        ? ""
                                        : "; without an answer: " + Printable.of(String.join(", ", failing))),
                null);
        this.policies = policies.toArray(String[]::new);
    }

    /**
     * Returns what forbids it.
     *
     * @return ids of policies; empty if it is refused because none permits it
     */
    public List<String> policies() {
        return List.of(policies);
    }
}
