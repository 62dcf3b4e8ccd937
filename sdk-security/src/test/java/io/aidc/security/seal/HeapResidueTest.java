package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.keys.HeapDump;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.TestRings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches the heap of a JVM that has sealed and unsealed. */
class HeapResidueTest {
    private static final SealBinding BINDING = new SealBinding("n", Map.of());
    private static final int SIZE = 40_000;

    @TempDir
    private Path directory;

    @Test
    void sealAndUnseal_leaveNeitherPlaintextNorDataKeyInTheHeap() throws Exception {
        assertThat(HeapDump.run(Child.class, directory))
                .startsWith("sealed bytes: found", "data key: absent")
                .endsWith(Collections.nCopies(5, "plaintext: absent").toArray(String[]::new))
                .hasSize(7);
    }

    /** What the other JVM runs. Plaintext is made in direct memory, and what is searched for only after the dump. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            ByteBuffer plaintext = ByteBuffer.allocateDirect(SIZE);
            for (int i = 0; i < SIZE; i++) {
                plaintext.put(i, (byte) (31 * i + 7 * (i >> 8)));
            }
            KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase");
            byte[] sealed = seal(plaintext, ring);
            addSecondSlot(sealed, ring);
            SealReader.as(List.of(Identity.of(ring)))
                    .unseal(ByteBuffer.wrap(sealed), BINDING)
                    .close();

            HeapDump heap = HeapDump.take(directory);
            heap.report("sealed bytes", ByteBuffer.wrap(sealed, 5000, 32));
            heap.report("data key", ByteBuffer.wrap(dataKey(sealed, ring)));
            for (int at : new int[] {0, 6000, 16_384, 33_000, SIZE - 32}) {
                heap.report("plaintext", plaintext.slice(at, 32));
            }
        }

        private static byte[] seal(ByteBuffer plaintext, KeyRing ring) throws IOException {
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            byte[] piece = new byte[5000];
            try (OutputStream out = SealWriter.to(List.of(Recipient.of(ring))).stream(sink, BINDING)) {
                for (ByteBuffer rest = plaintext.duplicate(); rest.hasRemaining(); ) {
                    rest.get(piece);
                    out.write(piece);
                }
            }
            Arrays.fill(piece, (byte) 0);
            return sink.toByteArray();
        }

        private static void addSecondSlot(byte[] sealed, KeyRing ring) throws Exception {
            byte[] dataKey = dataKey(sealed, ring);
            byte[] prefix = Arrays.copyOf(sealed, prefixBytes(sealed));
            byte[] slot = new Slot(2, List.of(Recipient.of(ring).wrap(dataKey, sha512(prefix)))).encode(1792);
            HeaderMac.write(dataKey, prefix, slot);
            System.arraycopy(slot, 0, sealed, prefix.length + slot.length, slot.length);
            Arrays.fill(dataKey, (byte) 0);
        }

        private static byte[] dataKey(byte[] sealed, KeyRing ring) throws Exception {
            SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
            return head.open(List.of(Identity.of(ring))).dataKey();
        }

        private static int prefixBytes(byte[] sealed) {
            return 14 + ByteBuffer.wrap(sealed).getInt(10);
        }

        private static byte[] sha512(byte[] bytes) throws Exception {
            return MessageDigest.getInstance("SHA-512").digest(bytes);
        }
    }
}
