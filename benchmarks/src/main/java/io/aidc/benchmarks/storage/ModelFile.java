package io.aidc.benchmarks.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/** Writes weights that do not compress much: float32 numbers of the size a trained network has. */
final class ModelFile {
    private static final int BLOCK = 8 << 20;

    private ModelFile() {}

    static void write(Path file, int mebibytes, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = (long) mebibytes << 20; left > 0; left -= BLOCK) {
                block.clear();
                while (block.remaining() >= Float.BYTES) {
                    int bits = random.nextInt();
                    block.putFloat((bits * 0x1p-31f) * 0.05f);
                }
                channel.write(block.flip().limit((int) Math.min(BLOCK, left)));
            }
            channel.force(true);
        }
    }
}
