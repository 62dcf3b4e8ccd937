package io.aidc.security.policy;

import java.util.List;

/** What the head of a policy asks of principal, action or resource. {@link #at} is where that stands in the source. */
sealed interface Scope {
    int at();

    record Any(int at) implements Scope {}

    record Equal(int at, EntityUid uid) implements Scope {}

    /** In one of the entities; one alone for principal and resource, any number for an action. */
    record In(int at, List<EntityUid> uids) implements Scope {}

    record Is(int at, String type) implements Scope {}

    record IsIn(int at, String type, EntityUid uid) implements Scope {}
}
