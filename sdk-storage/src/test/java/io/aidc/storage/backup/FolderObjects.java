package io.aidc.storage.backup;

import io.aidc.storage.object.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Objects in a folder that the restic program shares. */
record FolderObjects(Path folder) implements ObjectStore {
    @Override
    public boolean putIfAbsent(String key, byte[] content) throws IOException {
        Path file = folder.resolve(key);
        Files.createDirectories(file.getParent());
        Path scratch = Files.createTempFile(folder, "tmp", "");
        try {
            Files.write(scratch, content);
            Files.createLink(file, scratch);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.delete(scratch);
        }
    }

    @Override
    public OptionalLong size(String key) throws IOException {
        Path file = folder.resolve(key);
        return Files.isRegularFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
    }

    @Override
    public byte[] get(String key) throws IOException {
        return Files.readAllBytes(folder.resolve(key));
    }

    @Override
    public byte[] get(String key, long offset, int length) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(folder.resolve(key))) {
            while (part.hasRemaining()) {
                if (channel.read(part, offset + part.position()) < 0) {
                    throw new EOFException(key);
                }
            }
        }
        return part.array();
    }

    @Override
    public void list(String prefix, Consumer<Listed> visitor) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(Files::isRegularFile).sorted().toList();
            for (Path file : found) {
                String key = folder.relativize(file).toString();
                if (key.startsWith(prefix)) {
                    visitor.accept(new Listed(key, Files.size(file)));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void delete(String key) throws IOException {
        Files.deleteIfExists(folder.resolve(key));
    }

    @Override
    public void close() {
        // nothing is held
    }
}
