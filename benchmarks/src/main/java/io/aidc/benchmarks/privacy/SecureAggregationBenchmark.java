package io.aidc.benchmarks.privacy;

import io.aidc.privacy.aggregation.Reply;
import io.aidc.privacy.aggregation.SecureSum;
import io.aidc.privacy.aggregation.SecureSumClient;
import io.aidc.privacy.aggregation.SecureSumMessage;
import io.aidc.privacy.aggregation.SecureSumServer;
import io.aidc.privacy.aggregation.Step;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost a client to mask 2^20 numbers among 1,000 clients of which 5 % collude and a third may leave?
 *
 * <p>That is 72 neighbours, hence 73 masks. A hundred clients whose server may lie need as many; they stand in, which
 * keeps the set-up short and is the same work for the one that is timed. Varies: the largest value, so that numbers take 32 bits or fewer, or more. The
 * peer encrypts zeros with AES-256 in counter mode, one key for each mask, and does nothing with the keystream: no masking
 * of this kind can be faster. Set-up opens a sum of two and compares it with the plain one.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar SecureAggregationBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(3)
public class SecureAggregationBenchmark {
    private static final int NEIGHBOURS = 72;
    private static final int LENGTH = 1 << 20;

    /** The largest absolute value. */
    @Param({"20000000", "100000000000"})
    public long largest;

    private SecureSum sum;
    private long[] values;

    /** Fixes the parameters and checks that a sum is a sum. */
    @Setup(Level.Trial)
    public void agree() {
        requireNeighbours(SecureSum.clients(1_000).curiousServer(0.05).dropout(0.33));
        sum = requireNeighbours(SecureSum.clients(100).semiMaliciousServer(0.05).dropout(0.33));
        values = new long[LENGTH];
        Arrays.setAll(values, i -> i % 2 == 0 ? largest : -i);
        requireExactSum();
    }

    /** A client that is about to mask. */
    @State(Scope.Thread)
    public static class Ready {
        private SecureSumClient client;
        private SecureSumMessage inbox;

        /** Takes all clients through the steps before masking. */
        @Setup(Level.Invocation)
        public void exchangeKeys(SecureAggregationBenchmark agreed) {
            SecureSumServer server = SecureSumServer.start(agreed.sum);
            var clients = new SecureSumClient[agreed.sum.clients()];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = SecureSumClient.join(agreed.sum, server.round(), i);
                server.receive(clients[i].advertise());
            }
            for (SecureSumMessage keys : ((Step.Send) server.next()).messages()) {
                server.receive(sent(clients[keys.client()].share(keys)));
            }
            inbox = ((Step.Send) server.next()).messages().get(0);
            client = clients[0];
            for (int i = 1; i < clients.length; i++) {
                clients[i].close();
            }
        }

        /** Forgets the client that masked. */
        @TearDown(Level.Invocation)
        public void close() {
            client.close();
        }
    }

    /** Ours: open the neighbours' shares, mask, pack. */
    @Benchmark
    public Reply mask(Ready ready) {
        return ready.client.mask(ready.inbox, values);
    }

    /** The peer: as many bytes of bare keystream. */
    @Benchmark
    public byte[] bareKeystream() throws GeneralSecurityException {
        byte[] zeros = new byte[1 << 16];
        byte[] stream = new byte[1 << 16];
        long bytes = (long) LENGTH * (sum.bits() <= 32 ? 4 : 8);
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        for (int mask = 0; mask <= sum.degree(); mask++) {
            byte[] key = new byte[32];
            key[0] = (byte) mask;
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
            for (long at = 0; at < bytes; at += zeros.length) {
                cipher.update(zeros, 0, zeros.length, stream, 0);
            }
        }
        return stream;
    }

    private static SecureSumMessage sent(Reply reply) {
        return ((Reply.Send) reply).message();
    }

    private SecureSum requireNeighbours(SecureSum.Builder builder) {
        SecureSum built = builder.vector(LENGTH).valuesUpTo(largest).build();
        if (built.degree() != NEIGHBOURS) {
            throw new IllegalStateException("neighbours must be %d, got %d".formatted(NEIGHBOURS, built.degree()));
        }
        return built;
    }

    private void requireExactSum() {
        SecureSum small = SecureSum.clients(2)
                .curiousServer(0)
                .vector(LENGTH)
                .valuesUpTo(largest)
                .build();
        SecureSumServer server = SecureSumServer.start(small);
        SecureSumClient[] both = {
            SecureSumClient.join(small, server.round(), 0), SecureSumClient.join(small, server.round(), 1)
        };
        for (SecureSumClient one : both) {
            server.receive(one.advertise());
        }
        for (SecureSumMessage keys : ((Step.Send) server.next()).messages()) {
            server.receive(sent(both[keys.client()].share(keys)));
        }
        for (SecureSumMessage boxes : ((Step.Send) server.next()).messages()) {
            server.receive(sent(both[boxes.client()].mask(boxes, values)));
        }
        for (SecureSumMessage request : ((Step.Send) server.next()).messages()) {
            server.receive(sent(both[request.client()].unmask(request)));
        }
        long[] total = ((Step.Opened) server.next()).integers();
        for (int i = 0; i < LENGTH; i++) {
            if (total[i] != 2 * values[i]) {
                throw new IllegalStateException("the sum is wrong at index " + i);
            }
        }
    }
}
