package io.aidc.examples.clinics;

import io.aidc.privacy.aggregation.Reply;
import io.aidc.privacy.aggregation.SecureSumClient;
import io.aidc.privacy.aggregation.SecureSumMessage;
import io.aidc.training.federated.Masking;

/** A clinic's end of one secure sum. <em>Confined: one thread at a time.</em> */
final class MaskedUpdate implements Masking.Party {
    private final SecureSumClient client;

    private MaskedUpdate(SecureSumClient client) {
        this.client = client;
    }

    /**
     * Joins a sum.
     *
     * @param agreement what was agreed on; the sum is that one, whatever the coordinator says
     * @param clinic whose end this is
     * @param round the name of the sum
     */
    static MaskedUpdate join(Agreement agreement, String clinic, byte[] round) {
        return new MaskedUpdate(SecureSumClient.join(agreement.sum(), round, agreement.number(clinic)));
    }

    @Override
    public byte[] answer(int step, byte[] message, float[] vector) {
        return switch (step) {
            case 0 -> client.advertise().toBytes();
            case 1 -> sent(client.share(SecureSumMessage.fromBytes(message)));
            case 2 -> sent(client.mask(SecureSumMessage.fromBytes(message), doubles(vector)));
            case 3 -> sent(client.unmask(SecureSumMessage.fromBytes(message)));
            default -> throw new IllegalStateException("a secure sum has steps 0 to 3, got " + step);
        };
    }

    private static byte[] sent(Reply reply) {
        if (reply instanceof Reply.Send send) {
            return send.message().toBytes();
        }
        throw new IllegalStateException("this clinic leaves the sum: " + reply);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Override
    public void close() {
        client.close();
    }
}
