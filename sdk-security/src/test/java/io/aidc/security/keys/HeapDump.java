package io.aidc.security.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The heap of a JVM whose collector frees nothing, so that garbage is seen too. */
public final class HeapDump {
    private final byte[] heap;

    private HeapDump(byte[] heap) {
        this.heap = heap;
    }

    /**
     * Runs a class in such a JVM and returns the lines that it printed.
     *
     * @param program has a main method, which is given the directory
     */
    public static List<String> run(Class<?> program, Path directory) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:+UseEpsilonGC",
                        "-Xmx512m",
                        "-Xlog:disable",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), UTF_8);
        assertThat(child.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    /** Takes the heap of this JVM. What is to be searched for must come into it only afterwards. */
    public static HeapDump take(Path directory) throws IOException {
        Path file = directory.resolve("heap.hprof");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), false);
        return new HeapDump(Files.readAllBytes(file));
    }

    /** Prints {@code what} and whether the bytes are there. */
    @SuppressWarnings("SystemOut")
    public void report(String what, ByteBuffer wanted) {
        System.out.println(what + ": " + (contains(wanted) ? "found" : "absent"));
    }

    private boolean contains(ByteBuffer wanted) {
        byte[] bytes = new byte[wanted.remaining()];
        wanted.duplicate().get(bytes);
        for (int i = 0; i + bytes.length <= heap.length; i++) {
            if (heap[i] == bytes[0] && Arrays.equals(heap, i, i + bytes.length, bytes, 0, bytes.length)) {
                return true;
            }
        }
        return false;
    }
}
