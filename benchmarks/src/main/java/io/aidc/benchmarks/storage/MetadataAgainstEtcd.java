package io.aidc.benchmarks.storage;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How do durable puts and linearizable reads of a three-node store compare with etcd's, on the same machine and disk?
 *
 * <p>Each has three processes that flush before they answer. Ours is called as its users call it, in the JVM of the node that
 * leads; etcd is called at its leader in its own gRPC protocol. Varies: how many threads have one request outstanding. The two
 * take turns; each line gives the median of all rounds and their spread. All are warmed up for {@value #WARM_UP_SECONDS} seconds:
 * the JVMs of three nodes share the cores with their compilers, and a put of the first seconds takes several times as long.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.storage.MetadataAgainstEtcd [directory] [rounds]}, with
 * Debian's {@code etcd-server} installed.
 */
public final class MetadataAgainstEtcd {
    private static final byte[] VALUE = new byte[100];
    private static final int[] CLIENTS = {1, 16, 64};
    private static final long ROUND_NANOS = 4_000_000_000L;
    private static final int WARM_UP_SECONDS = 40;

    private MetadataAgainstEtcd() {}

    private interface Operation {
        void run(long number);
    }

    private record Figures(double perSecond, double p50Millis, double p99Millis) {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "against-etcd");
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int[] ports = StoreCluster.freePorts(12);
        try (var etcd = new EtcdPeer(directory, Arrays.copyOfRange(ports, 0, 6));
                var cluster = new StoreCluster(directory, Arrays.copyOfRange(ports, 6, 12))) {
            ReplicatedStore store = cluster.store();
            store.cluster().lead("a");
            Map<String, Operation> operations = new TreeMap<>();
            operations.put("put  etcd", i -> etcd.put("k/" + i % 10_000, VALUE));
            operations.put("put  ours", i -> put(store, "k/" + i % 10_000));
            operations.put("read etcd", i -> etcd.get("k/" + i % 100));
            operations.put("read ours", i -> store.get("k/" + i % 100));
            for (Operation operation : operations.values()) {
                measure(operation, 64, WARM_UP_SECONDS * 500_000_000L);
                measure(operation, 1, WARM_UP_SECONDS * 500_000_000L);
            }
            run(operations, rounds);
        }
    }

    private static void put(ReplicatedStore store, String key) {
        if (!(store.put(key, VALUE).join() instanceof Write.Committed)) {
            throw new IllegalStateException("a put was not committed");
        }
    }

    private static void run(Map<String, Operation> operations, int rounds) throws InterruptedException {
        System.out.println("operation   clients   median ops/s (min-max)      p50 ms (min-max)      p99 ms (min-max)");
        for (int clients : CLIENTS) {
            Map<String, List<Figures>> all = new TreeMap<>();
            for (int round = 0; round < rounds; round++) {
                for (var operation : operations.entrySet()) {
                    all.computeIfAbsent(operation.getKey(), name -> new ArrayList<>())
                            .add(measure(operation.getValue(), clients, ROUND_NANOS));
                }
            }
            all.forEach((name, figures) -> System.out.printf(
                    "%-11s %7d   %s   %s   %s%n",
                    name,
                    clients,
                    spread("%8.0f", figures.stream().mapToDouble(Figures::perSecond)),
                    spread("%7.2f", figures.stream().mapToDouble(Figures::p50Millis)),
                    spread("%7.2f", figures.stream().mapToDouble(Figures::p99Millis))));
        }
    }

    private static String spread(String format, java.util.stream.DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return String.format(
                java.util.Locale.ROOT,
                format + " (" + format.replaceAll("%\\d+", "%") + "-" + format.replaceAll("%\\d+", "%") + ")",
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1]);
    }

    private static Figures measure(Operation operation, int clients, long nanos) throws InterruptedException {
        var number = new AtomicLong();
        long end = System.nanoTime() + nanos;
        List<List<Long>> latencies = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            List<Long> mine = new ArrayList<>();
            latencies.add(mine);
            var thread = new Thread(() -> {
                for (long start = System.nanoTime(); start < end; ) {
                    operation.run(number.incrementAndGet());
                    long now = System.nanoTime();
                    mine.add(now - start);
                    start = now;
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] sorted = latencies.stream()
                .flatMap(List::stream)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return new Figures(
                sorted.length * 1e9 / nanos,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6);
    }
}
