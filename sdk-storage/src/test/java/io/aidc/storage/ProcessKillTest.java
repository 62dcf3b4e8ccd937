package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node here and two in processes of their own, which are killed without warning. */
class ProcessKillTest {
    private final Map<String, String> addresses = TestCluster.freeAddresses("a", "b", "c");
    private final Map<String, Process> processes = new HashMap<>();

    @TempDir
    Path root;

    @AfterEach
    void killAll() throws InterruptedException {
        for (Process process : processes.values()) {
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void killedNode_evenTheLeader_losesNothingAcknowledged() throws Exception {
        startProcess("b");
        startProcess("c");
        byte[] content = new byte[2 << 20];
        new Random(3).nextBytes(content);
        try (ReplicatedStore a = ReplicatedStore.builder()
                .node(address("a"))
                .peers(address("b"), address("c"))
                .directory(root.resolve("a"))
                .open()) {
            a.awaitReady(TestCluster.PATIENCE);
            assertThat(a.publish("m", content).as("1").moving("prod").join()).isInstanceOf(Write.Committed.class);

            String victim = "b".equals(a.status().leader()) ? "b" : "c";
            for (int round = 0; round < 2; round++) {
                kill(victim);
                byte[] value = ("after " + victim).getBytes(StandardCharsets.UTF_8);
                assertThat(a.put("k", value).join()).isInstanceOf(Write.Committed.class);
                assertThat(a.get("k"))
                        .hasValueSatisfying(found -> assertThat(found).isEqualTo(value));
                assertThat(a.read(a.resolve("m@prod"))).isEqualTo(content);
                assertThat(a.publish("m", value).as("after-" + round).join()).isInstanceOf(Write.Committed.class);
                startProcess(victim);
                awaitReachable(a, victim);
                victim = victim.equals("b") ? "c" : "b";
            }
            assertThat(a.versions("m")).containsExactly("1", "after-0", "after-1");
        }
    }

    @Test
    void closedInput_endsTheProcess() throws Exception {
        Process process = startProcess("b");

        process.getOutputStream().close();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private Process startProcess(String id) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName(),
                root.resolve(id).toString(),
                address(id)));
        addresses.keySet().stream()
                .filter(other -> !other.equals(id))
                .map(this::address)
                .forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.put(id, process);
        String line = process.inputReader().readLine();
        assertThat(line).isEqualTo("open " + id);
        return process;
    }

    private void kill(String id) throws InterruptedException {
        Process process = java.util.Objects.requireNonNull(processes.get(id));
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitReachable(ReplicatedStore store, String node) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (store.status().peers().stream().noneMatch(peer -> peer.node().equals(node) && peer.reachable())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        store.awaitReady(TestCluster.PATIENCE);
    }

    private String address(String id) {
        return java.util.Objects.requireNonNull(addresses.get(id));
    }
}
