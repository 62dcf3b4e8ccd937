package io.aidc.training;

import io.aidc.training.dist.Launch;
import io.aidc.training.torch.NativeThreads;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts worker processes beside this one, takes part as worker 0, and sees that none of them is left.
 *
 * <p>The processes share the machine's cores evenly. Their standard output goes where this one's standard error goes, since
 * Gloo prints there.
 */
final class LocalProcesses {
    /** Names the process that started a worker; the worker ends with it. */
    static final String PARENT = "AIDC_TRAINING_PARENT";

    private static final Logger LOG = LoggerFactory.getLogger(LocalProcesses.class);

    private static final Duration KILLING = Duration.ofSeconds(10);

    /** How arguments of a JVM begin that name a port or a file, which a second JVM cannot have too. */
    private static final List<String> ONLY_ONE = List.of(
            "-agentlib",
            "-agentpath",
            "-javaagent",
            "-Xrunjdwp",
            "-Xlog",
            "-Dcom.sun.management.jmxremote",
            "-XX:StartFlightRecording");

    private final Plan plan;
    private final Dataset data;
    private final Launch.Processes launch;

    LocalProcesses(Plan plan, Dataset data, Launch.Processes launch) {
        this.plan = plan;
        this.data = data;
        this.launch = launch;
    }

    Outcome run() {
        int port = freePort();
        int threads = Math.max(1, NativeThreads.count() / launch.workers());
        List<Process> children = new ArrayList<>();
        boolean done = false;
        NativeThreads.Limit limit = NativeThreads.limit(threads);
        try {
            for (int rank = 1; rank < launch.workers(); rank++) {
                children.add(start(rank, port, threads));
            }
            var own = new Launch.Environment(
                    0,
                    launch.workers(),
                    InetAddress.getLoopbackAddress().getHostAddress(),
                    port,
                    false,
                    false,
                    launch.least());
            Outcome outcome = new WorkerProcess(plan, data, own, firstToEnd(children)).run();
            done = true;
            return outcome;
        } finally {
            end(children, done);
            limit.close();
        }
    }

    /** Tells of the first process that ends. */
    private static CompletableFuture<String> firstToEnd(List<Process> children) {
        return CompletableFuture.anyOf(IntStream.range(0, children.size())
                        .mapToObj(i -> children.get(i)
                                .onExit()
                                .thenApply(child -> "worker %d ended before all had come, with exit code %d"
                                        .formatted(i + 1, child.exitValue())))
                        .toArray(CompletableFuture<?>[]::new))
                .thenApply(String.class::cast);
    }

    private static int freePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new WorkerLostException(0, 0, "no port on the loopback interface: " + e.getMessage(), e);
        }
    }

    private Process start(int rank, int port, int threads) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(shareable(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), launch.main().getName()));
        command.addAll(launch.arguments());
        var builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("RANK", Integer.toString(rank));
        environment.put("LOCAL_RANK", Integer.toString(rank));
        environment.put("WORLD_SIZE", Integer.toString(launch.workers()));
        environment.put("MASTER_ADDR", InetAddress.getLoopbackAddress().getHostAddress());
        environment.put("MASTER_PORT", Integer.toString(port));
        environment.put(PARENT, Long.toString(ProcessHandle.current().pid()));
        environment.putIfAbsent("OMP_NUM_THREADS", Integer.toString(threads));
        environment.putIfAbsent("OPENBLAS_NUM_THREADS", Integer.toString(threads));
        try {
            return builder.redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new WorkerLostException(rank, 0, "it could not be started: " + e.getMessage(), e);
        }
    }

    /** Those of a JVM's arguments that another can have too. */
    static List<String> shareable(List<String> arguments) {
        return arguments.stream()
                .filter(argument -> ONLY_ONE.stream().noneMatch(argument::startsWith))
                .toList();
    }

    private static File nothing() {
        return new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    /** Waits for workers that have all done their steps; ends those of a run that failed. None is left on return. */
    private void end(List<Process> children, boolean done) {
        boolean interrupted = false;
        for (Process child : children) {
            interrupted |= done && !ends(child, plan.patience().worker());
            if (done && child.isAlive()) {
                LOG.warn("worker process does not end, it is killed: pid={}", child.pid());
            }
            child.destroyForcibly();
        }
        for (Process child : children) {
            // The system has its own time to end a process that is killed.
            interrupted |= !ends(child, KILLING);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a process to end; false if the wait was interrupted. */
    private static boolean ends(Process child, Duration limit) {
        try {
            boolean ended = child.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("worker process: pid={} ended={}", child.pid(), ended);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
