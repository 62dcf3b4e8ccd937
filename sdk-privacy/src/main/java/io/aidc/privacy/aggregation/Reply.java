package io.aidc.privacy.aggregation;

/** What a client answers to the server's message. */
public sealed interface Reply {
    /**
     * An answer to be sent to the server.
     *
     * @param message the answer
     */
    record Send(SecureSumMessage message) implements Reply {}

    /**
     * A message that an honest server would not have sent; the client has forgotten its secrets and left the round.
     *
     * @param reason what is wrong with it
     */
    record Refused(Reason reason) implements Reply {}

    /** What is wrong with a message from the server. */
    enum Reason {
        /** It belongs to another round. */
        OTHER_ROUND,
        /** It is for another client. */
        OTHER_CLIENT,
        /** It is not the message that comes next. */
        UNEXPECTED,
        /** It names a client that is no neighbour or that did not reach this step, or leaves one out. */
        NOT_A_NEIGHBOUR,
        /** It names a client twice, or as having stayed and left. */
        NAMED_TWICE,
        /** It has this client's own public key under another name. */
        OWN_KEY,
        /** It has the same public key twice. */
        REPEATED_KEY,
        /** It has a public key that is not canonical or agrees on zeros with everybody. */
        BAD_KEY,
        /** A box does not open: changed, from another round, for another client, or under other parameters. */
        BAD_BOX,
        /** So few neighbours remain that fewer than the threshold hold this client's secrets. */
        TOO_FEW_NEIGHBOURS,
        /** So few clients remain that the sum would tell too much. */
        TOO_FEW_SURVIVORS
    }
}
