package io.aidc.training.torch;

import io.aidc.training.torch.internal.environment.ProcessEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * On Linux libtorch brings two thread pools: libgomp's and OpenBLAS's. By libgomp's default its threads spin for a while
 * after each parallel loop and take the cores from the other pool, which makes a small training step an order of magnitude
 * slower. libgomp reads OMP_WAIT_POLICY once, in its library constructor, so the variable must be in the C environment
 * before any library that needs libgomp is loaded.
 */
/**
 * Keeps OpenMP threads from spinning while they wait, which would take the cores away from the rest of the step.
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

    private NativeThreads() {}

    /**
     * Makes OpenMP threads sleep while they wait, unless the user decided otherwise; later calls change nothing.
     *
     * @return how threads wait, the same on every call
     */
    public static Waiting waitPassively() {
        return Settled.WAITING;
    }

    /**
     * Makes libtorch compute with fewer threads until the result is closed: for processes that share the machine's cores. It
     * holds for the whole process.
     *
     * @param threads how many, &gt; 0
     * @return what gives back the number before
     * @throws IllegalArgumentException if the number is not positive
     */
    public static Limit limit(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be > 0, got " + threads);
        }
        waitPassively();
        int before = torch.get_num_threads();
        set(Math.min(threads, before));
        return () -> set(before);
    }

    private static void set(int threads) {
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

    private static Waiting settle() {
        if (System.getenv("OMP_WAIT_POLICY") != null || System.getenv("GOMP_SPINCOUNT") != null) {
            return Waiting.AS_THE_USER_SET;
        }
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
            return Waiting.AS_THE_PLATFORM_DOES;
        }
        if (!openMpIsLoaded() && ProcessEnvironment.putIfAbsent("OMP_WAIT_POLICY", "PASSIVE")) {
            return Waiting.PASSIVE;
        }
        LOG.warn("OpenMP was loaded before this SDK could set its wait policy: libtorch computes on one thread. "
                + "Call NativeThreads.waitPassively() first, or start the JVM with OMP_WAIT_POLICY=PASSIVE.");
        torch.set_num_threads(1);
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
