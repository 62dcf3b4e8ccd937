package io.aidc.training.federated;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A secure aggregation in small, with the shape of a real one: integers modulo 2^64 under masks that cancel, and a second step
 * in which survivors give what removes the masks they share with those that left. The masks' seeds are no secret here.
 */
final class PairwiseMasks implements SecureAggregation {
    private static final double SCALE = 1 << 20;

    /** Every byte that reached the server, by client and step. */
    final Map<String, byte[]> seen = new TreeMap<>();

    @Override
    public Exchange begin(int round, List<String> clients, int length) {
        return new ServerEnd(round, clients, length);
    }

    private final class ServerEnd implements Exchange {
        private final int round;
        private final List<String> clients;
        private final long[] total;
        private final Set<String> survivors = new TreeSet<>();
        private final Set<String> answered = new TreeSet<>();
        private int step;

        ServerEnd(int round, List<String> clients, int length) {
            this.round = round;
            this.clients = clients;
            total = new long[length];
        }

        @Override
        public Map<String, byte[]> first() {
            Map<String, byte[]> messages = new TreeMap<>();
            for (int i = 0; i < clients.size(); i++) {
                messages.put(
                        clients.get(i),
                        ByteBuffer.allocate(12)
                                .putInt(round)
                                .putInt(i)
                                .putInt(clients.size())
                                .array());
            }
            return messages;
        }

        @Override
        public Optional<String> receive(String client, byte[] message) {
            seen.put(client + "/" + round + "/" + step, message);
            if (message.length != total.length * Long.BYTES) {
                return Optional.of("wrong length");
            }
            ByteBuffer buffer = ByteBuffer.wrap(message);
            for (int i = 0; i < total.length; i++) {
                total[i] += buffer.getLong();
            }
            (step == 0 ? survivors : answered).add(client);
            return Optional.empty();
        }

        @Override
        public Next next() {
            if (step++ == 0) {
                if (survivors.size() < 2) {
                    return new Next.Failed("fewer than two clients stayed");
                }
                var left = new ArrayList<Integer>();
                for (int i = 0; i < clients.size(); i++) {
                    if (!survivors.contains(clients.get(i))) {
                        left.add(i);
                    }
                }
                ByteBuffer request = ByteBuffer.allocate(Integer.BYTES * left.size());
                left.forEach(request::putInt);
                Map<String, byte[]> messages = new TreeMap<>();
                survivors.forEach(client -> messages.put(client, request.array()));
                return new Next.Send(messages);
            }
            if (!answered.equals(survivors)) {
                return new Next.Failed("a mask cannot be removed");
            }
            double[] sum = new double[total.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = total[i] / SCALE;
            }
            return new Next.Opened(sum, survivors);
        }
    }

    /** The clients' end. */
    static Masking.Party join(byte[] message) {
        ByteBuffer buffer = ByteBuffer.wrap(message);
        int round = buffer.getInt();
        int own = buffer.getInt();
        int count = buffer.getInt();
        return new Masking.Party() {
            @Override
            public byte[] answer(int step, byte[] request, float[] vector) {
                long[] values = new long[vector.length];
                if (step == 0) {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = Math.round(vector[i] * SCALE);
                    }
                    for (int peer = 0; peer < count; peer++) {
                        mask(values, peer, 1);
                    }
                } else {
                    ByteBuffer left = ByteBuffer.wrap(request);
                    while (left.hasRemaining()) {
                        mask(values, left.getInt(), -1);
                    }
                }
                ByteBuffer answer = ByteBuffer.allocate(Long.BYTES * values.length);
                for (long value : values) {
                    answer.putLong(value);
                }
                return answer.array();
            }

            private void mask(long[] values, int peer, int sign) {
                if (peer != own) {
                    var stream = new Random(31L * (31L * round + Math.min(own, peer)) + Math.max(own, peer));
                    for (int i = 0; i < values.length; i++) {
                        values[i] += (own < peer ? sign : -sign) * stream.nextLong();
                    }
                }
            }

            @Override
            public void close() {}
        };
    }
}
