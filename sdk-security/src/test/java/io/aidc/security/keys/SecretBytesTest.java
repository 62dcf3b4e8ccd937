package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretBytesTest {
    @Test
    void buffer_isDirectWritableAndShared() {
        try (SecretBytes secret = SecretBytes.allocate(13)) {
            ByteBuffer buffer = secret.buffer();
            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.remaining()).isEqualTo(13).isEqualTo(secret.size());
            buffer.put((byte) 7);
            assertThat(secret.buffer().position()).isZero();
            assertThat(secret.buffer().get(0)).isEqualTo((byte) 7);
        }
    }

    @Test
    void close_anySize_leavesZerosInBuffersHandedOut() {
        for (int size = 0; size < 40; size++) {
            SecretBytes secret = SecretBytes.allocate(size);
            ByteBuffer buffer = secret.buffer();
            while (buffer.hasRemaining()) {
                buffer.put((byte) 0x5a);
            }
            secret.close();
            secret.close();
            byte[] after = new byte[size];
            buffer.flip().get(after);
            assertThat(after).isEqualTo(new byte[size]);
        }
    }

    @Test
    void buffer_ownerNeitherClosedNorHeld_keepsItsContent() {
        List<ByteBuffer> buffers = new ArrayList<>();
        WeakReference<SecretBytes> owner = owner(buffers);
        for (int collections = 0; collections < 20; collections++) {
            System.gc();
            assertThat(buffers.get(0).get(0)).isEqualTo((byte) 7);
        }
        assertThat(owner.get()).as("the owner was collected").isNull();
    }

    /** Keeps the buffer but not its owner. */
    private static WeakReference<SecretBytes> owner(List<ByteBuffer> buffers) {
        SecretBytes secret = SecretBytes.allocate(1);
        buffers.add(secret.buffer().put(0, (byte) 7));
        return new WeakReference<>(secret);
    }

    @Test
    void buffer_afterClose_isRefused() {
        SecretBytes secret = SecretBytes.allocate(1);
        secret.close();
        assertThatIllegalStateException().isThrownBy(secret::buffer);
        assertThat(secret).hasToString("SecretBytes[size=1]");
    }

    @Test
    void allocate_negativeSize_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SecretBytes.allocate(-1));
    }
}
