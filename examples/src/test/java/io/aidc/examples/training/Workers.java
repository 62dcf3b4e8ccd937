package io.aidc.examples.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aidc.examples.Launch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Processes of {@link ClusterExample} that meet on the loopback interface. None is left when this is closed. */
final class Workers implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final String END = "\0";

    private final int size;
    private final Path output;
    private final int epochs;
    private final int port;
    private final List<Worker> started = new ArrayList<>();

    Workers(int size, Path output, int epochs) throws IOException {
        this.size = size;
        this.output = output;
        this.epochs = epochs;
        this.port = freePort();
    }

    static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    Worker start(int rank) throws IOException {
        return start(
                Map.of(
                        "RANK", Integer.toString(rank),
                        "WORLD_SIZE", Integer.toString(size),
                        "MASTER_ADDR", InetAddress.getLoopbackAddress().getHostAddress(),
                        "MASTER_PORT", Integer.toString(port)),
                "--output",
                output.toString(),
                "--epochs",
                Integer.toString(epochs),
                "--patience",
                "30");
    }

    Worker start(Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = Launch.javaCommand(System.getProperty("java.class.path"));
        command.add(ClusterExample.class.getName());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        builder.environment().put("OMP_NUM_THREADS", "1");
        var worker = new Worker(builder.start());
        started.add(worker);
        return worker;
    }

    @Override
    public void close() {
        started.forEach(Worker::kill);
    }

    /** One process and what it said. */
    static final class Worker {
        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final List<String> seen = new ArrayList<>();

        Worker(Process process) {
            this.process = process;
            var reader = new Thread(this::read, "worker-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader reader = process.inputReader(UTF_8)) {
                reader.lines().forEach(lines::add);
            } catch (UncheckedIOException | IOException e) {
                lines.add(e.toString()); // of a process that was killed
            } finally {
                lines.add(END);
            }
        }

        /** Waits for a line with such a text. */
        Worker await(String text) throws InterruptedException {
            for (String line = next(); !line.equals(END); line = next()) {
                if (line.contains(text)) {
                    return this;
                }
            }
            throw new AssertionError("no line with '%s' in %s".formatted(text, seen));
        }

        private String next() throws InterruptedException {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("nothing more within %d s after %s".formatted(PATIENCE_SECONDS, seen));
            }
            seen.add(line);
            return line;
        }

        /** Waits for the end and gives the exit code. */
        int exitCode() throws InterruptedException {
            String line = seen.isEmpty() ? "" : seen.get(seen.size() - 1);
            while (!line.equals(END)) {
                line = next();
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end after " + seen);
            }
            return process.exitValue();
        }

        /** All it said, once it has ended. */
        String output() {
            return String.join("\n", seen);
        }

        void kill() {
            process.destroyForcibly();
        }
    }
}
