package io.aidc.privacy.aggregation;

import java.util.List;

/**
 * What the messages of one round carry, in the order in which they travel.
 *
 * <p>Records of lists, so that equal content is equal; whatever is secret prints as a size.
 */
sealed interface Content {
    /** To the server: the public keys for the shares and for the masks. */
    record Advertisement(Bytes shareKey, Bytes maskKey) implements Content {}

    /** To a client: the keys of those neighbours that advertised any. */
    record Keys(List<PeerKeys> peers) implements Content {}

    /** To the server: a commitment to the seed of the own mask, and a sealed box for each neighbour. */
    record Shares(Bytes commitment, List<Box> boxes) implements Content {}

    /** To a client: the boxes that its neighbours sealed for it. */
    record Inbox(List<Box> boxes) implements Content {}

    /** To the server: the packed words of the masked vector. */
    record Masked(Bytes words) implements Content {}

    /** To a client: which neighbours' seeds are wanted, and which neighbours' mask keys. */
    record Request(int survivors, List<Integer> stayed, List<Integer> left) implements Content {}

    /** To the server: shares of seeds and of mask keys. */
    record Revealed(List<SecretShare> seeds, List<SecretShare> maskKeys) implements Content {}

    record PeerKeys(int client, Bytes shareKey, Bytes maskKey) {}

    /** {@code peer} is whom the box is for on the way to the server, and whom it is from on the way to a client. */
    record Box(int peer, Bytes sealed) {}

    /** A share, {@link Shamir#SHARE_BYTES} bytes, of a secret of {@code owner}. */
    record SecretShare(int owner, Bytes share) {}
}
