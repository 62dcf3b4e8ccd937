package io.aidc.training.federated;

import io.aidc.training.federated.ClientOutcome.Status;
import io.aidc.training.federated.SecureAggregation.Exchange;
import io.aidc.training.federated.SecureAggregation.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Carries the messages of one secure aggregation. Confined: one thread at a time. */
final class SecureRound {
    /** More steps than any known protocol has. */
    private static final int MOST_STEPS = 64;

    private final Plan plan;
    private final Population population;
    private final Deadlines deadlines;
    private final Consumer<ClientOutcome> listener;
    private final Map<String, ClientOutcome> outcomes = new TreeMap<>();

    SecureRound(Plan plan, Population population, Deadlines deadlines, Consumer<ClientOutcome> listener) {
        this.plan = plan;
        this.population = population;
        this.deadlines = deadlines;
        this.listener = listener;
    }

    Combined run(Exchange exchange, List<String> asked, RoundTask task, Seeding seeding) throws InterruptedException {
        Map<String, byte[]> messages = exchange.first();
        for (int step = 0; step < MOST_STEPS; step++) {
            gather(exchange, messages, task, step, seeding);
            Next next = exchange.next();
            if (next instanceof Next.Send send) {
                messages = send.messages();
            } else if (next instanceof Next.Opened opened) {
                return opened(opened, asked, task);
            } else if (next instanceof Next.Failed failed) {
                return Combined.failed(all(asked), "no sum was opened: " + failed.reason(), task.clipNorm());
            }
        }
        return Combined.failed(all(asked), "no sum after %d steps".formatted(MOST_STEPS), task.clipNorm());
    }

    /** Gives each client's task. */
    interface Seeding {
        RoundTask taskOf(String client);
    }

    private void gather(Exchange exchange, Map<String, byte[]> messages, RoundTask task, int step, Seeding seeding)
            throws InterruptedException {
        List<String> addressed = new ArrayList<>(new TreeMap<>(messages).keySet());
        var gathering = new Gathering<byte[]>(
                addressed,
                Math.max(1, addressed.size()),
                (client, answer) -> () -> exchange.receive(client, answer).orElse(null),
                outcome -> {
                    if (outcome.status() != Status.ANSWERED) {
                        listener.accept(outcome);
                    }
                });
        outcomes.putAll(gathering.run(
                client -> population.relay(
                        client,
                        step == 0 ? seeding.taskOf(client) : task,
                        step,
                        messages.getOrDefault(client, new byte[0])),
                plan.cohort().limit(),
                deadlines));
    }

    private Combined opened(Next.Opened opened, List<String> asked, RoundTask task) {
        double[] sum = opened.sum();
        if (sum.length != task.length()) {
            throw new IllegalArgumentException(
                    "the opened sum must have %d numbers, got %d".formatted(task.length(), sum.length));
        }
        Map<String, ClientOutcome> all = all(asked);
        for (String survivor : opened.survivors()) {
            // one that answered with its vector and left afterwards is in the sum all the same
            all.put(survivor, new ClientOutcome(survivor, Status.ANSWERED, ""));
        }
        all.replaceAll((client, outcome) ->
                outcome.status() == Status.ANSWERED && !opened.survivors().contains(client)
                        ? new ClientOutcome(client, Status.FAILED, "its vector is not in the sum")
                        : outcome);
        int survivors = opened.survivors().size();
        if (survivors < plan.cohort().minimum()) {
            String failure = "%d of %d clients are in the sum, %d are needed"
                    .formatted(survivors, asked.size(), plan.cohort().minimum());
            // Two sums of one round would show by their difference what a single client sent.
            return Combined.failedForGood(all, failure, task.clipNorm());
        }
        ClientPrivacy privacy = plan.privacy();
        float[] total = new float[sum.length];
        for (int i = 0; i < total.length; i++) {
            total[i] = (float) (privacy == null ? sum[i] / survivors : sum[i]);
        }
        Checks.vector("the opened sum", total, total.length, Float.MAX_VALUE);
        float[] update = privacy == null ? total : new NoisedSum(privacy, task.clipNorm()).mean(total);
        return new Combined(all, "", update, task.clipNorm(), Map.of());
    }

    private Map<String, ClientOutcome> all(List<String> asked) {
        for (String client : asked) {
            outcomes.putIfAbsent(client, new ClientOutcome(client, Status.FAILED, "the aggregation left it out"));
        }
        return outcomes;
    }
}
