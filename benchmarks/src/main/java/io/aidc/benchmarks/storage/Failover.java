package io.aidc.benchmarks.storage;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * How long after the leader's death is the first write committed, with default settings?
 *
 * <p>Node b, a JVM of its own, leads and is killed with SIGKILL; node a, in this JVM, writes until it is answered. The dead node
 * comes back before the next round.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.storage.Failover [directory] [rounds]}
 */
public final class Failover {
    private Failover() {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "failover");
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 11;
        double[] seconds = new double[rounds];
        try (var cluster = new StoreCluster(directory, StoreCluster.freePorts(6))) {
            ReplicatedStore store = cluster.store();
            for (int i = 0; i < rounds; i++) {
                store.awaitReady(Duration.ofSeconds(60));
                store.cluster().lead("b");
                store.put("before", new byte[100]).join();
                long start = System.nanoTime();
                cluster.kill(1);
                while (!(store.put("after", new byte[100]).join() instanceof Write.Committed)) {}
                seconds[i] = (System.nanoTime() - start) / 1e9;
                System.out.printf("round %2d: %.2f s%n", i + 1, seconds[i]);
                cluster.start(1);
                while (store.status().peers().stream().anyMatch(peer -> !peer.reachable())) {
                    Thread.onSpinWait();
                }
            }
        }
        Arrays.sort(seconds);
        System.out.printf(
                "median %.2f s, least %.2f s, most %.2f s of %d%n",
                seconds[rounds / 2], seconds[0], seconds[rounds - 1], rounds);
    }
}
