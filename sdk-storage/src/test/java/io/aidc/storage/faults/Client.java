package io.aidc.storage.faults;

import io.aidc.storage.history.CasRegister;
import io.aidc.storage.history.Ending;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One thread of a program that embeds a node: it asks one thing after the other until it is told to stop. */
final class Client implements Runnable {
    static final int KEYS = 5;
    static final int REGISTERS = 2;
    static final int NAMES = 2;
    static final int VALUES = 4;
    static final int JUDGE = 99;
    private static final int PAUSE_MILLIS = 20;
    private static final int ONE_COLLECTION_IN = 1_000;

    private final Round round;
    private final String node;
    private final String process;
    private final Random random;
    private final CountDownLatch stop;
    private int number;

    Client(Round round, String node, int index, Random random, CountDownLatch stop) {
        this.round = round;
        this.node = node;
        this.random = random;
        this.stop = stop;
        process = node + index;
    }

    @Override
    public void run() {
        try {
            while (!stop.await(random.nextInt(PAUSE_MILLIS), TimeUnit.MILLISECONDS)) {
                if (round.cluster().isAlive(node)) {
                    step();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() {
        String key = round.key(random.nextInt(KEYS));
        String register = round.register(random.nextInt(REGISTERS));
        String name = round.name(random.nextInt(NAMES));
        if (random.nextInt(ONE_COLLECTION_IN) == 0) {
            ask("collect now");
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> get(key);
            case 3, 4 -> put(key);
            case 5 -> remove(key);
            case 6 -> readRegister(register);
            case 7 -> moveRegister(register, Answer.NIL);
            case 8 -> moveRegister(register, value());
            case 9 -> publish(name);
            case 10 -> move(name);
            default -> look(name);
        }
    }

    Answer get(String key) {
        long invoked = System.nanoTime();
        Answer answer = ask("get " + key);
        if (answer.is(Answer.Kind.VALUE)) {
            round.registers().read(process, invoked, new CasRegister.Read(key, answer.first()));
        }
        return answer;
    }

    private void put(String key) {
        String value = process + "-" + ++number;
        long invoked = System.nanoTime();
        Answer answer = ask("put %s %s".formatted(key, value));
        round.registers().write(process, invoked, answer, ending -> write(key, value, ending));
    }

    private void remove(String key) {
        long invoked = System.nanoTime();
        Answer answer = ask("remove " + key);
        round.registers().write(process, invoked, answer, ending -> write(key, Answer.NIL, ending));
    }

    /** A write has no condition: refused means abandoned, without effect. */
    private static Optional<CasRegister.Operation> write(String register, String value, Ending ending) {
        return ending == Ending.REFUSED ? Optional.empty() : Optional.of(new CasRegister.Write(register, value));
    }

    Answer readRegister(String register) {
        long invoked = System.nanoTime();
        Answer answer = readBytes(register + "@prod");
        if (answer.is(Answer.Kind.VALUE)) {
            round.registers().read(process, invoked, new CasRegister.Read(register, answer.first()));
        }
        return answer;
    }

    private void moveRegister(String register, String expected) {
        String value = value();
        long invoked = System.nanoTime();
        Answer answer = ask("move %s %s %s".formatted(register, value, expected));
        round.registers().write(process, invoked, answer, ending -> {
            if (expected.equals(Answer.NIL)) {
                return write(register, value, ending);
            }
            boolean told = ending == Ending.REFUSED && !answer.first().equals(expected);
            return isAbandoned(answer)
                    ? Optional.empty()
                    : Optional.of(
                            told
                                    ? new CasRegister.Read(register, answer.first())
                                    : new CasRegister.Cas(register, expected, value, ending));
        });
    }

    private static boolean isAbandoned(Answer answer) {
        return answer.is(Answer.Kind.REJECTED) && answer.rest().contains(" request_");
    }

    private String value() {
        return "v" + random.nextInt(VALUES);
    }

    private void publish(String name) {
        String label = "p-" + process + "-" + ++number;
        String expected = random.nextInt(3) == 0 ? round.someLabel(name, random) : Answer.NIL;
        long invoked = System.nanoTime();
        Answer answer = ask("publish %s %s %s".formatted(name, label, expected));
        if (answer.is(Answer.Kind.FAILED)) {
            return; // documented: nothing became visible; a listing that shows the label is then a violation
        }
        if (answer.is(Answer.Kind.COMMITTED)) {
            round.published(name, label);
        }
        round.artifacts()
                .write(
                        process,
                        invoked,
                        answer,
                        ending -> isAbandoned(answer)
                                ? Optional.empty()
                                : Optional.of(new Artifacts.Publish(name, label, expected, ending)));
    }

    private void move(String name) {
        String label = round.someLabel(name, random);
        if (label.equals(Answer.NIL)) {
            return;
        }
        long invoked = System.nanoTime();
        Answer answer = ask("move %s %s %s".formatted(name, label, Answer.NIL));
        round.artifacts()
                .write(
                        process,
                        invoked,
                        answer,
                        ending -> isAbandoned(answer)
                                ? Optional.empty()
                                : Optional.of(new Artifacts.Move(name, label, ending)));
    }

    private void look(String name) {
        if (random.nextBoolean()) {
            resolve(name);
        } else {
            labels(name);
        }
    }

    Answer resolve(String name) {
        long invoked = System.nanoTime();
        Answer answer = readBytes(name + "@prod");
        if (answer.is(Answer.Kind.VALUE)) {
            round.artifacts().read(process, invoked, new Artifacts.Resolve(name, answer.first()));
        }
        return answer;
    }

    Answer labels(String name) {
        long invoked = System.nanoTime();
        Answer answer = ask("labels " + name);
        if (answer.is(Answer.Kind.VALUE)) {
            round.artifacts().read(process, invoked, new Artifacts.Labels(name, listed(answer)));
        }
        return answer;
    }

    static Set<String> listed(Answer labels) {
        return labels.first().isEmpty()
                ? Set.of()
                : new TreeSet<>(Arrays.asList(labels.first().split(",", -1)));
    }

    Answer readBytes(String reference) {
        Answer answer = ask("read " + reference);
        if (answer.is(Answer.Kind.WRONG)) {
            round.tally().violation("node %s read wrong bytes of %s (%s)".formatted(node, reference, answer.first()));
        }
        return answer;
    }

    private Answer ask(String request) {
        Answer answer = round.cluster().link(node).ask(request);
        round.tally().operation(request.substring(0, request.indexOf(' ')), answer);
        return answer;
    }
}
