package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class AggregationSnippetsTest {
    private static final long[][] BEDS = {{12, 3, 7}, {5, 0, 9}, {8, 8, 1}};

    @Test
    void hospitals_sumWhileOneDropsOut() {
        long[] total = {};
        // @start region="hospitals"
        SecureSum sum = SecureSum.clients(3)
                .curiousServer(0) // of whom none tells the server what it sees
                .dropout(0.34) // of whom one may leave
                .vector(3)
                .valuesUpTo(1_000)
                .build();
        SecureSumServer server = SecureSumServer.start(sum);
        List<SecureSumClient> hospitals = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            hospitals.add(SecureSumClient.join(sum, server.round(), i));
            server.receive(hospitals.get(i).advertise());
        }
        Step step = server.next();
        for (int round = 0; step instanceof Step.Send send; step = server.next(), round++) {
            for (SecureSumMessage message : send.messages()) { // toBytes() and fromBytes() in real life
                SecureSumClient hospital = hospitals.get(message.client());
                Reply reply = switch (round) {
                    case 0 -> hospital.share(message);
                    case 1 -> hospital.mask(message, BEDS[message.client()]);
                    default -> hospital.unmask(message);
                };
                boolean offline = message.client() == 2 && round >= 1;
                if (!offline && reply instanceof Reply.Send answer) {
                    server.receive(answer.message());
                }
            }
        }
        if (step instanceof Step.Opened opened) {
            total = opened.integers(); // of hospitals 0 and 1: {17, 3, 16}
        }
        // @end
        assertThat(total).containsExactly(17, 3, 16);
    }
}
