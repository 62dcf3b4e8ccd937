package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65_536, (1L << 48) - 1})
    void next_revision_isReadBack(long revision) {
        UUID id = RequestId.next(revision);

        assertThat(RequestId.revisionSeen(id)).isEqualTo(revision);
        assertThat(id.version()).isEqualTo(8);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(RequestId.next(revision)).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 48})
    void next_revisionOutsideTheRange_isRefused(long revision) {
        assertThatThrownBy(() -> RequestId.next(revision))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Long.toString(revision));
    }

    @Test
    void revisionSeen_foreignId_isZero() {
        assertThat(RequestId.revisionSeen(UUID.fromString("ffffffff-ffff-4fff-bfff-ffffffffffff")))
                .isZero();
    }
}
