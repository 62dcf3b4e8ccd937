package io.aidc.security.signing;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files that are buffers. */
final class MemoryFiles implements ModelFiles {
    private final Map<String, ByteBuffer> contents = new LinkedHashMap<>();

    MemoryFiles(Map<String, ByteBuffer> contents) {
        contents.forEach((name, content) ->
                this.contents.put(name, content.asReadOnlyBuffer().slice()));
    }

    @Override
    public List<String> names() {
        return List.copyOf(contents.keySet());
    }

    @Override
    public SeekableByteChannel open(String name) throws NoSuchFileException {
        ByteBuffer content = contents.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return new BufferChannel(content.duplicate());
    }
}
