package io.aidc.privacy.aggregation;

import io.aidc.privacy.aggregation.Content.Advertisement;
import io.aidc.privacy.aggregation.Content.Box;
import io.aidc.privacy.aggregation.Content.Inbox;
import io.aidc.privacy.aggregation.Content.Keys;
import io.aidc.privacy.aggregation.Content.Masked;
import io.aidc.privacy.aggregation.Content.PeerKeys;
import io.aidc.privacy.aggregation.Content.Request;
import io.aidc.privacy.aggregation.Content.Revealed;
import io.aidc.privacy.aggregation.Content.SecretShare;
import io.aidc.privacy.aggregation.Content.Shares;
import io.aidc.privacy.noise.RandomBits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client's side of one round of a {@link SecureSum}.
 *
 * <p>Four steps, in this order and once each: {@link #advertise()}, {@link #share}, {@link #mask(SecureSumMessage,
 * long[])}, {@link #unmask}. Each but the first takes the server's message and answers it; a message that an honest
 * server would not send is {@link Reply.Refused refused}, and ends the round for this client. It then counts as having
 * left.
 *
 * <p>For each neighbour it gives the server a share of the seed or of the mask key, never of both, and answers one
 * request only: both together would show the neighbour's vector. Keys are fresh for each round and bound to its name
 * and to the parameters. Secrets are overwritten when the round ends and on {@link #close()}; copies inside the JDK's
 * cryptography are out of our reach. Confined: one thread at a time.
 */
public final class SecureSumClient implements AutoCloseable {
    private enum Next {
        ADVERTISE,
        SHARE,
        MASK,
        UNMASK,
        NOTHING
    }

    private final SecureSum sum;
    private final Bytes round;
    private final int client;
    private final KeySchedule keys;
    private final Set<Integer> neighbours;
    private final RandomBits random;
    private final byte[] shareScalar;
    private final byte[] maskScalar;
    private final byte[] seed;
    private final Advertisement own;
    private final Map<Integer, Peer> peers = new TreeMap<>();
    private Next next = Next.ADVERTISE;

    /** What is agreed with a neighbour, and its shares once they have come. */
    private static final class Peer {
        final byte[] boxKey;
        final byte[] maskKey;
        byte @Nullable [] shares;

        Peer(byte[] boxKey, byte[] maskKey) {
            this.boxKey = boxKey;
            this.maskKey = maskKey;
        }
    }

    private SecureSumClient(SecureSum sum, Bytes round, int client, RandomBits random) {
        this.sum = sum;
        this.round = round;
        this.client = client;
        this.random = random;
        keys = new KeySchedule(sum, round.array());
        neighbours = Set.copyOf(new Graph(sum, keys).neighbours(client));
        shareScalar = drawSecret();
        maskScalar = drawSecret();
        seed = drawSecret();
        own = new Advertisement(
                Bytes.owning(X25519.publicKey(shareScalar)), Bytes.owning(X25519.publicKey(maskScalar)));
    }

    /**
     * Joins a round.
     *
     * @param sum the agreed parameters
     * @param round the round's name, from {@link SecureSumServer#round()}; never one that was used before
     * @param client this client's number, from 0
     * @return the client's side, to be closed after use
     * @throws IllegalArgumentException if the name does not have 32 bytes or the number is not below the number of
     *     clients
     */
    public static SecureSumClient join(SecureSum sum, byte[] round, int client) {
        return join(sum, round, client, RandomBits.open());
    }

    static SecureSumClient join(SecureSum sum, byte[] round, int client, RandomBits random) {
        Objects.requireNonNull(round, "round");
        if (round.length != Wire.ROUND_BYTES) {
            throw new IllegalArgumentException(
                    "round must have %d bytes, got %d".formatted(Wire.ROUND_BYTES, round.length));
        }
        sum.checkClient(client);
        return new SecureSumClient(sum, Bytes.copyOf(round), client, random);
    }

    /**
     * Step one: publishes keys.
     *
     * @return a message for the server
     * @throws IllegalStateException if this is not the step that comes next, or after {@link #close()}
     */
    public SecureSumMessage advertise() {
        expect(Next.ADVERTISE);
        next = Next.SHARE;
        return message(own);
    }

    /**
     * Step two: shares the secrets with the neighbours.
     *
     * @param message the server's answer to {@link #advertise()}
     * @return the shares, or a refusal
     * @throws IllegalStateException if this is not the step that comes next, or after {@link #close()}
     */
    public Reply share(SecureSumMessage message) {
        expect(Next.SHARE);
        return answer(message, Keys.class, this::meet, keyList -> {
            next = Next.MASK;
            return shares();
        });
    }

    /**
     * Step three: masks a vector of integers.
     *
     * <p>An exception here can tell others about the data, for the client then leaves the round: make all values finite
     * and in range first.
     *
     * @param message the server's answer to the shares
     * @param values this client's vector; not modified
     * @return the masked vector, or a refusal
     * @throws IllegalArgumentException if the vector has another length than agreed or a number is out of range
     * @throws IllegalStateException if the sum takes real numbers, if this is not the step that comes next, or after
     *     {@link #close()}
     */
    public Reply mask(SecureSumMessage message, long[] values) {
        Objects.requireNonNull(values, "values");
        expect(Next.MASK);
        return masked(message, sum.checked(values));
    }

    /**
     * Step three: clips, rounds and masks a vector of real numbers, with noise if that was agreed.
     *
     * <p>An exception here can tell others about the data, for the client then leaves the round: make all values finite
     * and in range first.
     *
     * @param message the server's answer to the shares
     * @param values this client's vector; not modified
     * @return the masked vector, or a refusal
     * @throws IllegalArgumentException if the vector has another length than agreed or a number is not finite
     * @throws IllegalStateException if the sum takes integers, if this is not the step that comes next, or after
     *     {@link #close()}
     */
    public Reply mask(SecureSumMessage message, double[] values) {
        Objects.requireNonNull(values, "values");
        expect(Next.MASK);
        return masked(message, sum.quantised(values, random));
    }

    /**
     * Step four: helps to remove the masks, and forgets all secrets.
     *
     * @param message the server's answer to the masked vector
     * @return the shares asked for, or a refusal
     * @throws IllegalStateException if this is not the step that comes next, as for a second request, or after
     *     {@link #close()}
     */
    public Reply unmask(SecureSumMessage message) {
        expect(Next.UNMASK);
        Reply reply = answer(
                message,
                Request.class,
                this::allow,
                request -> new Revealed(revealed(request.stayed(), 0), revealed(request.left(), Shamir.SHARE_BYTES)));
        close();
        return reply;
    }

    /** Leaves the round and overwrites its secrets. Calling it again does nothing. */
    @Override
    public void close() {
        next = Next.NOTHING;
        random.close();
        Arrays.fill(shareScalar, (byte) 0);
        Arrays.fill(maskScalar, (byte) 0);
        Arrays.fill(seed, (byte) 0);
        for (Peer peer : peers.values()) {
            Arrays.fill(peer.boxKey, (byte) 0);
            Arrays.fill(peer.maskKey, (byte) 0);
            if (peer.shares != null) {
                Arrays.fill(peer.shares, (byte) 0);
            }
        }
    }

    /**
     * Names the client.
     *
     * @return text without secrets
     */
    @Override
    public String toString() {
        return "SecureSumClient[client=%d, next=%s]".formatted(client, next);
    }

    private void expect(Next step) {
        if (next != step) {
            throw new IllegalStateException("the next step of client %d is %s, not %s".formatted(client, next, step));
        }
    }

    /** Checks a message from outside in, and answers it if nothing is wrong. */
    private <C extends Content> Reply answer(
            SecureSumMessage message,
            Class<C> kind,
            Function<C, Optional<Reply.Reason>> check,
            Function<C, Content> answer) {
        Optional<Reply.Reason> wrong;
        if (!message.round().equals(round)) {
            wrong = Optional.of(Reply.Reason.OTHER_ROUND);
        } else if (message.client() != client) {
            wrong = Optional.of(Reply.Reason.OTHER_CLIENT);
        } else if (!kind.isInstance(message.content())) {
            wrong = Optional.of(Reply.Reason.UNEXPECTED);
        } else {
            wrong = check.apply(kind.cast(message.content()));
        }
        if (wrong.isPresent()) {
            close();
            return new Reply.Refused(wrong.get());
        }
        return new Reply.Send(message(answer.apply(kind.cast(message.content()))));
    }

    private Optional<Reply.Reason> meet(Keys list) {
        Set<Bytes> seen = new HashSet<>();
        for (PeerKeys peer : list.peers()) {
            if (!neighbours.contains(peer.client())) {
                return Optional.of(Reply.Reason.NOT_A_NEIGHBOUR);
            } else if (peers.containsKey(peer.client())) {
                return Optional.of(Reply.Reason.NAMED_TWICE);
            }
            for (Bytes key : List.of(peer.shareKey(), peer.maskKey())) {
                if (key.equals(own.shareKey()) || key.equals(own.maskKey())) {
                    return Optional.of(Reply.Reason.OWN_KEY);
                } else if (!seen.add(key)) {
                    return Optional.of(Reply.Reason.REPEATED_KEY);
                }
            }
            Optional<byte[]> boxKey = X25519.agree(shareScalar, peer.shareKey().array());
            Optional<byte[]> maskKey = X25519.agree(maskScalar, peer.maskKey().array());
            if (boxKey.isEmpty() || maskKey.isEmpty()) {
                return Optional.of(Reply.Reason.BAD_KEY);
            }
            peers.put(peer.client(), new Peer(boxKey.get(), maskKey.get()));
        }
        return enough(peers.size());
    }

    private Shares shares() {
        List<Integer> holders = List.copyOf(peers.keySet());
        long[][] seedShares = Shamir.split(seed, sum.threshold(), holders, random);
        long[][] keyShares = Shamir.split(maskScalar, sum.threshold(), holders, random);
        List<Box> boxes = new ArrayList<>();
        int at = 0;
        for (Map.Entry<Integer, Peer> peer : peers.entrySet()) {
            ByteBuffer plain = ByteBuffer.allocate(2 * Shamir.SHARE_BYTES);
            plain.asLongBuffer().put(seedShares[at]).put(keyShares[at]);
            Arrays.fill(seedShares[at], 0);
            Arrays.fill(keyShares[at], 0);
            at++;
            byte[] sealed = keys.seal(peer.getValue().boxKey, client, peer.getKey(), plain.array());
            Arrays.fill(plain.array(), (byte) 0);
            boxes.add(new Box(peer.getKey(), Bytes.owning(sealed)));
        }
        return new Shares(Bytes.owning(keys.commitment(seed, client)), List.copyOf(boxes));
    }

    private Reply masked(SecureSumMessage message, long[] integers) {
        Reply reply = answer(message, Inbox.class, this::open, inbox -> {
            next = Next.UNMASK;
            return masked(integers);
        });
        Arrays.fill(integers, 0);
        return reply;
    }

    private Optional<Reply.Reason> open(Inbox inbox) {
        for (Box box : inbox.boxes()) {
            Peer peer = peers.get(box.peer());
            if (peer == null) {
                return Optional.of(Reply.Reason.NOT_A_NEIGHBOUR);
            } else if (peer.shares != null) {
                return Optional.of(Reply.Reason.NAMED_TWICE);
            }
            Optional<byte[]> plain =
                    keys.open(peer.boxKey, box.peer(), client, box.sealed().array());
            if (plain.isEmpty()) {
                return Optional.of(Reply.Reason.BAD_BOX);
            }
            peer.shares = plain.get();
        }
        peers.values().removeIf(peer -> peer.shares == null);
        return enough(peers.size());
    }

    private Masked masked(long[] integers) {
        var words = new Words(sum.length(), sum.bits());
        words.add(integers);
        var stream = new MaskStream();
        words.addMask(stream.start(keys.selfMask(seed, client)));
        for (Map.Entry<Integer, Peer> peer : peers.entrySet()) {
            int other = peer.getKey();
            stream.start(keys.pairMask(peer.getValue().maskKey, client, other));
            if (client < other) {
                words.addMask(stream);
            } else {
                words.subtractMask(stream);
            }
        }
        stream.wipe();
        return new Masked(Bytes.owning(words.packed()));
    }

    private Optional<Reply.Reason> allow(Request request) {
        Set<Integer> named = new HashSet<>(request.stayed());
        named.addAll(request.left());
        if (named.size() != request.stayed().size() + request.left().size()) {
            return Optional.of(Reply.Reason.NAMED_TWICE);
        } else if (!named.equals(peers.keySet())) {
            return Optional.of(Reply.Reason.NOT_A_NEIGHBOUR);
        } else if (request.survivors() < sum.minimumSurvivors()) {
            return Optional.of(Reply.Reason.TOO_FEW_SURVIVORS);
        }
        return enough(request.stayed().size());
    }

    private List<SecretShare> revealed(List<Integer> owners, int from) {
        List<SecretShare> shares = new ArrayList<>();
        for (int owner : owners) {
            byte[] both = Objects.requireNonNull(Objects.requireNonNull(peers.get(owner)).shares);
            byte[] one = Arrays.copyOfRange(both, from, from + Shamir.SHARE_BYTES);
            shares.add(new SecretShare(owner, Bytes.owning(one)));
        }
        return List.copyOf(shares);
    }

    private Optional<Reply.Reason> enough(int remaining) {
        return remaining < sum.threshold() ? Optional.of(Reply.Reason.TOO_FEW_NEIGHBOURS) : Optional.empty();
    }

    private SecureSumMessage message(Content content) {
        return new SecureSumMessage(round, client, content);
    }

    private byte[] drawSecret() {
        ByteBuffer secret = ByteBuffer.allocate(Shamir.SECRET_BYTES);
        while (secret.hasRemaining()) {
            secret.putLong(random.nextLong());
        }
        return secret.array();
    }
}
