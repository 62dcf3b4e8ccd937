package io.aidc.storage.internal.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Looks into the packs below a directory, and spoils them. */
public final class PackBytes {
    private PackBytes() {}

    /** The packs, oldest first. */
    public static List<Path> packs(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".pack"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        }
    }

    /** The length of all packs. */
    public static long length(Path directory) throws IOException {
        long length = 0;
        for (Path pack : packs(directory)) {
            length += Files.size(pack);
        }
        return length;
    }

    /** Flips a bit in the middle of a stretch of content, in every pack that has it. */
    public static void flipOneBitOf(byte[] content, Path directory) throws IOException {
        int flipped = 0;
        for (Path pack : packs(directory)) {
            byte[] bytes = Files.readAllBytes(pack);
            int at = indexOf(content, bytes);
            if (at >= 0) {
                bytes[at + content.length / 2] ^= 1;
                Files.write(pack, bytes);
                flipped++;
            }
        }
        if (flipped == 0) {
            throw new AssertionError("no pack below %s has that content".formatted(directory));
        }
    }

    private static int indexOf(byte[] wanted, byte[] bytes) {
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            if (bytes[i] == wanted[0]
                    && java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
