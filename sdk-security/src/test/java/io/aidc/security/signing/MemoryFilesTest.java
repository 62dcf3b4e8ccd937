package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryFilesTest extends ModelFilesContract {
    @Override
    protected ModelFiles files(Map<String, byte[]> contents) {
        Map<String, ByteBuffer> buffers = new HashMap<>();
        contents.forEach((name, content) -> buffers.put(name, ByteBuffer.wrap(content)));
        return ModelFiles.of(buffers);
    }

    @Test
    void of_partOfABuffer_isFromPositionToLimit() throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}).position(1).limit(3);
        ModelFiles files = ModelFiles.of(Map.of("f", buffer));
        buffer.clear();
        try (SeekableByteChannel channel = files.open("f")) {
            ByteBuffer content = ByteBuffer.allocate(4);
            assertThat(channel.size()).isEqualTo(2);
            assertThat(channel.read(content)).isEqualTo(2);
            assertThat(content.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        }
    }

    @Test
    void channel_writingOrClosed_isRefused() throws IOException {
        SeekableByteChannel channel =
                ModelFiles.of(Map.of("f", ByteBuffer.allocate(1))).open("f");
        assertThatExceptionOfType(NonWritableChannelException.class)
                .isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.truncate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.position(-1));
        assertThat(channel.position(9).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::size);
    }
}
