package io.aidc.storage.ratis;

import org.apache.ratis.util.ExitUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps Ratis, which was written for processes of its own, from deciding over the whole process. */
final class Embedding {
    private static final Logger LOG = LoggerFactory.getLogger(RatisMetadataLog.class);

    private Embedding() {}

    /**
     * Ratis ends the process when it cannot bind a port or write its log, and its class for that makes itself the handler of
     * the uncaught exceptions of all threads, which then vanish.
     */
    static synchronized void prepare() {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        ExitUtils.disableSystemExit();
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    /** The group of one node's Raft threads; what one of them dies of is logged. */
    static ThreadGroup threads(String node) {
        return new ThreadGroup("aidc-storage-raft-" + node) {
            @Override
            public void uncaughtException(Thread thread, Throwable failure) {
                LOG.error("A Raft thread failed node={} thread={}", node, thread.getName(), failure);
            }
        };
    }
}
