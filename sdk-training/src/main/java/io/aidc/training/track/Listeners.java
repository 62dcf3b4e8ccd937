package io.aidc.training.track;

import io.aidc.training.EpochScores;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets several listeners hear of a run that takes one.
 *
 * {@snippet class="io.aidc.training.track.TrackSnippetsTest" region="listeners"}
 *
 * <p>They hear in order. If one throws, the others hear even so; then the first exception is thrown, with the rest as suppressed.
 *
 * <p>Thread-safe if the listeners are.
 */
public final class Listeners implements TrainingListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<TrainingListener> all;

    private Listeners(List<TrainingListener> all) {
        this.all = all;
    }

    /**
     * Joins listeners.
     *
     * @param listeners who hears, in this order
     * @return one listener; closing it closes those of them that can be closed
     */
    public static Listeners all(TrainingListener... listeners) {
        return new Listeners(List.of(listeners));
    }

    /**
     * Keeps a run going when a listener fails, when the disk of its log is full for example: its first exception is logged at
     * WARN, later ones at DEBUG. Errors are thrown on.
     *
     * @param listener who may fail
     * @return a listener that throws no exception; closing it closes the listener if that can be closed
     */
    public static Listeners bestEffort(TrainingListener listener) {
        return all(new BestEffort(listener));
    }

    @Override
    public void onStep(TrainingProgress progress) {
        each(all, listener -> listener.onStep(progress));
    }

    @Override
    public void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
        each(all, listener -> listener.onEpoch(scores, parameters));
    }

    @Override
    public void onEnd(TrainingReport report) {
        each(all, listener -> listener.onEnd(report));
    }

    /** Closes the listeners that can be closed, the last one first, all of them even if one fails. */
    @Override
    public void close() {
        List<TrainingListener> reversed = new ArrayList<>(all);
        Collections.reverse(reversed);
        each(reversed, Listeners::close);
    }

    private static void close(TrainingListener listener) {
        if (listener instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException(
                        "cannot close " + listener.getClass().getName(), e);
            }
        }
    }

    private static void each(List<TrainingListener> listeners, Consumer<TrainingListener> call) {
        RuntimeException first = null;
        for (TrainingListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static final class BestEffort implements TrainingListener, AutoCloseable {
        private final TrainingListener listener;
        private @Nullable RuntimeException failure;

        BestEffort(TrainingListener listener) {
            this.listener = listener;
        }

        @Override
        public void onStep(TrainingProgress progress) {
            attempt(() -> listener.onStep(progress));
        }

        @Override
        public void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
            attempt(() -> listener.onEpoch(scores, parameters));
        }

        @Override
        public void onEnd(TrainingReport report) {
            attempt(() -> listener.onEnd(report));
        }

        @Override
        public void close() {
            attempt(() -> Listeners.close(listener));
        }

        private synchronized void attempt(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                String name = listener.getClass().getName();
                if (failure == null) {
                    LOG.warn("listener failed, the run goes on: listener={}", name, e);
                } else {
                    LOG.debug("listener failed again: listener={}", name, e);
                }
                failure = e;
            }
        }
    }
}
