package io.aidc.training.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Replaces files so that a reader sees the old one or the whole new one, before and after a crash. Works on a thread that is
 * interrupted, as that of an interrupted run is; file channels would not.
 */
public final class WholeFile {
    private WholeFile() {}

    /** Replaces the file, which need not be there; its directory must. Its permissions are those of any new file. */
    public static void replace(Path file, byte[] bytes) {
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null) {
            throw new IllegalArgumentException("file must not be a root directory, got " + file);
        }
        Path temporary = directory.resolve(".%s-%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
        try {
            try {
                Files.write(temporary, bytes);
                place(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Makes a file that was written durable and moves it to its place, on the same file system. */
    public static void place(Path written, Path target) throws IOException {
        try (var file = new RandomAccessFile(written.toFile(), "rw")) {
            file.getFD().sync();
        }
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
