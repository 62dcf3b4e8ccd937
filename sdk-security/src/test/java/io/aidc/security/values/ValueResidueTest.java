package io.aidc.security.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches the heap of a JVM that has sealed values; its collector frees nothing, so that garbage is seen too. */
class ValueResidueTest {
    @TempDir
    private Path directory;

    @Test
    void sealUnsealAndPseudonym_leaveNoSecretInTheHeap() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:+UseEpsilonGC",
                        "-Xmx512m",
                        "-Xlog:disable",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(child.getInputStream().readAllBytes(), UTF_8).lines())
                .containsExactly("canary: found", "0: absent", "1000: absent", "3968: absent");
        assertThat(child.waitFor()).isZero();
    }

    /** What the other JVM runs. The secret is made in direct memory, and what is searched for only after the dump. */
    static final class Child {
        private static final int SIZE = 4000;

        private Child() {}

        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            SplittableRandom random = new SplittableRandom(1);
            ByteBuffer secret = ByteBuffer.allocateDirect(SIZE);
            ByteBuffer canary = ByteBuffer.allocate(32);
            for (int i = 0; i < SIZE; i++) {
                secret.put(i, (byte) random.nextInt());
                canary.put(i % 32, (byte) random.nextInt());
            }
            try (KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase")) {
                useAll(ring, secret);
            }
            Path dump = directory.resolve("heap.hprof");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), false);
            byte[] heap = Files.readAllBytes(dump);
            report("canary", heap, canary);
            for (int at : new int[] {0, 1000, SIZE - 32}) {
                report("" + at, heap, secret.slice(at, 32));
            }
        }

        private static void useAll(KeyRing ring, ByteBuffer secret) {
            ValueSealer xaes = ValueSealer.xaes256Gcm(ring, "purpose");
            ValueSealer siv = ValueSealer.aes256GcmSiv(ring, "purpose");
            try (SecretBytes one = xaes.unseal(xaes.seal(secret));
                    SecretBytes other = siv.unseal(siv.seal(secret))) {
                if (!one.contentEquals(secret) || !other.contentEquals(secret)) {
                    throw new IllegalStateException("did not come back");
                }
            }
            Pseudonyms.hmacSha256(ring, 1, "domain").of(secret);
        }

        private static void report(String what, byte[] heap, ByteBuffer wanted) {
            byte[] bytes = new byte[wanted.remaining()];
            wanted.duplicate().get(bytes);
            boolean found = false;
            for (int i = 0; i + bytes.length <= heap.length && !found; i++) {
                found = heap[i] == bytes[0] && Arrays.equals(heap, i, i + bytes.length, bytes, 0, bytes.length);
            }
            System.out.println(what + ": " + (found ? "found" : "absent"));
        }
    }
}
