package io.aidc.privacy.aggregation;

import io.aidc.privacy.noise.SeededBits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** One round in one process over bytes, in which clients fall silent and messages can be tampered with. */
final class Simulation {
    enum At {
        ADVERTISE,
        SHARE,
        MASK,
        UNMASK,
        NEVER
    }

    final SecureSum sum;
    final SecureSumServer server;
    final List<SecureSumClient> clients = new ArrayList<>();
    final Map<Integer, At> silentFrom = new HashMap<>();
    final Map<Integer, Reply.Refused> refusals = new HashMap<>();
    final List<Receipt.Rejected> rejections = new ArrayList<>();
    private final Map<At, List<SecureSumMessage>> received = new HashMap<>();
    private final Map<At, List<SecureSumMessage>> sent = new HashMap<>();
    UnaryOperator<SecureSumMessage> fromServer = UnaryOperator.identity();
    UnaryOperator<SecureSumMessage> fromClient = UnaryOperator.identity();

    Simulation(SecureSum sum, long seed) {
        this.sum = sum;
        server = SecureSumServer.start(sum, SeededBits.of(seed));
        for (int i = 0; i < sum.clients(); i++) {
            clients.add(SecureSumClient.join(sum, server.round(), i, SeededBits.of(seed * 1_000_003 + i + 1)));
        }
    }

    /** What clients sent at a step, as it arrived. */
    List<SecureSumMessage> received(At at) {
        return received.getOrDefault(at, List.of());
    }

    /** What the server sent to open a step. */
    List<SecureSumMessage> sent(At at) {
        return sent.getOrDefault(at, List.of());
    }

    Simulation silent(At from, int... who) {
        for (int client : who) {
            silentFrom.put(client, from);
        }
        return this;
    }

    Step run(IntFunction<long[]> values) {
        return steps((client, message) -> client.mask(message, values.apply(message.client())));
    }

    Step runReals(IntFunction<double[]> values) {
        return steps((client, message) -> client.mask(message, values.apply(message.client())));
    }

    private Step steps(Answer mask) {
        for (int i = 0; i < clients.size(); i++) {
            if (speaks(i, At.ADVERTISE)) {
                deliver(At.ADVERTISE, clients.get(i).advertise());
            }
        }
        Step step = exchange(server.next(), At.SHARE, SecureSumClient::share);
        step = exchange(step, At.MASK, mask);
        return exchange(step, At.UNMASK, SecureSumClient::unmask);
    }

    interface Answer {
        Reply to(SecureSumClient client, SecureSumMessage message);
    }

    private Step exchange(Step step, At at, Answer answer) {
        if (!(step instanceof Step.Send send)) {
            return step;
        }
        for (SecureSumMessage message : send.messages()) {
            sent.computeIfAbsent(at, key -> new ArrayList<>()).add(message);
            int to = message.client();
            if (speaks(to, at)) {
                Reply reply = answer.to(clients.get(to), overTheWire(fromServer.apply(message)));
                if (reply instanceof Reply.Send answered) {
                    deliver(at, answered.message());
                } else {
                    refusals.put(to, (Reply.Refused) reply);
                }
            }
        }
        return server.next();
    }

    private void deliver(At at, SecureSumMessage message) {
        SecureSumMessage arrived = overTheWire(fromClient.apply(message));
        received.computeIfAbsent(at, key -> new ArrayList<>()).add(arrived);
        if (server.receive(arrived) instanceof Receipt.Rejected rejected) {
            rejections.add(rejected);
        }
    }

    private boolean speaks(int client, At at) {
        return silentFrom.getOrDefault(client, At.NEVER).compareTo(at) > 0 && !refusals.containsKey(client);
    }

    static SecureSumMessage overTheWire(SecureSumMessage message) {
        return SecureSumMessage.fromBytes(message.toBytes());
    }

    /** The plain sum over some clients. */
    static long[] sumOver(Set<Integer> who, int length, IntFunction<long[]> values) {
        long[] total = new long[length];
        for (int client : who) {
            long[] mine = values.apply(client);
            for (int i = 0; i < length; i++) {
                total[i] += mine[i];
            }
        }
        return total;
    }

    static Set<Integer> allBut(int clients, Set<Integer> without) {
        Set<Integer> all = new TreeSet<>();
        for (int i = 0; i < clients; i++) {
            all.add(i);
        }
        all.removeAll(without);
        return all;
    }
}
