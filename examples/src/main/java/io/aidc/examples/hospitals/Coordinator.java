package io.aidc.examples.hospitals;

import io.aidc.privacy.aggregation.Receipt;
import io.aidc.privacy.aggregation.SecureSum;
import io.aidc.privacy.aggregation.SecureSumMessage;
import io.aidc.privacy.aggregation.SecureSumServer;
import io.aidc.privacy.aggregation.Step;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Adds up what the hospitals send, one secure sum for each training step. It sees masked vectors and noised sums, never
 * a gradient.
 */
final class Coordinator {
    private final SecureSum sum;
    private final Wire inbox;
    private final List<Wire> hospitals;

    Coordinator(SecureSum sum, Wire inbox, List<Wire> hospitals) {
        this.sum = sum;
        this.inbox = inbox;
        this.hospitals = hospitals;
    }

    /** Runs one round and tells every hospital the sum. */
    double[] round() {
        SecureSumServer server = SecureSumServer.start(sum);
        hospitals.forEach(hospital -> hospital.send(server.round()));
        Step step = collect(server);
        while (step instanceof Step.Send send) {
            send.messages().forEach(message -> hospitals.get(message.client()).send(message.toBytes()));
            step = collect(server);
        }
        if (!(step instanceof Step.Opened opened)) {
            throw new IllegalStateException("the round failed: " + step);
        }
        double[] total = opened.reals();
        hospitals.forEach(hospital -> hospital.send(bytes(total)));
        return total;
    }

    private Step collect(SecureSumServer server) {
        while (server.isWaiting()) {
            Receipt receipt = server.receive(SecureSumMessage.fromBytes(inbox.receive()));
            if (receipt instanceof Receipt.Rejected) {
                throw new IllegalStateException("a hospital sent something else: " + receipt);
            }
        }
        return server.next();
    }

    static byte[] bytes(double[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES);
        buffer.asDoubleBuffer().put(values);
        return buffer.array();
    }

    static double[] doubles(byte[] bytes) {
        double[] values = new double[bytes.length / Double.BYTES];
        ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
        return values;
    }
}
