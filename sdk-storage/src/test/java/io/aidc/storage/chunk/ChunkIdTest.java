package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkIdTest {
    private static final String EMPTY = "sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void of_nothing_isTheDigestOfNothing() {
        assertThat(ChunkId.of(new byte[0])).hasToString(EMPTY);
    }

    @Test
    void parse_itsOwnText_isEqual() {
        assertThat(ChunkId.parse(EMPTY)).isEqualTo(ChunkId.of(new byte[0])).hasSameHashCodeAs(ChunkId.of(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256-",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256-E3B0C44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
                "sha256-../../../../../../../../../../../../../../../../../../../etc/pass",
                "sha512-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            })
    void parse_anotherForm_isRefused(String text) {
        assertThatThrownBy(() -> ChunkId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sha256-");
    }

    @Test
    void readFrom_whatWriteToWrote_isEqual() {
        ChunkId id = ChunkId.of("a".getBytes(StandardCharsets.UTF_8));
        ByteBuffer buffer = ByteBuffer.allocate(ChunkId.ENCODED_BYTES);
        id.writeTo(buffer);

        assertThat(ChunkId.readFrom(buffer.flip())).isEqualTo(id);
    }

    @Test
    void readFrom_unknownTagOrTooShort_isRefused() {
        assertThatThrownBy(() -> ChunkId.readFrom(ByteBuffer.allocate(33)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tag");
        assertThatThrownBy(() -> ChunkId.readFrom(ByteBuffer.allocate(32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("33 bytes");
    }

    @Test
    void ofDigest_wrongLength_isRefused() {
        assertThatThrownBy(() -> ChunkId.ofDigest(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matches_changedBit_isFalse() {
        byte[] content = {1, 2, 3};
        ChunkId id = ChunkId.of(content);

        assertThat(id.matches(content)).isTrue();
        content[1] ^= 1;
        assertThat(id.matches(content)).isFalse();
    }

    @Test
    void compareTo_ordersByUnsignedBytes() {
        ChunkId low = ChunkId.ofDigest(new byte[32]);
        byte[] high = new byte[32];
        high[0] = (byte) 0x80;

        assertThat(low).isLessThan(ChunkId.ofDigest(high));
    }
}
