package io.aidc.storage.metadata;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Who takes part in a cluster's log, and who leads it.
 *
 * <p>A change is one entry of the log and takes effect by joint consensus (Ongaro and Ousterhout 2014, section 6). Thread-safe.
 */
public interface Membership {
    /**
     * Lists the nodes.
     *
     * @return as this node knows it; sorted by id
     */
    List<Member> members();

    /**
     * Adds a node, which was opened to join and is running. Blocks until it has caught up and takes part.
     *
     * @param member with an id that was never used before
     * @throws IllegalArgumentException if the id or an address is a member's
     * @throws IOException if that did not happen in time; it may still happen: look at {@link #members}
     */
    void add(Member member) throws IOException;

    /**
     * Removes a node, for good: its id must not be used again. Blocks until the others have agreed.
     *
     * @param id a member's; it may be dead, as long as the others are a majority
     * @param check is run before each attempt, and holds for it: the attempt fails if the members have changed since; what it throws
     *     ends this
     * @throws IllegalArgumentException if there is no such member, or it is the only one
     * @throws IOException if that did not happen in time; it may still happen: look at {@link #members}
     */
    void remove(String id, Check check) throws IOException;

    /** Looks whether a node may go. */
    interface Check {
        /**
         * Looks.
         *
         * @throws IOException if it cannot be told now
         */
        void run() throws IOException;
    }

    /**
     * Hands the lead to another node. Writes wait meanwhile, about one round trip.
     *
     * @param id a member's that is alive and has caught up
     * @throws IllegalArgumentException if there is no such member
     * @throws IOException if that did not happen in time; some node leads, or is being elected
     */
    void lead(String id) throws IOException;

    /**
     * Compares the state of all nodes that answer, at a revision that each has reached.
     *
     * @return the nodes whose state differs from this node's, with the first revision found; empty if all agree. Nodes that do
     *     not answer, or are too far apart to compare, are left out
     */
    Map<String, Long> divergent();
}
