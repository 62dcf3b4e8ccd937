package io.aidc.security.policy;

import java.util.Objects;

/**
 * Something that {@link Schema#validate} found wrong with a policy.
 *
 * <p><em>Immutable.</em>
 *
 * @param policyId the policy, such as {@code policy0}
 * @param line where in the text that the policy was read from, counted from 1
 * @param column counted from 1, in characters (code points)
 * @param severity how bad it is
 * @param message what was found, and what was expected
 */
public record PolicyProblem(String policyId, int line, int column, Severity severity, String message) {
    /** How bad a problem is. */
    public enum Severity {
        /** The policy names what does not exist, or could fail when it is evaluated. */
        ERROR,
        /** The policy cannot fail, but will never apply. */
        WARNING
    }

    /** Checks that nothing is missing. */
    public PolicyProblem {
        Objects.requireNonNull(policyId, "policyId");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(message, "message");
    }

    /** One line for people: the policy, the place and the message. */
    @Override
    public String toString() {
        return "%s: %s, line %d, column %d: %s"
                .formatted(severity == Severity.ERROR ? "error" : "warning", policyId, line, column, message);
    }
}
