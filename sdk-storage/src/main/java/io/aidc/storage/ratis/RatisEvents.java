package io.aidc.storage.ratis;

import io.aidc.storage.metadata.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is told what happens inside the Raft group, on Ratis' threads; must return quickly. */
public interface RatisEvents {
    /**
     * Another leader was elected, or the known one was lost.
     *
     * @param leader its id, or null if there is none
     * @param term the election term
     */
    void leaderChanged(@Nullable String leader, long term);

    /**
     * The nodes of the group are known, or are others than before.
     *
     * @param members sorted by id
     */
    void membersChanged(List<Member> members);

    /**
     * The log could not be written; this node has stopped voting and applying.
     *
     * @param cause what failed
     */
    void logFailed(Throwable cause);
}
