package io.aidc.security.values;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.keys.HeapDump;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches the heap of a JVM that has sealed values. */
class ValueResidueTest {
    @TempDir
    private Path directory;

    @Test
    void sealUnsealAndPseudonym_leaveNoSecretInTheHeap() throws Exception {
        assertThat(HeapDump.run(Child.class, directory))
                .containsExactly("canary: found", "0: absent", "1000: absent", "3968: absent");
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
            HeapDump heap = HeapDump.take(directory);
            heap.report("canary", canary);
            for (int at : new int[] {0, 1000, SIZE - 32}) {
                heap.report("" + at, secret.slice(at, 32));
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
    }
}
