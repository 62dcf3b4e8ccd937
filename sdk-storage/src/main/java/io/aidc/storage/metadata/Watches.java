package io.aidc.storage.metadata;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes of a state to their watchers.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-watch} calls all listeners.
 */
public final class Watches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final MetadataState state;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param state is watched
     */
    public Watches(MetadataState state) {
        this.state = state;
        thread = new Thread(this::run, "aidc-storage-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Adds a listener; see {@link MetadataLog#watch}.
     *
     * @param prefix of the keys
     * @param after the last revision that is known
     * @param listener is told of later changes
     * @return ends the watch
     */
    public Watch add(String prefix, long after, Consumer<WatchEvent> listener) {
        if (closed) {
            throw new IllegalStateException("the metadata log is closed");
        }
        var watcher = new Watcher(prefix, listener, after);
        watchers.add(watcher);
        return watcher;
    }

    private void run() {
        long told = -1;
        while (!closed) {
            try {
                if (state.awaitRevision(told + 1, System.nanoTime() + POLL_NANOS)) {
                    told = state.revision();
                }
                watchers.forEach(Watcher::catchUp);
            } catch (InterruptedException e) {
                // nobody but close() may end this thread, and it does so by the flag
            }
        }
    }

    /** Ends the thread after the call that is under way, unless it is made by that call. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Watcher implements Watch {
        private final String prefix;
        private final Consumer<WatchEvent> listener;
        private long told;

        Watcher(String prefix, Consumer<WatchEvent> listener, long told) {
            this.prefix = prefix;
            this.listener = listener;
            this.told = told;
        }

        /** Called by the one thread only. */
        private void catchUp() {
            for (WatchEvent event : state.changesAfter(told)) {
                if (closed || !watchers.contains(this)) {
                    return;
                }
                told = event.revision();
                if (!(event instanceof WatchEvent.Changed changed)
                        || changed.key().startsWith(prefix)) {
                    tell(event);
                }
            }
        }

        private void tell(WatchEvent event) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("A watcher failed and is not told again prefix={}", prefix, e);
                close();
            }
        }

        @Override
        public void close() {
            watchers.remove(this);
        }
    }
}
