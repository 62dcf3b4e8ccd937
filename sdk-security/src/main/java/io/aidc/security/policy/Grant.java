package io.aidc.security.policy;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that somebody is in a group, or has a role.
 *
 * <p><em>Immutable.</em>
 */
public final class Grant {
    static final Comparator<Grant> ORDER = Comparator.comparing(Grant::member).thenComparing(Grant::group);

    private final EntityUid member;
    private final EntityUid group;
    private final @Nullable Instant until;

    Grant(EntityUid member, EntityUid group, @Nullable Instant until) {
        this.member = Objects.requireNonNull(member, "member");
        this.group = Objects.requireNonNull(group, "group");
        this.until = until;
    }

    /**
     * Returns who.
     *
     * @return the member
     */
    public EntityUid member() {
        return member;
    }

    /**
     * Returns in what.
     *
     * @return the group or role
     */
    public EntityUid group() {
        return group;
    }

    /**
     * Returns how long.
     *
     * @return the first moment at which it does not count; empty if it counts until it is revoked
     */
    public Optional<Instant> until() {
        return Optional.ofNullable(until);
    }

    /** The same of a member that is equal. */
    Grant by(EntityUid equal) {
        return new Grant(equal, group, until);
    }

    boolean isTimed() {
        return until != null;
    }

    boolean counts(Instant now) {
        return until == null || now.isBefore(until);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Grant that
                && member.equals(that.member)
                && group.equals(that.group)
                && Objects.equals(until, that.until);
    }

    @Override
    public int hashCode() {
        return Objects.hash(member, group, until);
    }

    /** Who, in what, until when. */
    @Override
    public String toString() {
        return "Grant[%s in %s%s]".formatted(member, group, until == null ? "" : " until " + until);
    }
}
