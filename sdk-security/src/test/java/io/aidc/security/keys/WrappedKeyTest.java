package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WrappedKeyTest {
    private static final String RING = "0123456789abcdef".repeat(2);

    @Test
    void components_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WrappedKey("ABC", 1, new byte[72]));
        assertThatIllegalArgumentException().isThrownBy(() -> new WrappedKey(RING, 0, new byte[72]));
        assertThatIllegalArgumentException().isThrownBy(() -> new WrappedKey(RING, 1, new byte[40]));
        assertThatIllegalArgumentException().isThrownBy(() -> new WrappedKey(RING, 1, new byte[1065]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyVersion(0, KeyState.ENABLED, Instant.EPOCH, 0, 0))
                .withMessageContaining("got 0");
    }

    @Test
    void bytes_areCopiedBothWays() {
        byte[] bytes = new byte[72];
        WrappedKey wrapped = new WrappedKey(RING, 1, bytes);
        bytes[0] = 1;
        wrapped.bytes()[1] = 1;
        assertThat(wrapped.bytes()).isEqualTo(new byte[72]);
    }

    @Test
    void equality_isByContent() {
        WrappedKey wrapped = new WrappedKey(RING, 1, new byte[72]);
        assertThat(wrapped)
                .isEqualTo(new WrappedKey(RING, 1, new byte[72]))
                .hasSameHashCodeAs(new WrappedKey(RING, 1, new byte[72]))
                .isNotEqualTo(new WrappedKey(RING, 2, new byte[72]))
                .isNotEqualTo(new WrappedKey(RING, 1, new byte[73]));
    }
}
