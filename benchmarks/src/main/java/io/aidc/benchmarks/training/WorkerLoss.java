package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.dist.Launch;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How long is it from the loss of a worker to the next completed step?
 *
 * <p>Two to four worker processes train; one, drawn by chance, worker 0 included, is killed at an instant drawn by chance. The
 * time from the kill to the next step that a smaller group completes is taken, the steps that are told are checked to go on by
 * one, and at the end all workers left must have the same model.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.WorkerLoss [kills] [seed]</pre>
 */
public final class WorkerLoss {
    private static final Duration HANG = Duration.ofSeconds(5);

    private WorkerLoss() {}

    /** A worker process: tells each step as worker 0, ends when something comes on its standard input. */
    static final class Rank {
        private Rank() {}

        private static void onStep(TrainingProgress progress) {
            System.out.printf("step %d of %d%n", progress.step(), progress.workers());
            try {
                if (System.in.available() > 0) {
                    Thread.currentThread().interrupt();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public static void main(String[] arguments) {
            var random = new SplittableRandom(1);
            float[][] features = new float[256][64];
            int[] labels = new int[256];
            for (int i = 0; i < features.length; i++) {
                labels[i] = random.nextInt(10);
                for (int j = 0; j < 64; j++) {
                    features[i][j] = (float) random.nextGaussian();
                }
            }
            Network network = Network.of(Layer.linear(64, 128), Layer.relu(), Layer.linear(128, 10));
            try (TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                    .optimizer(Adam.rate(1e-4))
                    .steps(Integer.MAX_VALUE)
                    .seed(1)
                    .workerTimeout(Duration.ofSeconds(20))
                    .distributed(Launch.fromEnvironment().elastic(1))
                    .listener(Rank::onStep)
                    .fit(Dataset.classification(features, labels, 10))) {
                System.out.println("model " + Arrays.hashCode(result.model().numbers()));
            }
        }
    }

    private record Child(Process process, BlockingQueue<String> lines) {}

    /**
     * Kills.
     *
     * @param arguments how many kills, and the seed
     * @throws IOException if a worker cannot be started
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        var random = new SplittableRandom(seed);
        List<Double> times = new ArrayList<>();
        for (int kill = 1; kill <= kills; kill++) {
            int workers = random.nextInt(2, 5);
            int victim = random.nextInt(workers);
            double millis = lose(workers, victim, random.nextInt(300));
            times.add(millis);
            System.out.printf(Locale.ROOT, "kill %d: worker %d of %d, %.0f ms%n", kill, victim, workers, millis);
        }
        times.sort(null);
        System.out.printf(
                Locale.ROOT,
                "seed %d: %d kills, to the next step median %.0f ms, most %.0f ms, beyond %s: %d%n",
                seed,
                kills,
                times.get(kills / 2),
                times.get(kills - 1),
                HANG,
                times.stream().filter(time -> time > HANG.toMillis()).count());
    }

    private static double lose(int workers, int victim, int delayMillis) throws IOException, InterruptedException {
        List<Child> children = new ArrayList<>();
        try {
            int port = freePort();
            for (int rank = 0; rank < workers; rank++) {
                children.add(start(rank, workers, port));
            }
            Child first = children.get(0);
            awaitStep(first, workers, 1, Duration.ofSeconds(120));
            TimeUnit.MILLISECONDS.sleep(delayMillis);
            int last = lastStep(first);
            long killed = System.nanoTime();
            children.remove(victim).process().toHandle().destroyForcibly();
            Child head = children.get(0);
            int next = awaitStep(head, workers - 1, last, Duration.ofSeconds(60));
            double millis = (System.nanoTime() - killed) / 1e6;
            checkSameModel(children, head, next);
            return millis;
        } finally {
            children.forEach(child -> child.process().destroyForcibly());
        }
    }

    /** Waits for the first step of a group of that size; no step may be left out on the way. */
    private static int awaitStep(Child child, int workers, int from, Duration limit) throws InterruptedException {
        int before = -1;
        while (true) {
            String line = child.lines().poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new IllegalStateException("no step within " + limit);
            }
            if (line.startsWith("step ")) {
                String[] parts = line.split(" ", -1);
                int step = Integer.parseInt(parts[1]);
                if (before >= 0 && step != before + 1) {
                    throw new IllegalStateException("step %d came after step %d".formatted(step, before));
                }
                before = step;
                if (Integer.parseInt(parts[3]) == workers && step >= from) {
                    return step;
                }
            }
        }
    }

    private static int lastStep(Child child) {
        int last = 1;
        for (String line = child.lines().poll();
                line != null;
                line = child.lines().poll()) {
            if (line.startsWith("step ")) {
                last = Integer.parseInt(line.split(" ", -1)[1]);
            }
        }
        return last;
    }

    private static void checkSameModel(List<Child> children, Child head, int step)
            throws IOException, InterruptedException {
        head.process().getOutputStream().write('\n');
        head.process().getOutputStream().flush();
        List<String> models = new ArrayList<>();
        for (Child child : children) {
            String line = "";
            while (!line.startsWith("model ")) {
                line = child.lines().poll(60, TimeUnit.SECONDS);
                if (line == null) {
                    throw new IllegalStateException("a worker did not end after step " + step);
                }
            }
            models.add(line);
        }
        if (models.stream().distinct().count() != 1) {
            throw new IllegalStateException("the workers left have different models: " + models);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Child start(int rank, int workers, int port) throws IOException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                Rank.class.getName());
        builder.environment().put("RANK", Integer.toString(rank));
        builder.environment().put("WORLD_SIZE", Integer.toString(workers));
        builder.environment().put("MASTER_ADDR", "127.0.0.1");
        builder.environment().put("MASTER_PORT", Integer.toString(port));
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        var reader = new Thread(() -> read(process, lines), "worker-" + rank);
        reader.setDaemon(true);
        reader.start();
        return new Child(process, lines);
    }

    private static void read(Process process, BlockingQueue<String> lines) {
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("gone");
        }
    }
}
