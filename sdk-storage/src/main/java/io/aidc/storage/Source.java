package io.aidc.storage;

import io.aidc.storage.chunk.Content;
import io.aidc.storage.chunk.RelativeName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What is published: files by relative name, opened one after the other. */
interface Source {
    /** Bytes held in memory, which nobody modifies. */
    final class Bytes implements Content {
        private final byte[] content;

        private Bytes(byte[] content) {
            this.content = content;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public long size() {
            return content.length;
        }
    }

    /** A file, as it is when it is opened. */
    final class OnDisk implements Content {
        private final Path path;
        private final LinkOption[] links;

        private OnDisk(Path path, LinkOption... links) {
            this.path = path;
            this.links = links;
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(path, links);
        }

        @Override
        public long size() throws IOException {
            return Files.readAttributes(path, BasicFileAttributes.class, links).size();
        }
    }

    /** Lists the files, sorted by checked name. */
    Map<String, Content> files() throws IOException;

    static Source of(Map<String, byte[]> files) {
        Map<String, Content> contents = new TreeMap<>();
        files.forEach((name, bytes) -> {
            byte[] copy = bytes.clone();
            contents.put(RelativeName.check("file name", name), new Bytes(copy));
        });
        checked(contents, "there is no file");
        return () -> contents;
    }

    static Source of(Path path) {
        if (Files.isRegularFile(path)) {
            String name = RelativeName.check("file name", String.valueOf(path.getFileName()));
            return () -> Map.of(name, new OnDisk(path));
        }
        if (Files.isDirectory(path)) {
            return () -> checked(walk(path), "there is no file in " + path);
        }
        throw new IllegalArgumentException("nothing to publish: %s is neither a file nor a directory".formatted(path));
    }

    private static Map<String, Content> walk(Path root) throws IOException {
        Map<String, Content> files = new TreeMap<>();
        for (Path path : entriesBelow(root)) {
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                files.put(relative(root, path), new OnDisk(path, LinkOption.NOFOLLOW_LINKS));
            } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException(
                        "only regular files and directories are published, got %s".formatted(path));
            }
        }
        return files;
    }

    private static List<Path> entriesBelow(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.skip(1).toList();
        }
    }

    private static String relative(Path root, Path path) {
        List<String> parts = new ArrayList<>();
        root.relativize(path).forEach(part -> parts.add(part.toString()));
        return RelativeName.check("file name", String.join("/", parts));
    }

    private static Map<String, Content> checked(Map<String, Content> files, String empty) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("nothing to publish: " + empty);
        }
        RelativeName.checkTogether(files.keySet());
        return files;
    }
}
