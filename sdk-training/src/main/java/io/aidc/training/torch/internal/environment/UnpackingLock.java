package io.aidc.training.torch.internal.environment;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one process at a time load native libraries out of JavaCPP's cache directory: of several that find it empty, one could
 * otherwise map a library that another is still writing, and crash.
 */
public final class UnpackingLock {
    private static final Logger LOG = LoggerFactory.getLogger(UnpackingLock.class);

    private UnpackingLock() {}

    /** Loads something with the directory locked; must not be called within itself. */
    public static synchronized void whileHeld(Runnable loading) {
        // JavaCPP's first class may be about to be loaded and would write its warnings to standard error.
        System.getProperties().putIfAbsent("org.bytedeco.javacpp.logger", "slf4j");
        try (FileChannel file = open();
                FileLock lock = file.lock()) {
            LOG.debug("native libraries are loaded: lock={}", lock);
            loading.run();
        } catch (IOException e) {
            // JavaCPP will say what it thinks of a directory that cannot be written.
            LOG.debug("native libraries are loaded without a lock", e);
            loading.run();
        }
    }

    private static FileChannel open() throws IOException {
        return FileChannel.open(
                new File(Loader.getCacheDir(), ".aidc-training.lock").toPath(),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }
}
