package io.aidc.storage.internal.restic;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Compresses with zstd-jni, which need not be on the class path. */
final class Zstd {
    /** Fast enough to be tried on weights, which do not shrink. */
    private static final int LEVEL = 1;

    private Zstd() {}

    /** Says whether the library and its native part can be loaded. */
    static boolean isAvailable() {
        try {
            return Native.isLoaded();
        } catch (LinkageError e) {
            return false;
        }
    }

    static byte[] compress(byte[] plain) {
        return com.github.luben.zstd.Zstd.compress(plain, LEVEL);
    }

    /**
     * @param maxBytes an upper bound; no more is allocated whatever the frame says
     * @throws IOException if that is not one whole frame, or longer
     */
    static byte[] decompress(byte[] source, int offset, int length, int maxBytes) throws IOException {
        try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(source, offset, length))) {
            byte[] plain = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new IOException("decompressed content must have at most " + maxBytes + " bytes");
            }
            return plain;
        }
    }

    /** Keeps the class that needs the library from being loaded without it. */
    private static final class Native {
        private Native() {}

        static boolean isLoaded() {
            com.github.luben.zstd.util.Native.load();
            return com.github.luben.zstd.util.Native.isLoaded();
        }
    }
}
