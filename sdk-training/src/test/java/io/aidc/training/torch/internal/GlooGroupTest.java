package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.ChildJvm;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.internal.GroupBrokenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class GlooGroupTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private interface Rank<T> {
        T run(Group group);
    }

    /** Runs the code on each rank's own thread; groups are closed when all are done. */
    private <T> List<T> together(int size, Rank<T> code) throws InterruptedException, ExecutionException {
        var pool = Executors.newFixedThreadPool(size);
        try {
            List<Callable<Group>> joins = IntStream.range(0, size)
                    .<Callable<Group>>mapToObj(
                            rank -> () -> GlooGroup.join("file:" + directory.resolve("group"), rank, size, LIMIT))
                    .toList();
            List<Group> groups = results(pool.invokeAll(joins));
            List<T> answers = results(pool.invokeAll(groups.stream()
                    .<Callable<T>>map(group -> () -> code.run(group))
                    .toList()));
            groups.forEach(Group::close);
            return answers;
        } finally {
            pool.shutdown();
        }
    }

    private static <T> List<T> results(List<Future<T>> futures) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    /** Known answer: the sum over ranks r of r + 1 is n (n + 1) / 2, bit for bit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void allReduce_sumsOverAllRanks(int size) throws Exception {
        List<float[]> sums = together(size, group -> {
            float[] values = new float[1000];
            Arrays.fill(values, group.rank() + 1);
            Vector numbers = Vector.of(values, Device.CPU);
            group.allReduce(numbers);
            return numbers.toArray();
        });
        assertThat(sums).hasSize(size);
        for (float[] sum : sums) {
            assertThat(sum).containsOnly(size * (size + 1) / 2f);
        }
    }

    @Test
    void broadcast_givesAllRanksTheNumbersOfTheFirst() throws Exception {
        List<Integer> received = together(3, group -> {
            IntBuffer buffer = FlatBuffers.ints(2).put(1, group.rank() == 0 ? 77 : -1);
            group.broadcast(buffer, 0);
            return buffer.get(1);
        });
        assertThat(received).containsExactly(77, 77, 77);
    }

    @Test
    void broadcast_ofFloats_givesAllRanksTheBitsOfTheFirst() throws Exception {
        List<Integer> received = together(3, group -> {
            Vector numbers = Vector.of(new float[] {0, group.rank() == 0 ? -0f : 5}, Device.CPU);
            group.broadcast(numbers, 0);
            return Float.floatToRawIntBits(numbers.get(1));
        });
        assertThat(received).containsOnly(Float.floatToRawIntBits(-0f)).hasSize(3);
    }

    @Test
    void group_knowsItsRankAndSize() throws Exception {
        assertThat(together(2, group -> group.rank() * 10 + group.size())).containsExactly(2, 12);
    }

    @Test
    void join_whenNobodyElseComes_endsInTime() {
        assertThatThrownBy(() -> GlooGroup.join("file:" + directory.resolve("alone"), 0, 2, Duration.ofMillis(300)))
                .isInstanceOf(GroupBrokenException.class)
                .hasMessageContaining("worker 0: joining the group failed");
    }

    /** c10d traffic is neither encrypted nor authenticated, so nothing may listen where strangers can reach it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void group_listensOnTheLoopbackInterfaceOnly() throws Exception {
        List<String> before = reachableListeners();
        List<List<String>> during = together(2, group -> {
            group.allReduce(Vector.zeros(4, Device.CPU));
            try {
                return reachableListeners();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(during).hasSize(2);
        for (List<String> listeners : during) {
            assertThat(before).containsAll(listeners);
        }
    }

    /** Sockets of this process that listen on an address other than 127.0.0.1, by inode. */
    private static List<String> reachableListeners() throws IOException {
        List<String> own = new ArrayList<>();
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                if (Files.isSymbolicLink(descriptor)) {
                    own.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        List<String> reachable = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("\\s+", -1);
                boolean listens = fields[3].equals("0A");
                if (listens && !fields[1].startsWith("0100007F:") && own.contains("socket:[" + fields[9] + "]")) {
                    reachable.add(fields[9]);
                }
            }
        }
        return reachable;
    }

    /** Rank 1 in a process of its own: sums until it is killed. */
    static final class EndlessRank {
        public static void main(String[] arguments) {
            Group group = GlooGroup.join("file:" + arguments[0], 1, 2, LIMIT);
            Vector numbers = Vector.zeros(1000, Device.CPU);
            while (true) {
                group.allReduce(numbers);
            }
        }
    }

    @Test
    void allReduce_whenAPeerProcessIsKilled_endsWithAnError() throws IOException, InterruptedException {
        Path meetingFile = directory.resolve("processes");
        Process peer = new ChildJvm(directory).start(EndlessRank.class, meetingFile.toString());
        try (Group group = GlooGroup.join("file:" + meetingFile, 0, 2, LIMIT)) {
            Vector numbers = Vector.zeros(1000, Device.CPU);
            numbers.set(0, 1);
            group.allReduce(numbers);
            assertThat(numbers.get(0)).isEqualTo(1);
            peer.destroyForcibly();
            peer.waitFor();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 3; i++) {
                            group.allReduce(numbers);
                        }
                    })
                    .isInstanceOf(GroupBrokenException.class)
                    .hasMessageContaining("worker 0: all-reduce failed");
        } finally {
            peer.destroyForcibly();
        }
    }
}
