package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    @Test
    void copyOf_array_leavesItAlone_takeWipesIt() {
        byte[] bytes = {1, 2, 3};
        try (SecretBytes copy = SecretBytes.copyOf(bytes)) {
            assertThat(bytes).containsExactly(1, 2, 3);
            assertThat(copy.buffer()).isEqualTo(ByteBuffer.wrap(bytes));
        }
        try (SecretBytes taken = SecretBytes.take(bytes)) {
            assertThat(bytes).containsExactly(0, 0, 0);
            assertThat(taken.contentEquals(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                    .isTrue();
        }
    }

    @Test
    void ofUtf8_text_isEncodedWithoutRoomToSpare() {
        for (String text : new String[] {"", "passphrase", "pässphräse €", "\uD834\uDD1E"}) {
            char[] characters = text.toCharArray();
            try (SecretBytes secret = SecretBytes.ofUtf8(characters)) {
                assertThat(secret.buffer()).isEqualTo(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                assertThat(characters).isEqualTo(text.toCharArray());
            }
        }
        for (String broken : new String[] {"a\uD834", "\uDD1Ea", "\uD834"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SecretBytes.ofUtf8(broken.toCharArray()))
                    .withMessageContaining("UTF-16");
        }
    }

    @Test
    void contentEquals_otherBytesOrLength_isFalse() {
        SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3});
        ByteBuffer inside =
                ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}).position(1).limit(4);
        assertThat(secret.contentEquals(inside)).isTrue();
        assertThat(inside.position()).isEqualTo(1);
        assertThat(secret.contentEquals(inside.asReadOnlyBuffer().position(2))).isFalse();
        assertThat(secret.contentEquals(ByteBuffer.wrap(new byte[] {1, 2, 4}))).isFalse();
        assertThat(secret.contentEquals(ByteBuffer.allocate(0))).isFalse();
        secret.close();
        assertThatIllegalStateException().isThrownBy(() -> secret.contentEquals(inside));
    }
}
