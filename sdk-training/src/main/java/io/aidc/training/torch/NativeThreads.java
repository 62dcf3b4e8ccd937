package io.aidc.training.torch;

import io.aidc.training.torch.internal.environment.ProcessEnvironment;
import io.aidc.training.torch.internal.environment.UnpackingLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * On Linux libtorch brings two thread pools: libgomp's and OpenBLAS's. By default the threads of each spin after each loop,
 * OpenBLAS's for 2^26 cycles, and take the cores from the other pool, which makes a small training step several times slower.
 * Both libraries read their variables once, in their constructors, so these must be in the C environment before any library
 * that needs them is loaded.
 */
/**
 * Keeps native threads from spinning while they wait, which would take the cores away from the rest of the step.
 *
 * <p>A {@link io.aidc.training.engine.Trainable} of this module does this before it loads libtorch; there is nothing to
 * call and no variable to set. The exception is a program that loads another user of OpenMP first, such as ND4J: it calls
 * {@link #waitPassively} at its start.
 *
 * <p>Thread-safe: settled once per process.
 */
public final class NativeThreads {
    /** Tells how threads wait and who decided. */
    public enum Waiting {
        /** Threads sleep, because this class said so before OpenMP was loaded. */
        PASSIVE,
        /** {@code OMP_WAIT_POLICY} or {@code GOMP_SPINCOUNT} was set by the user, and holds. */
        AS_THE_USER_SET,
        /** OpenMP was there first; libtorch was told to use one thread instead, and a warning was logged. */
        SINGLE_THREADED,
        /** The platform is not Linux and does not have the trap. */
        AS_THE_PLATFORM_DOES
    }

    private static final Logger LOG = LoggerFactory.getLogger(NativeThreads.class);

    /** OpenBLAS's threads spin for two to the power of this many cycles, some microseconds. */
    private static final String OPENBLAS_SPIN = "14";

    private static final List<Integer> LIMITS = new ArrayList<>();

    private NativeThreads() {}

    /**
     * Makes native threads sleep while they wait, unless the user decided otherwise; later calls change nothing.
     *
     * @return how threads wait, the same on every call
     */
    public static Waiting waitPassively() {
        return Settled.WAITING;
    }

    /**
     * Loads libtorch and lets it compute with as many threads as the JVM has processors, unless the user set {@code
     * OMP_NUM_THREADS}; later calls change nothing.
     *
     * @return how many threads there are without a {@link #limit}
     */
    public static int count() {
        return Counted.THREADS;
    }

    /**
     * Makes libtorch compute with fewer threads until the result is closed: for processes that share the machine's cores. It
     * holds for the whole process; of several limits the least holds.
     *
     * @param threads how many, &gt; 0
     * @return what ends the limit; closing it again does nothing
     * @throws IllegalArgumentException if the number is not positive
     */
    public static Limit limit(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be > 0, got " + threads);
        }
        var closed = new AtomicBoolean();
        change(() -> LIMITS.add(threads));
        return () -> {
            if (closed.compareAndSet(false, true)) {
                change(() -> LIMITS.remove(Integer.valueOf(threads)));
            }
        };
    }

    private static synchronized void change(Runnable change) {
        change.run();
        int threads = LIMITS.stream().reduce(count(), Math::min);
        torch.set_num_threads(threads);
        openblas.blas_set_num_threads(threads);
    }

    /** Ends a limit on threads when it is closed. */
    @FunctionalInterface
    public interface Limit extends AutoCloseable {
        @Override
        void close();
    }

    /** Class initialisation is the lock and runs once. */
    private static final class Settled {
        static final Waiting WAITING = settle();
    }

    /** As {@link Settled}, once libtorch may be loaded. */
    private static final class Counted {
        static final int THREADS = count();

        private static int count() {
            Waiting waiting = waitPassively();
            UnpackingLock.whileHeld(() -> Loader.load(torch.class));
            if (waiting != Waiting.SINGLE_THREADED && System.getenv("OMP_NUM_THREADS") == null) {
                torch.set_num_threads(Runtime.getRuntime().availableProcessors());
            }
            return torch.get_num_threads();
        }
    }

    private static Waiting settle() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
            return Waiting.AS_THE_PLATFORM_DOES;
        }
        boolean isInTime =
                !openMpIsLoaded() && ProcessEnvironment.putIfAbsent("OPENBLAS_THREAD_TIMEOUT", OPENBLAS_SPIN);
        if (System.getenv("OMP_WAIT_POLICY") != null || System.getenv("GOMP_SPINCOUNT") != null) {
            return Waiting.AS_THE_USER_SET;
        }
        if (isInTime && ProcessEnvironment.putIfAbsent("OMP_WAIT_POLICY", "PASSIVE")) {
            return Waiting.PASSIVE;
        }
        LOG.warn("OpenMP was loaded before this SDK could set its wait policy: libtorch computes on one thread. "
                + "Call NativeThreads.waitPassively() first, or start the JVM with OMP_WAIT_POLICY=PASSIVE.");
        UnpackingLock.whileHeld(() -> torch.set_num_threads(1));
        return Waiting.SINGLE_THREADED;
    }

    private static boolean openMpIsLoaded() {
        try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.anyMatch(line -> line.contains("libgomp"));
        } catch (IOException e) {
            // Without /proc nothing is known; setting the variable is harmless if it comes too late.
            LOG.debug("cannot read /proc/self/maps", e);
            return false;
        }
    }
}
