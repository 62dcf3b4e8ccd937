package io.aidc.examples.quickstart;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** Looks for a piece of a model's plaintext in every file that was written since a moment. */
final class PlaintextSearch {
    private static final int BLOCK = 1 << 20;

    private final byte[] needle;
    private final FileTime since;

    /**
     * Prepares the search.
     *
     * @param needle bytes that occur in the plaintext and by chance nowhere else
     * @param since files untouched since then are passed over
     */
    PlaintextSearch(byte[] needle, FileTime since) {
        this.needle = needle.clone();
        this.since = since;
    }

    /** The files below the directories that hold the needle; what may not be read is passed over. */
    List<Path> in(Path... directories) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path directory : directories) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    boolean recent = attributes.lastModifiedTime().compareTo(since) >= 0;
                    if (attributes.isRegularFile() && recent && Files.isReadable(file)) {
                        try {
                            if (holdsNeedle(file)) {
                                found.add(file);
                            }
                        } catch (NoSuchFileException gone) {
                            return FileVisitResult.CONTINUE;
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return found;
    }

    private boolean holdsNeedle(Path file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(block) >= 0) {
                int end = block.position() - needle.length;
                for (int i = 0; i <= end; i++) {
                    if (matches(block.array(), i)) {
                        return true;
                    }
                }
                block.flip().position(Math.max(0, end + 1));
                block.compact();
            }
        }
        return false;
    }

    private boolean matches(byte[] bytes, int at) {
        for (int i = 0; i < needle.length; i++) {
            if (bytes[at + i] != needle[i]) {
                return false;
            }
        }
        return true;
    }
}
