package io.aidc.privacy.aggregation;

/** What the server made of a client's message. */
public sealed interface Receipt {
    /**
     * A message that counts.
     *
     * @param client who sent it
     */
    record Accepted(int client) implements Receipt {}

    /**
     * A message that is ignored; unless an acceptable one follows in time, its sender counts as having left.
     *
     * @param client who claims to have sent it
     * @param reason what is wrong with it
     */
    record Rejected(int client, Reason reason) implements Receipt {}

    /** What is wrong with a client's message. */
    enum Reason {
        /** It belongs to another round. */
        OTHER_ROUND,
        /** It is not of the kind that this step collects. */
        UNEXPECTED,
        /** There is no such client, or it left in an earlier step. */
        NOT_TAKING_PART,
        /** This client's message for this step is there already. */
        REPEATED,
        /** A public key is not canonical, or agrees on zeros with everybody. */
        BAD_KEY,
        /** A public key was advertised before, by this client or another. */
        REPEATED_KEY,
        /** Boxes or shares are not exactly for those clients for which they are due. */
        WRONG_CLIENTS,
        /** The masked vector does not have the agreed size. */
        WRONG_LENGTH,
        /** A share is not one. */
        BAD_SHARE
    }
}
