package io.aidc.serving.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeasesTest {
    @Test
    void enter_afterClose_isRefusedByName() {
        Leases leases = new Leases("Model '7'");
        leases.enter();
        leases.exit();

        assertThat(leases.closeAndDrain()).isTrue();
        assertThat(leases.closeAndDrain()).isFalse();
        assertThatThrownBy(leases::enter)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Model '7' is closed");
        assertThat(leases.closeAndDrain()).isFalse();
    }

    @Test
    void close_userInside_waitsThroughAnInterrupt() throws Exception {
        Leases leases = new Leases("it");
        leases.enter();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            leases.closeAndDrain();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        awaitClosed(leases);
        closer.interrupt();
        assertThat(closer.isAlive()).isTrue();
        leases.exit();
        closer.join();

        assertThat(interrupted).isTrue();
    }

    @Test
    void close_underManyUsers_neverOverlapsOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                Leases leases = new Leases("it");
                AtomicBoolean freed = new AtomicBoolean();
                AtomicInteger overlaps = new AtomicInteger();
                CountDownLatch busy = new CountDownLatch(3);
                List<Future<?>> users = new ArrayList<>();
                for (int t = 0; t < 3; t++) {
                    users.add(threads.submit(() -> {
                        try {
                            while (true) {
                                leases.enter();
                                busy.countDown();
                                if (freed.get()) {
                                    overlaps.incrementAndGet();
                                }
                                leases.exit();
                            }
                        } catch (IllegalStateException closed) {
                            return;
                        }
                    }));
                }
                busy.await();
                leases.closeAndDrain();
                freed.set(true);
                for (Future<?> user : users) {
                    user.get();
                }
                assertThat(overlaps).hasValue(0);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitClosed(Leases leases) {
        while (true) {
            try {
                leases.enter();
                leases.exit();
            } catch (IllegalStateException closed) {
                return;
            }
            Thread.onSpinWait();
        }
    }
}
