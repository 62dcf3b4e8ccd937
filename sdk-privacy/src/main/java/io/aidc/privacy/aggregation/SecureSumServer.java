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
import io.aidc.privacy.aggregation.Receipt.Reason;
import io.aidc.privacy.noise.RandomBits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The server's side of one round of a {@link SecureSum}.
 *
 * <p>Collect messages with {@link #receive} as long as {@link #isWaiting()} and patience lasts, then call
 * {@link #next()}, which says what to send, or gives the sum, or says why there is none. That is done four times.
 * Clients that did not answer by then have left; a message that an honest client would not send is ignored, and says
 * why.
 *
 * <p>Whether a message comes from the client that it names is for the transport to check. What is summed is not checked
 * and cannot be. If more neighbours than needed answer, a lie of one of them about its shares is got around. Confined:
 * one thread at a time.
 */
public final class SecureSumServer {
    private enum Collecting {
        KEYS,
        SHARES,
        VECTORS,
        SECRETS,
        NOTHING
    }

    private final SecureSum sum;
    private final Bytes round;
    private final KeySchedule keys;
    private final Graph graph;
    private final byte[] probe;
    private final Words total;
    private final Map<Integer, Advertisement> advertised = new TreeMap<>();
    private final Set<Bytes> publicKeys = new HashSet<>();
    private final Map<Integer, Bytes> commitments = new TreeMap<>();
    private final Map<Integer, List<Box>> inboxes = new TreeMap<>();
    private final Set<Integer> survivors = new TreeSet<>();
    private final Map<Integer, Revealed> revealed = new TreeMap<>();
    private Collecting collecting = Collecting.KEYS;

    private SecureSumServer(SecureSum sum, RandomBits random) {
        this.sum = sum;
        round = Bytes.owning(draw(random));
        probe = draw(random);
        keys = new KeySchedule(sum, round.array());
        graph = new Graph(sum, keys);
        total = new Words(sum.length(), sum.bits());
    }

    /**
     * Starts a round under a fresh random name.
     *
     * @param sum the agreed parameters
     * @return the server's side
     */
    public static SecureSumServer start(SecureSum sum) {
        Objects.requireNonNull(sum, "sum");
        try (RandomBits random = RandomBits.open()) {
            return start(sum, random);
        }
    }

    static SecureSumServer start(SecureSum sum, RandomBits random) {
        return new SecureSumServer(sum, random);
    }

    /**
     * Returns the name of the round, which clients need to join. Not secret.
     *
     * @return a copy of its 32 bytes
     */
    public byte[] round() {
        return round.array().clone();
    }

    /**
     * Tells whether answers are missing. Cost: O(1).
     *
     * @return false after the last step
     */
    public boolean isWaiting() {
        int expected = switch (collecting) {
            case KEYS -> sum.clients();
            case SHARES -> advertised.size();
            case VECTORS -> commitments.size();
            case SECRETS -> survivors.size();
            case NOTHING -> 0;
        };
        return answered().size() < expected;
    }

    /**
     * Returns whose answers are missing. Cost: O(clients log clients).
     *
     * @return client numbers, in ascending order; empty after the last step
     */
    public Set<Integer> waitingFor() {
        Set<Integer> missing = switch (collecting) {
            case KEYS -> IntStream.range(0, sum.clients()).boxed().collect(Collectors.toCollection(TreeSet::new));
            case SHARES -> new TreeSet<>(advertised.keySet());
            case VECTORS -> new TreeSet<>(commitments.keySet());
            case SECRETS -> new TreeSet<>(survivors);
            case NOTHING -> new TreeSet<>();
        };
        missing.removeAll(answered());
        return missing;
    }

    /**
     * Takes a client's message for the step at hand.
     *
     * @param message what a client sent
     * @return whether it counts
     */
    public Receipt receive(SecureSumMessage message) {
        int client = message.client();
        return wrong(message)
                .<Receipt>map(reason -> new Receipt.Rejected(client, reason))
                .orElseGet(() -> new Receipt.Accepted(client));
    }

    /**
     * Ends the step at hand; who has not answered has left.
     *
     * @return what to send, or the end of the round
     * @throws IllegalStateException if the round is over
     */
    public Step next() {
        if (collecting == Collecting.NOTHING) {
            throw new IllegalStateException("the round is over");
        }
        int answers = answered().size();
        if (collecting != Collecting.SECRETS && answers < sum.minimumSurvivors()) {
            collecting = Collecting.NOTHING;
            return new Step.Aborted(Step.Reason.TOO_FEW_CLIENTS, answers);
        }
        switch (collecting) {
            case KEYS -> {
                collecting = Collecting.SHARES;
                return send(advertised.keySet(), this::keysFor);
            }
            case SHARES -> {
                collecting = Collecting.VECTORS;
                return send(commitments.keySet(), client -> new Inbox(inboxes.getOrDefault(client, List.of())));
            }
            case VECTORS -> {
                collecting = Collecting.SECRETS;
                return send(
                        survivors,
                        client -> new Request(survivors.size(), wanted(client, true), wanted(client, false)));
            }
            default -> {
                collecting = Collecting.NOTHING;
                return open();
            }
        }
    }

    /**
     * Names the step at hand.
     *
     * @return text
     */
    @Override
    public String toString() {
        return "SecureSumServer[collecting=%s, answered=%d]"
                .formatted(collecting, answered().size());
    }

    private Set<Integer> answered() {
        return switch (collecting) {
            case KEYS -> advertised.keySet();
            case SHARES -> commitments.keySet();
            case VECTORS -> survivors;
            case SECRETS, NOTHING -> revealed.keySet();
        };
    }

    private boolean takesPart(int client) {
        return switch (collecting) {
            case KEYS -> client < sum.clients();
            case SHARES -> advertised.containsKey(client);
            case VECTORS -> commitments.containsKey(client);
            case SECRETS, NOTHING -> survivors.contains(client);
        };
    }

    private Optional<Reason> wrong(SecureSumMessage message) {
        int client = message.client();
        Content content = message.content();
        if (!message.round().equals(round)) {
            return Optional.of(Reason.OTHER_ROUND);
        } else if (!takesPart(client)) {
            return Optional.of(Reason.NOT_TAKING_PART);
        } else if (answered().contains(client)) {
            return Optional.of(Reason.REPEATED);
        } else if (collecting == Collecting.KEYS && content instanceof Advertisement advertisement) {
            return take(client, advertisement);
        } else if (collecting == Collecting.SHARES && content instanceof Shares shares) {
            return take(client, shares);
        } else if (collecting == Collecting.VECTORS && content instanceof Masked masked) {
            return take(client, masked);
        } else if (collecting == Collecting.SECRETS && content instanceof Revealed shares) {
            return take(client, shares);
        }
        return Optional.of(Reason.UNEXPECTED);
    }

    private Optional<Reason> take(int client, Advertisement advertisement) {
        Bytes shareKey = advertisement.shareKey();
        Bytes maskKey = advertisement.maskKey();
        if (shareKey.equals(maskKey) || publicKeys.contains(shareKey) || publicKeys.contains(maskKey)) {
            return Optional.of(Reason.REPEATED_KEY);
        } else if (X25519.agree(probe, shareKey.array()).isEmpty()
                || X25519.agree(probe, maskKey.array()).isEmpty()) {
            return Optional.of(Reason.BAD_KEY);
        }
        publicKeys.add(shareKey);
        publicKeys.add(maskKey);
        advertised.put(client, advertisement);
        return Optional.empty();
    }

    private Optional<Reason> take(int client, Shares shares) {
        List<Integer> recipients = shares.boxes().stream().map(Box::peer).toList();
        if (!recipients.equals(neighbours(client, advertised.keySet()))) {
            return Optional.of(Reason.WRONG_CLIENTS);
        }
        for (Box box : shares.boxes()) {
            inboxes.computeIfAbsent(box.peer(), peer -> new ArrayList<>()).add(new Box(client, box.sealed()));
        }
        commitments.put(client, shares.commitment());
        return Optional.empty();
    }

    private Optional<Reason> take(int client, Masked masked) {
        if (masked.words().length() != Words.packedBytes(sum.length(), sum.bits())) {
            return Optional.of(Reason.WRONG_LENGTH);
        }
        total.addPacked(masked.words().array());
        survivors.add(client);
        return Optional.empty();
    }

    private Optional<Reason> take(int client, Revealed shares) {
        if (!owners(shares.seeds()).equals(wanted(client, true))
                || !owners(shares.maskKeys()).equals(wanted(client, false))) {
            return Optional.of(Reason.WRONG_CLIENTS);
        } else if (!inField(shares.seeds()) || !inField(shares.maskKeys())) {
            return Optional.of(Reason.BAD_SHARE);
        }
        revealed.put(client, shares);
        return Optional.empty();
    }

    private Step send(Set<Integer> clients, Function<Integer, Content> content) {
        return new Step.Send(clients.stream()
                .map(client -> new SecureSumMessage(round, client, content.apply(client)))
                .toList());
    }

    private Keys keysFor(int client) {
        return new Keys(neighbours(client, advertised.keySet()).stream()
                .map(peer -> {
                    Advertisement keyPair = Objects.requireNonNull(advertised.get(peer));
                    return new PeerKeys(peer, keyPair.shareKey(), keyPair.maskKey());
                })
                .toList());
    }

    private List<Integer> neighbours(int client, Set<Integer> among) {
        return graph.neighbours(client).stream().filter(among::contains).toList();
    }

    /** The neighbours about whose seeds, or mask keys, a survivor is asked. */
    private List<Integer> wanted(int client, boolean stayed) {
        return neighbours(client, commitments.keySet()).stream()
                .filter(peer -> survivors.contains(peer) == stayed)
                .toList();
    }

    private Step open() {
        Map<Integer, List<Shamir.Share>> seedShares = sharesByOwner(Revealed::seeds);
        Map<Integer, List<Shamir.Share>> keyShares = sharesByOwner(Revealed::maskKeys);
        Set<Integer> entangled = commitments.keySet().stream()
                .filter(client -> !survivors.contains(client)
                        && !neighbours(client, survivors).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        if (tooFew(survivors, seedShares) || tooFew(entangled, keyShares)) {
            return new Step.Aborted(Step.Reason.TOO_FEW_SHARES, revealed.size());
        }
        var stream = new MaskStream();
        for (int client : survivors) {
            Bytes commitment = Objects.requireNonNull(commitments.get(client));
            Optional<byte[]> seed = rebuild(
                    sharesOf(client, seedShares),
                    secret -> Bytes.owning(keys.commitment(secret, client)).equals(commitment));
            if (seed.isEmpty()) {
                return failed();
            }
            total.subtractMask(stream.start(keys.selfMask(seed.get(), client)));
        }
        for (int client : entangled) {
            Bytes maskKey = Objects.requireNonNull(advertised.get(client)).maskKey();
            Optional<byte[]> scalar = rebuild(
                    sharesOf(client, keyShares),
                    secret -> Bytes.owning(X25519.publicKey(secret)).equals(maskKey));
            if (scalar.isEmpty()) {
                return failed();
            }
            removePairMasks(client, scalar.get(), stream);
        }
        stream.wipe();
        return new Step.Opened(total.signed(), sum.scale(), survivors);
    }

    private Step failed() {
        total.wipe();
        return new Step.Aborted(Step.Reason.WRONG_SHARES, revealed.size());
    }

    /** Removes what the neighbours of a client that left added for it. */
    private void removePairMasks(int client, byte[] scalar, MaskStream stream) {
        for (int peer : neighbours(client, survivors)) {
            Bytes peerKey = Objects.requireNonNull(advertised.get(peer)).maskKey();
            byte[] agreed = X25519.agree(scalar, peerKey.array()).orElseThrow();
            stream.start(keys.pairMask(agreed, client, peer));
            if (peer < client) {
                total.subtractMask(stream);
            } else {
                total.addMask(stream);
            }
        }
    }

    private Map<Integer, List<Shamir.Share>> sharesByOwner(Function<Revealed, List<SecretShare>> kind) {
        Map<Integer, List<Shamir.Share>> shares = new TreeMap<>();
        revealed.forEach((holder, answer) -> {
            for (SecretShare share : kind.apply(answer)) {
                shares.computeIfAbsent(share.owner(), owner -> new ArrayList<>())
                        .add(new Shamir.Share(holder, words(share)));
            }
        });
        return shares;
    }

    private boolean tooFew(Set<Integer> clients, Map<Integer, List<Shamir.Share>> shares) {
        return clients.stream().anyMatch(client -> sharesOf(client, shares).size() < sum.threshold());
    }

    /** Tries every run of as many shares as needed, in a circle, so that one wrong share is left out once. */
    private Optional<byte[]> rebuild(List<Shamir.Share> shares, Predicate<byte[]> right) {
        int threshold = sum.threshold();
        List<Shamir.Share> circle = new ArrayList<>(shares);
        circle.addAll(shares);
        int tries = shares.size() > threshold ? shares.size() : 1;
        for (int from = 0; from < tries; from++) {
            byte[] secret = Shamir.combine(circle.subList(from, from + threshold));
            if (right.test(secret)) {
                return Optional.of(secret);
            }
        }
        return Optional.empty();
    }

    private static List<Shamir.Share> sharesOf(int client, Map<Integer, List<Shamir.Share>> shares) {
        return shares.getOrDefault(client, List.of());
    }

    private static List<Integer> owners(List<SecretShare> shares) {
        return shares.stream().map(SecretShare::owner).toList();
    }

    private static boolean inField(List<SecretShare> shares) {
        for (SecretShare share : shares) {
            for (long word : words(share)) {
                if (word < 0 || word >= Field.PRIME) {
                    return false;
                }
            }
        }
        return true;
    }

    private static long[] words(SecretShare share) {
        long[] words = new long[Shamir.WORDS];
        ByteBuffer.wrap(share.share().array()).asLongBuffer().get(words);
        return words;
    }

    private static byte[] draw(RandomBits random) {
        ByteBuffer bytes = ByteBuffer.allocate(Wire.ROUND_BYTES);
        while (bytes.hasRemaining()) {
            bytes.putLong(random.nextLong());
        }
        return bytes.array();
    }
}
