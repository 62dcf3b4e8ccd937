package io.aidc.storage.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node's process and the pipe to it: what a program that embeds the store would ask it, from next to it.
 *
 * <p>Thread-safe.
 */
final class NodeLink {
    private static final long OPENING_SECONDS = 120;
    private static final long ANSWER_SECONDS = 90;

    private final Process process;
    private final Writer input;
    private final CompletableFuture<String> greeting = new CompletableFuture<>();
    private final Map<String, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean gone;

    private NodeLink(Process process) {
        this.process = process;
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    static NodeLink start(ProcessBuilder builder) throws IOException {
        var link = new NodeLink(builder.start());
        var reader = new Thread(link::hear, "faults-hear-" + link.process.pid());
        reader.setDaemon(true);
        reader.start();
        return link;
    }

    private void hear() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            // a killed process: the same as the end of its output
        }
        gone = true;
        greeting.complete("refused Gone the process ended");
        waiting.values().forEach(answer -> answer.complete(Answer.GONE));
    }

    private void hear(String line) {
        if (!greeting.isDone()) {
            greeting.complete(line);
            return;
        }
        int space = line.indexOf(' ');
        CompletableFuture<Answer> answer = waiting.remove(line.substring(0, space));
        if (answer != null) {
            answer.complete(Answer.parse(line.substring(space + 1)));
        }
    }

    /** Waits for the first line: {@code open} or {@code refused} and why. */
    String greeting() throws IOException {
        try {
            return greeting.get(OPENING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return "refused Silent no word within %d s".formatted(OPENING_SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Asks and waits until there is an answer or the process is gone. */
    Answer ask(String request) {
        String number = Long.toString(numbers.incrementAndGet());
        var answer = new CompletableFuture<Answer>();
        waiting.put(number, answer);
        try {
            synchronized (input) {
                input.write(number + " " + request + "\n");
                input.flush();
            }
            if (gone) {
                return Answer.GONE;
            }
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return Answer.GONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.GONE;
        } finally {
            waiting.remove(number);
        }
    }

    void kill() throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IOException("process %d survives SIGKILL".formatted(process.pid()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    void signal(String name) throws IOException {
        Shell.run("kill", "-" + name, Long.toString(process.pid()));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Starts a program in a JVM like this one. */
    static ProcessBuilder java(List<String> prefix, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
