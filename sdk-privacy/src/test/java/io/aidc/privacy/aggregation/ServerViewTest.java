package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.aggregation.Content.Advertisement;
import io.aidc.privacy.aggregation.Content.Masked;
import io.aidc.privacy.aggregation.Content.Revealed;
import io.aidc.privacy.aggregation.Content.SecretShare;
import io.aidc.privacy.aggregation.Simulation.At;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the server can and cannot make of what it receives. Fixed seeds: no false alarms. */
class ServerViewTest {
    private static final int LENGTH = 1 << 14;
    private static final SecureSum SUM = SecureSum.clients(4)
            .curiousServer(0)
            .dropout(0.25)
            .vector(LENGTH)
            .valuesUpTo(63)
            .build();

    private static long[] vector() {
        long[] values = new long[LENGTH];
        Arrays.fill(values, 42);
        return values;
    }

    /** Pearson's statistic over 256 cells, 255 degrees: mean 255, deviation 22.6; above 380 is 1e-6. */
    private static double chiSquare(byte[] bytes) {
        int[] cells = new int[256];
        for (byte value : bytes) {
            cells[value & 0xff]++;
        }
        double expected = bytes.length / 256.0;
        double statistic = 0;
        for (int count : cells) {
            statistic += (count - expected) * (count - expected) / expected;
        }
        return statistic;
    }

    private static byte[] maskedBy(Simulation round, int client) {
        return round.received(At.MASK).stream()
                .filter(message -> message.client() == client)
                .map(message -> ((Masked) message.content()).words().array())
                .findAny()
                .orElseThrow();
    }

    @Test
    void maskedVectors_ofAConstant_areUniform() {
        assertThat(SUM.bits()).isEqualTo(9);
        var round = new Simulation(SUM, 77);
        round.run(client -> vector());
        for (int client = 0; client < 4; client++) {
            assertThat(chiSquare(maskedBy(round, client))).isLessThan(380);
        }
    }

    /** The server calls client 3 gone, learns its mask key, and has its masked vector all the same. */
    @Test
    void lateVector_ofAClientDeclaredGone_staysHidden() {
        List<byte[]> late = new ArrayList<>();
        var round = new Simulation(SUM, 78);
        round.fromClient = message -> {
            if (message.client() != 3 || !(message.content() instanceof Masked masked)) {
                return message;
            }
            late.add(masked.words().array());
            return new SecureSumMessage(message.round(), 3, new Masked(Bytes.owning(new byte[0])));
        };
        Step end = round.run(client -> vector());
        assertThat(((Step.Opened) end).survivors()).containsExactlyInAnyOrder(0, 1, 2);

        var words = new Words(LENGTH, SUM.bits());
        words.addPacked(late.get(0));
        byte[] scalar = secretOf(3, round, Revealed::maskKeys);
        removePairMasks(words, scalar, round);
        assertThat(words.signed()).isNotEqualTo(vector());
        assertThat(chiSquare(words.packed())).isLessThan(380);

        // the same clients in a round in which 3 stays: its seed would be all that is missing
        var other = new Simulation(SUM, 78);
        other.run(client -> vector());
        byte[] seed = secretOf(3, other, Revealed::seeds);
        var keys = new KeySchedule(SUM, round.server.round());
        words.subtractMask(new MaskStream().start(keys.selfMask(seed, 3)));
        assertThat(words.signed()).isEqualTo(vector());
    }

    /** Of a client that stayed, the server learns the seed, but no key of the masks that it shares with others. */
    @Test
    void vector_ofASurvivor_staysHiddenBehindItsPairMasks() {
        var round = new Simulation(SUM, 79);
        round.run(client -> vector());
        var words = new Words(LENGTH, SUM.bits());
        words.addPacked(maskedBy(round, 2));
        var keys = new KeySchedule(SUM, round.server.round());
        words.subtractMask(new MaskStream().start(keys.selfMask(secretOf(2, round, Revealed::seeds), 2)));
        assertThat(chiSquare(words.packed())).isLessThan(380);
        for (SecureSumMessage message : round.received(At.UNMASK)) {
            assertThat(((Revealed) message.content()).maskKeys()).isEmpty();
        }
    }

    private static byte[] secretOf(int owner, Simulation round, Function<Revealed, List<SecretShare>> kind) {
        List<Shamir.Share> shares = new ArrayList<>();
        for (SecureSumMessage message : round.received(At.UNMASK)) {
            for (SecretShare share : kind.apply((Revealed) message.content())) {
                if (share.owner() == owner) {
                    long[] words = new long[Shamir.WORDS];
                    ByteBuffer.wrap(share.share().array()).asLongBuffer().get(words);
                    shares.add(new Shamir.Share(message.client(), words));
                }
            }
        }
        return Shamir.combine(shares.subList(0, SUM.threshold()));
    }

    private static void removePairMasks(Words words, byte[] scalar, Simulation round) {
        var keys = new KeySchedule(SUM, round.server.round());
        for (SecureSumMessage message : round.received(At.ADVERTISE)) {
            if (message.client() != 3) {
                byte[] key = ((Advertisement) message.content()).maskKey().array();
                byte[] agreed = X25519.agree(scalar, key).orElseThrow();
                // 3 has the highest number, so it subtracted
                words.addMask(new MaskStream().start(keys.pairMask(agreed, 3, message.client())));
            }
        }
    }
}
