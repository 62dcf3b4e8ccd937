package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.privacy.aggregation.Content.Advertisement;
import io.aidc.privacy.aggregation.Content.Box;
import io.aidc.privacy.aggregation.Content.Inbox;
import io.aidc.privacy.aggregation.Content.Keys;
import io.aidc.privacy.aggregation.Content.PeerKeys;
import io.aidc.privacy.aggregation.Content.Request;
import io.aidc.privacy.aggregation.Content.Revealed;
import io.aidc.privacy.aggregation.Reply.Reason;
import io.aidc.privacy.aggregation.Simulation.At;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A client believes nothing: every lie of the server ends the round for it. Client 0 is lied to. */
class SecureSumClientTest {
    private static final SecureSum SUM = SecureSum.clients(5)
            .curiousServer(0.2)
            .dropout(0.2)
            .vector(2)
            .valuesUpTo(9)
            .build();

    private static <C extends Content> Reason lie(Class<C> kind, Function<C, Content> lie) {
        var round = new Simulation(SUM, 8);
        return lieIn(
                round,
                message -> kind.isInstance(message.content())
                        ? new SecureSumMessage(message.round(), 0, lie.apply(kind.cast(message.content())))
                        : message);
    }

    private static Reason lieIn(Simulation round, Function<SecureSumMessage, SecureSumMessage> lie) {
        round.fromServer = message -> message.client() == 0 ? lie.apply(message) : message;
        round.run(client -> new long[] {1, 2});
        assertThat(round.refusals).containsOnlyKeys(0);
        return Objects.requireNonNull(round.refusals.get(0)).reason();
    }

    private static <T> List<T> changed(List<T> list, Function<T, T> change) {
        List<T> copy = new ArrayList<>(list);
        copy.set(1, change.apply(list.get(1)));
        return copy;
    }

    private static Keys keysWith(Keys keys, Function<PeerKeys, PeerKeys> change) {
        return new Keys(changed(keys.peers(), change));
    }

    @Test
    void share_lyingKeyList_isRefusedByReason() {
        Bytes zero = Bytes.owning(new byte[32]);
        assertThat(lie(Keys.class, keys -> keysWith(keys, p -> new PeerKeys(p.client(), zero, p.maskKey()))))
                .isEqualTo(Reason.BAD_KEY);
        assertThat(lie(Keys.class, keys -> keysWith(keys, p -> new PeerKeys(p.client(), p.shareKey(), zero))))
                .isEqualTo(Reason.BAD_KEY);
        assertThat(lie(Keys.class, keys -> keysWith(keys, p -> new PeerKeys(0, p.shareKey(), p.maskKey()))))
                .isEqualTo(Reason.NOT_A_NEIGHBOUR);
        assertThat(lie(Keys.class, keys -> keysWith(keys, p -> new PeerKeys(77, p.shareKey(), p.maskKey()))))
                .isEqualTo(Reason.NOT_A_NEIGHBOUR);
        assertThat(lie(
                        Keys.class,
                        keys -> keysWith(
                                keys,
                                p -> new PeerKeys(
                                        p.client(), keys.peers().get(0).shareKey(), p.maskKey()))))
                .isEqualTo(Reason.REPEATED_KEY);
        assertThat(lie(
                        Keys.class,
                        keys -> keysWith(
                                keys,
                                p -> new PeerKeys(
                                        p.client(),
                                        p.shareKey(),
                                        keys.peers().get(0).shareKey()))))
                .isEqualTo(Reason.REPEATED_KEY);
        assertThat(lie(Keys.class, keys -> {
                    List<PeerKeys> twice = new ArrayList<>(keys.peers());
                    twice.add(keys.peers().get(0));
                    return new Keys(twice);
                }))
                .isEqualTo(Reason.NAMED_TWICE);
        assertThat(lie(Keys.class, keys -> new Keys(keys.peers().subList(0, 1))))
                .isEqualTo(Reason.TOO_FEW_NEIGHBOURS);
        assertThat(lie(Keys.class, keys -> new Inbox(List.of()))).isEqualTo(Reason.UNEXPECTED);
    }

    @Test
    void share_ownKeyEchoed_isRefused() {
        for (int which = 0; which < 2; which++) {
            boolean first = which == 0;
            var round = new Simulation(SUM, 8);
            assertThat(lieIn(round, message -> {
                        if (!(message.content() instanceof Keys keys)) {
                            return message;
                        }
                        var own = (Advertisement)
                                round.received(At.ADVERTISE).get(0).content();
                        Keys echo = keysWith(
                                keys,
                                p -> first
                                        ? new PeerKeys(p.client(), own.shareKey(), p.maskKey())
                                        : new PeerKeys(p.client(), p.shareKey(), own.maskKey()));
                        return new SecureSumMessage(message.round(), 0, echo);
                    }))
                    .isEqualTo(Reason.OWN_KEY);
        }
    }

    @Test
    void mask_lyingInbox_isRefusedByReason() {
        assertThat(lie(
                        Inbox.class,
                        inbox -> new Inbox(changed(inbox.boxes(), box -> {
                            byte[] sealed = box.sealed().array().clone();
                            sealed[3] ^= 4;
                            return new Box(box.peer(), Bytes.owning(sealed));
                        }))))
                .isEqualTo(Reason.BAD_BOX);
        assertThat(lie(
                        Inbox.class,
                        inbox -> new Inbox(changed(
                                inbox.boxes(),
                                box -> new Box(box.peer(), inbox.boxes().get(0).sealed())))))
                .isEqualTo(Reason.BAD_BOX);
        assertThat(lie(Inbox.class, inbox -> new Inbox(changed(inbox.boxes(), box -> new Box(0, box.sealed())))))
                .isEqualTo(Reason.NOT_A_NEIGHBOUR);
        assertThat(lie(
                        Inbox.class,
                        inbox -> new Inbox(
                                changed(inbox.boxes(), box -> inbox.boxes().get(0)))))
                .isEqualTo(Reason.NAMED_TWICE);
        assertThat(lie(Inbox.class, inbox -> new Inbox(inbox.boxes().subList(0, 1))))
                .isEqualTo(Reason.TOO_FEW_NEIGHBOURS);
        assertThat(lie(Inbox.class, inbox -> new Request(5, List.of(), List.of())))
                .isEqualTo(Reason.UNEXPECTED);
    }

    @Test
    void unmask_lyingRequest_isRefusedByReason() {
        // both kinds of shares of one neighbour would open its vector
        assertThat(lie(
                        Request.class,
                        r -> new Request(
                                r.survivors(), r.stayed(), List.of(r.stayed().get(0)))))
                .isEqualTo(Reason.NAMED_TWICE);
        assertThat(lie(
                        Request.class,
                        r -> new Request(
                                r.survivors(),
                                changed(r.stayed(), x -> r.stayed().get(0)),
                                r.left())))
                .isEqualTo(Reason.NAMED_TWICE);
        assertThat(lie(Request.class, r -> new Request(r.survivors(), r.stayed().subList(1, 4), r.left())))
                .isEqualTo(Reason.NOT_A_NEIGHBOUR);
        assertThat(lie(Request.class, r -> new Request(r.survivors(), changed(r.stayed(), x -> 0), r.left())))
                .isEqualTo(Reason.NOT_A_NEIGHBOUR);
        assertThat(lie(
                        Request.class,
                        r -> new Request(
                                r.survivors(),
                                r.stayed().subList(0, 1),
                                r.stayed().subList(1, 4))))
                .isEqualTo(Reason.TOO_FEW_NEIGHBOURS);
        assertThat(lie(Request.class, r -> new Request(3, r.stayed(), r.left())))
                .isEqualTo(Reason.TOO_FEW_SURVIVORS);
        assertThat(lie(Request.class, r -> new Inbox(List.of()))).isEqualTo(Reason.UNEXPECTED);
    }

    @Test
    void answer_otherRoundOrClient_isRefused() {
        var round = new Simulation(SUM, 8);
        assertThat(lieIn(round, m -> new SecureSumMessage(Bytes.owning(new byte[32]), 0, m.content())))
                .isEqualTo(Reason.OTHER_ROUND);
        assertThat(lieIn(new Simulation(SUM, 8), m -> new SecureSumMessage(m.round(), 1, m.content())))
                .isEqualTo(Reason.OTHER_CLIENT);
    }

    @Test
    void mask_boxesOfAnEarlierRound_areRefused() {
        var earlier = new Simulation(SUM, 8);
        earlier.run(client -> new long[] {1, 2});
        Content old = earlier.sent(At.MASK).get(0).content();
        var round = new Simulation(SUM, 9);
        assertThat(lieIn(round, m -> m.content() instanceof Inbox ? new SecureSumMessage(m.round(), 0, old) : m))
                .isEqualTo(Reason.BAD_BOX);
    }

    /** Keys that were used before lead to other masks and boxes, since the round's name goes into every key. */
    @Test
    void masks_ofTheSameKeysInTwoRounds_differ() {
        byte[] other = new byte[32];
        other[31] = 1;
        var one = new KeySchedule(SUM, new byte[32]);
        var two = new KeySchedule(SUM, other);
        byte[] agreed = new byte[32];
        assertThat(one.pairMask(agreed, 0, 1)).isNotEqualTo(two.pairMask(agreed, 0, 1));
        assertThat(one.selfMask(agreed, 0)).isNotEqualTo(two.selfMask(agreed, 0));
        assertThat(one.pairMask(agreed, 0, 1)).isEqualTo(one.pairMask(agreed, 1, 0));
    }

    @Test
    void unmask_twice_isRefusedEvenIfTheFirstWasALie() {
        for (boolean lying : new boolean[] {true, false}) {
            var round = new Simulation(SUM, 8);
            List<SecureSumMessage> requests = new ArrayList<>();
            round.fromServer = message -> {
                if (message.client() != 0 || !(message.content() instanceof Request request)) {
                    return message;
                }
                requests.add(message);
                return lying
                        ? new SecureSumMessage(message.round(), 0, new Request(1, request.stayed(), request.left()))
                        : message;
            };
            round.run(client -> new long[] {1, 2});
            SecureSumClient client = round.clients.get(0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> client.unmask(requests.get(0)))
                    .withMessage("the next step of client 0 is NOTHING, not UNMASK");
        }
    }

    /** For no client do the shares that the survivors give away include both kinds. */
    @Test
    void unmask_withDropouts_neverRevealsBothKindsOfShares() {
        var round = new Simulation(SUM, 12).silent(At.MASK, 2);
        round.run(client -> new long[] {1, 2});
        List<Integer> seeds = new ArrayList<>();
        List<Integer> keys = new ArrayList<>();
        for (SecureSumMessage message : round.received(At.UNMASK)) {
            var revealed = (Revealed) message.content();
            revealed.seeds().forEach(share -> seeds.add(share.owner()));
            revealed.maskKeys().forEach(share -> keys.add(share.owner()));
        }
        assertThat(seeds).isNotEmpty();
        assertThat(keys).containsOnly(2);
        assertThat(Collections.disjoint(seeds, keys)).isTrue();
    }

    @Test
    void steps_outOfOrder_areIllegalStates() {
        var server = SecureSumServer.start(SUM);
        SecureSumMessage any = new SecureSumMessage(Bytes.copyOf(server.round()), 0, new Keys(List.of()));
        SecureSumClient client = SecureSumClient.join(SUM, server.round(), 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> client.share(any))
                .withMessage("the next step of client 0 is ADVERTISE, not SHARE");
        assertThatIllegalStateException().isThrownBy(() -> client.mask(any, new long[2]));
        assertThatIllegalStateException().isThrownBy(() -> client.unmask(any));
        assertThat(client.advertise().client()).isZero();
        assertThatIllegalStateException().isThrownBy(client::advertise);
        assertThat(client).hasToString("SecureSumClient[client=0, next=SHARE]");
        client.close();
        client.close();
        assertThatIllegalStateException().isThrownBy(() -> client.share(any));
        assertThatIllegalStateException().isThrownBy(() -> client.mask(any, new double[2]));
    }

    @Test
    void mask_badVector_isRefusedByNameAndCanBeCorrected() {
        var round = new Simulation(SUM, 8);
        List<String> messages = new ArrayList<>();
        Step end = round.run(client -> {
            if (client == 0) {
                for (long[] bad :
                        List.of(new long[1], new long[3], new long[] {0, 10}, new long[] {Long.MIN_VALUE, 0})) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> round.clients
                                    .get(0)
                                    .mask(round.sent(At.MASK).get(0), bad))
                            .satisfies(e -> messages.add(e.getMessage()));
                }
                assertThatIllegalStateException()
                        .isThrownBy(() ->
                                round.clients.get(0).mask(round.sent(At.MASK).get(0), new double[2]))
                        .withMessageContaining("integers");
            }
            return new long[] {9, -9};
        });
        assertThat(messages)
                .containsExactly(
                        "the vector must have 2 numbers, got 1",
                        "the vector must have 2 numbers, got 3",
                        "values must be in [-9, 9], the one at index 1 is not",
                        "values must be in [-9, 9], the one at index 0 is not");
        assertThat(((Step.Opened) end).integers()).containsExactly(45, -45);
    }

    @Test
    void mask_leavesTheCallersVectorAlone() {
        long[] mine = {3, 4};
        new Simulation(SUM, 8).run(client -> mine);
        assertThat(mine).containsExactly(3, 4);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway can do
    void join_badArguments_areRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecureSumClient.join(SUM, new byte[31], 0))
                .withMessage("round must have 32 bytes, got 31");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecureSumClient.join(SUM, new byte[32], 5))
                .withMessage("client must be in 0 to 4, got 5");
        assertThatIllegalArgumentException().isThrownBy(() -> SecureSumClient.join(SUM, new byte[32], -1));
        assertThatNullPointerException().isThrownBy(() -> SecureSumClient.join(SUM, null, 0));
        assertThatNullPointerException().isThrownBy(() -> SecureSumClient.join(null, new byte[32], 0));
    }

    @Test
    void join_twice_drawsOtherKeys() {
        byte[] round = new byte[32];
        try (SecureSumClient one = SecureSumClient.join(SUM, round, 0);
                SecureSumClient two = SecureSumClient.join(SUM, round, 0)) {
            assertThat(one.advertise()).isNotEqualTo(two.advertise());
        }
    }

    @Test
    void refusals_ofOneClient_leaveTheOthersTheirSum() {
        var round = new Simulation(SUM, 8);
        round.fromServer = message -> message.client() == 0 && message.content() instanceof Inbox
                ? new SecureSumMessage(message.round(), 0, new Inbox(List.of()))
                : message;
        Step end = round.run(client -> new long[] {1, client});
        assertThat(round.refusals).isEqualTo(Map.of(0, new Reply.Refused(Reason.TOO_FEW_NEIGHBOURS)));
        assertThat(((Step.Opened) end).integers()).containsExactly(4, 10);
    }
}
