package io.aidc.examples.clinics;

import io.aidc.privacy.aggregation.Receipt;
import io.aidc.privacy.aggregation.SecureSumMessage;
import io.aidc.privacy.aggregation.SecureSumServer;
import io.aidc.privacy.aggregation.Step;
import io.aidc.training.federated.SecureAggregation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The coordinator's end: a federated run adds up its updates by the secure sum of {@code sdk-privacy}. A clinic that the run
 * does not ask counts as one that left.
 */
final class MaskedSum implements SecureAggregation {
    private final Agreement agreement;
    private final Consumer<byte[]> witness;

    /**
     * Prepares the coordinator.
     *
     * @param agreement what was agreed on
     * @param witness sees every message that the coordinator receives
     */
    MaskedSum(Agreement agreement, Consumer<byte[]> witness) {
        this.agreement = agreement;
        this.witness = witness;
    }

    @Override
    public Exchange begin(int round, List<String> clients, int length) {
        return new Sum(SecureSumServer.start(agreement.sum()), clients);
    }

    private final class Sum implements Exchange {
        private final SecureSumServer server;
        private final List<String> asked;

        Sum(SecureSumServer server, List<String> asked) {
            this.server = server;
            this.asked = asked;
        }

        @Override
        public Map<String, byte[]> first() {
            return asked.stream().collect(Collectors.toMap(clinic -> clinic, clinic -> server.round()));
        }

        @Override
        public Optional<String> receive(String client, byte[] bytes) {
            witness.accept(bytes);
            SecureSumMessage message;
            try {
                message = SecureSumMessage.fromBytes(bytes);
            } catch (IllegalArgumentException e) {
                return Optional.of("no message of a secure sum: " + e.getMessage());
            }
            if (message.client() != agreement.number(client)) {
                return Optional.of("it speaks for number %d".formatted(message.client()));
            }
            return server.receive(message) instanceof Receipt.Rejected rejected
                    ? Optional.of(rejected.reason().toString())
                    : Optional.empty();
        }

        @Override
        public Next next() {
            Step step = server.next();
            if (step instanceof Step.Send send) {
                Map<String, byte[]> messages = new HashMap<>();
                send.messages().forEach(message -> messages.put(name(message.client()), message.toBytes()));
                return new Next.Send(messages);
            } else if (step instanceof Step.Opened opened) {
                Set<String> survivors =
                        opened.survivors().stream().map(this::name).collect(Collectors.toSet());
                return new Next.Opened(opened.reals(), survivors);
            }
            return new Next.Failed(step.toString());
        }

        private String name(int number) {
            return agreement.clinics().get(number);
        }
    }
}
