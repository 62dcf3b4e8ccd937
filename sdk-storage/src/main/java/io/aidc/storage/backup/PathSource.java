package io.aidc.storage.backup;

import io.aidc.storage.chunk.RelativeName;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The regular files of a directory. */
record PathSource(String name, Path directory) implements BackupSource {
    PathSource {
        RelativeName.check("source name", name);
        Objects.requireNonNull(directory, "directory");
    }

    @Override
    public List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    entries.add(entry(file, attributes));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return entries;
    }

    private Entry entry(Path file, BasicFileAttributes attributes) throws IOException {
        String relative = directory
                .relativize(file)
                .toString()
                .replace(file.getFileSystem().getSeparator(), "/");
        try {
            return new Entry(
                    relative,
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant(),
                    () -> Files.newInputStream(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s cannot be backed up: %s".formatted(file, e.getMessage()), e);
        }
    }
}
