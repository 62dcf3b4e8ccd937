package io.aidc.security.tls;

import java.time.Duration;

/** Does something again and again, until it is closed. Tests have their own. */
@FunctionalInterface
interface Ticking {
    /** What ends it. */
    @FunctionalInterface
    interface Ticks extends AutoCloseable {
        @Override
        void close();
    }

    Ticks start(Duration every, Runnable task);
}
