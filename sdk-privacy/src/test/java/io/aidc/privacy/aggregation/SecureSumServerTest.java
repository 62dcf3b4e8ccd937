package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.privacy.aggregation.Content.Advertisement;
import io.aidc.privacy.aggregation.Content.Box;
import io.aidc.privacy.aggregation.Content.Inbox;
import io.aidc.privacy.aggregation.Content.Masked;
import io.aidc.privacy.aggregation.Content.Revealed;
import io.aidc.privacy.aggregation.Content.SecretShare;
import io.aidc.privacy.aggregation.Content.Shares;
import io.aidc.privacy.aggregation.Receipt.Reason;
import io.aidc.privacy.aggregation.Simulation.At;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A lying client is left out, and the others get their sum. Client 0 lies. */
class SecureSumServerTest {
    private static final SecureSum SUM = SecureSum.clients(5)
            .curiousServer(0.2)
            .dropout(0.2)
            .vector(2)
            .valuesUpTo(9)
            .build();

    private Step end = new Step.Send(List.of());

    private <C extends Content> Reason lie(Class<C> kind, Function<C, Content> lie) {
        return lie(message -> kind.isInstance(message.content())
                ? new SecureSumMessage(message.round(), 0, lie.apply(kind.cast(message.content())))
                : message);
    }

    private Reason lie(Function<SecureSumMessage, SecureSumMessage> lie) {
        var round = new Simulation(SUM, 21);
        round.fromClient = message -> message.client() == 0 ? lie.apply(message) : message;
        end = round.run(client -> new long[] {1, client});
        assertThat(round.rejections.get(0).client()).isZero();
        return round.rejections.get(0).reason();
    }

    private void assertTheOthersGotTheirSum() {
        assertThat(((Step.Opened) end).integers()).containsExactly(4, 10);
        assertThat(((Step.Opened) end).survivors()).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void receive_badKeys_areRejectedByReason() {
        Bytes zero = Bytes.owning(new byte[32]);
        assertThat(lie(Advertisement.class, a -> new Advertisement(zero, a.maskKey())))
                .isEqualTo(Reason.BAD_KEY);
        assertTheOthersGotTheirSum();
        assertThat(lie(Advertisement.class, a -> new Advertisement(a.shareKey(), zero)))
                .isEqualTo(Reason.BAD_KEY);
        assertThat(lie(Advertisement.class, a -> new Advertisement(a.shareKey(), a.shareKey())))
                .isEqualTo(Reason.REPEATED_KEY);
        assertTheOthersGotTheirSum();
    }

    @Test
    void receive_keyOfAnotherClient_isRejected() {
        var server = SecureSumServer.start(SUM);
        SecureSumMessage first = SecureSumClient.join(SUM, server.round(), 0).advertise();
        SecureSumMessage second = SecureSumClient.join(SUM, server.round(), 1).advertise();
        assertThat(server.receive(first)).isEqualTo(new Receipt.Accepted(0));
        var taken = ((Advertisement) first.content()).maskKey();
        var copied = new SecureSumMessage(
                second.round(), 1, new Advertisement(((Advertisement) second.content()).shareKey(), taken));
        assertThat(server.receive(copied)).isEqualTo(new Receipt.Rejected(1, Reason.REPEATED_KEY));
        assertThat(server.receive(second)).isEqualTo(new Receipt.Accepted(1));
    }

    @Test
    void receive_boxesForTheWrongClients_areRejected() {
        assertThat(lie(Shares.class, s -> new Shares(s.commitment(), s.boxes().subList(1, 4))))
                .isEqualTo(Reason.WRONG_CLIENTS);
        assertTheOthersGotTheirSum();
        assertThat(lie(Shares.class, s -> {
                    List<Box> twice = new ArrayList<>(s.boxes());
                    twice.set(1, twice.get(0));
                    return new Shares(s.commitment(), twice);
                }))
                .isEqualTo(Reason.WRONG_CLIENTS);
    }

    @Test
    void receive_maskedVectorOfAnotherLength_isRejected() {
        for (int length : new int[] {0, 1, 3, 1000}) {
            assertThat(lie(Masked.class, m -> new Masked(Bytes.owning(new byte[length]))))
                    .isEqualTo(Reason.WRONG_LENGTH);
            assertTheOthersGotTheirSum();
        }
    }

    @Test
    void receive_sharesOfTheWrongClientsOrNone_areRejected() {
        assertThat(lie(Revealed.class, r -> new Revealed(r.maskKeys(), r.seeds())))
                .isEqualTo(Reason.WRONG_CLIENTS);
        assertThat(end).isInstanceOf(Step.Opened.class);
        assertThat(lie(Revealed.class, r -> new Revealed(r.seeds().subList(0, 3), r.maskKeys())))
                .isEqualTo(Reason.WRONG_CLIENTS);
        byte[] tooLarge = new byte[40];
        Arrays.fill(tooLarge, (byte) 0x7f);
        assertThat(lie(Revealed.class, r -> {
                    List<SecretShare> bad = new ArrayList<>(r.seeds());
                    bad.set(2, new SecretShare(bad.get(2).owner(), Bytes.owning(tooLarge)));
                    return new Revealed(bad, r.maskKeys());
                }))
                .isEqualTo(Reason.BAD_SHARE);
        assertThat(end).isInstanceOf(Step.Opened.class);
    }

    @Test
    void receive_wrongRoundKindOrSender_isRejected() {
        assertThat(lie(m -> new SecureSumMessage(Bytes.owning(new byte[32]), 0, m.content())))
                .isEqualTo(Reason.OTHER_ROUND);
        assertThat(lie(m -> new SecureSumMessage(m.round(), 0, new Inbox(List.of()))))
                .isEqualTo(Reason.UNEXPECTED);
        assertTheOthersGotTheirSum();
        var server = SecureSumServer.start(SUM);
        SecureSumMessage hello = SecureSumClient.join(SUM, server.round(), 0).advertise();
        assertThat(server.receive(new SecureSumMessage(hello.round(), 5, hello.content())))
                .isEqualTo(new Receipt.Rejected(5, Reason.NOT_TAKING_PART));
        assertThat(server.receive(hello)).isEqualTo(new Receipt.Accepted(0));
        assertThat(server.receive(hello)).isEqualTo(new Receipt.Rejected(0, Reason.REPEATED));
        assertThat(server.waitingFor()).containsExactly(1, 2, 3, 4);
        assertThat(server.isWaiting()).isTrue();
        assertThat(server).hasToString("SecureSumServer[collecting=KEYS, answered=1]");
    }

    @Test
    void receive_vectorAfterLeaving_isRejected() {
        var round = new Simulation(SUM, 21).silent(At.UNMASK, 1);
        round.fromClient = message -> message.client() == 0 && message.content() instanceof Shares
                ? new SecureSumMessage(message.round(), 0, new Inbox(List.of()))
                : message;
        round.run(client -> new long[] {1, client});
        SecureSumMessage late =
                new SecureSumMessage(Bytes.copyOf(round.server.round()), 0, new Masked(Bytes.owning(new byte[2])));
        assertThat(round.server.receive(late)).isEqualTo(new Receipt.Rejected(0, Reason.NOT_TAKING_PART));
    }

    private static Revealed offByOne(Revealed revealed) {
        return new Revealed(bent(revealed.seeds()), bent(revealed.maskKeys()));
    }

    private static List<SecretShare> bent(List<SecretShare> shares) {
        return shares.stream()
                .map(share -> {
                    byte[] bytes = share.share().array().clone();
                    bytes[15] ^= 1;
                    return new SecretShare(share.owner(), Bytes.owning(bytes));
                })
                .toList();
    }

    /** The threshold is 2: of the three or four shares of a secret, one may be wrong. */
    @Test
    void next_oneHolderLiesAboutShares_isGotAround() {
        assertThat(SUM.threshold()).isEqualTo(2);
        var round = new Simulation(SUM, 21).silent(At.MASK, 3);
        round.fromClient = message -> message.client() == 0 && message.content() instanceof Revealed revealed
                ? new SecureSumMessage(message.round(), 0, offByOne(revealed))
                : message;
        Step result = round.run(client -> new long[] {1, client});
        assertThat(round.rejections).isEmpty();
        assertThat(((Step.Opened) result).integers()).containsExactly(4, 7);
    }

    @Test
    void next_allHoldersLie_opensNothing() {
        for (int left = -1; left < 1; left++) {
            var round = new Simulation(SUM, 21).silent(At.MASK, left);
            round.fromClient = message -> message.content() instanceof Revealed revealed
                    ? new SecureSumMessage(
                            message.round(),
                            message.client(),
                            round.silentFrom.containsKey(0)
                                    ? new Revealed(revealed.seeds(), bent(revealed.maskKeys()))
                                    : offByOne(revealed))
                    : message;
            Step result = round.run(client -> new long[] {1, client});
            assertThat(result).isEqualTo(new Step.Aborted(Step.Reason.WRONG_SHARES, left < 0 ? 5 : 4));
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway can do
    void next_afterTheEnd_isAnIllegalState() {
        var server = SecureSumServer.start(SUM);
        assertThat(server.next()).isEqualTo(new Step.Aborted(Step.Reason.TOO_FEW_CLIENTS, 0));
        assertThatIllegalStateException().isThrownBy(server::next).withMessage("the round is over");
        assertThat(server.waitingFor()).isEmpty();
        assertThat(server.isWaiting()).isFalse();
        assertThatNullPointerException().isThrownBy(() -> SecureSumServer.start(null));
    }

    @Test
    void round_isFreshAndACopy() {
        var server = SecureSumServer.start(SUM);
        byte[] name = server.round();
        name[0] ^= 1;
        assertThat(server.round()).isNotEqualTo(name);
        assertThat(SecureSumServer.start(SUM).round()).isNotEqualTo(server.round());
    }
}
