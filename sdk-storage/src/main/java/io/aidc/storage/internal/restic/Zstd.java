package io.aidc.storage.internal.restic;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Compresses with zstd-jni, which need not be on the class path. */
final class Zstd {
    private Zstd() {}

    /** Says whether the library and its native part can be loaded. */
    static boolean isAvailable() {
        try {
            return Library.isLoaded();
        } catch (LinkageError e) {
            return false;
        }
    }

    static byte[] compress(byte[] plain) {
        return Library.compress(plain);
    }

    /**
     * @param maxBytes an upper bound; no more is allocated whatever the frame says
     * @throws IOException if that is not one whole frame, or longer
     */
    static byte[] decompress(byte[] source, int offset, int length, int maxBytes) throws IOException {
        return Library.decompress(new ByteArrayInputStream(source, offset, length), maxBytes);
    }

    /** All that names the library's classes: the JVM looks for those when it verifies the class that does. */
    private static final class Library {
        /** Fast enough to be tried on weights, which do not shrink. */
        private static final int LEVEL = 1;

        private Library() {}

        static boolean isLoaded() {
            com.github.luben.zstd.util.Native.load();
            return com.github.luben.zstd.util.Native.isLoaded();
        }

        static byte[] compress(byte[] plain) {
            return com.github.luben.zstd.Zstd.compress(plain, LEVEL);
        }

        static byte[] decompress(InputStream source, int maxBytes) throws IOException {
            try (InputStream in = new ZstdInputStream(source)) {
                byte[] plain = in.readNBytes(maxBytes);
                if (in.read() >= 0) {
                    throw new IOException("decompressed content must have at most " + maxBytes + " bytes");
                }
                return plain;
            }
        }
    }
}
