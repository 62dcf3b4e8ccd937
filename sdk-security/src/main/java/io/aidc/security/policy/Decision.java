package io.aidc.security.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer to a {@link Request}, and why.
 *
 * <p><em>Immutable.</em>
 *
 * @param allowed whether a policy permits it and none forbids it
 * @param policies the ids of those that decided, in order: if allowed all that permit it, otherwise all that forbid it; none
 *     if it is denied because nothing permits it
 * @param errors why policies had no answer, by their id; such a policy counts neither way
 * @param auditIndex the index of the record of it, {@link #NOT_RECORDED} if there is none
 */
public record Decision(boolean allowed, List<String> policies, Map<String, String> errors, long auditIndex) {
    /** Stands for the index of a decision that was not recorded. */
    public static final long NOT_RECORDED = -1;

    /** Copies everything. */
    public Decision {
        policies = List.copyOf(policies);
        errors = errors.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    }

    Decision recorded(long index) {
        return new Decision(allowed, policies, errors, index);
    }
}
