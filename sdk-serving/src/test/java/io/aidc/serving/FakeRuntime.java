package io.aidc.serving;

import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Doubles {@code x [rows, 1]} into {@code y}, stops in a run when told to, and fails on numbers between -10 000 and -9 000. */
final class FakeRuntime implements ModelRuntime {
    final List<Integer> batches = new ArrayList<>();
    final AtomicInteger closed = new AtomicInteger();
    final Semaphore entered = new Semaphore(0);
    final Semaphore mayGo = new Semaphore(0);
    final AtomicBoolean stopping = new AtomicBoolean();
    final AtomicBoolean describing = new AtomicBoolean(true);

    @Override
    public String name() {
        return "fake 1";
    }

    @Override
    public LoadedModel load(ByteBuffer bytes, LoadOptions options) {
        return new Doubling();
    }

    /** Lets the next runs stop inside, until {@link #go}. */
    void stopRuns() {
        batches.clear();
        stopping.set(true);
    }

    void awaitRun() {
        entered.acquireUninterruptibly();
    }

    void go() {
        stopping.set(false);
        mayGo.release();
    }

    private final class Doubling implements LoadedModel {
        @Override
        public List<TensorSpec> inputs() {
            if (!describing.get()) {
                throw new IllegalStateException("nothing known");
            }
            return List.of(TensorSpec.of("x", ElementType.FLOAT32, TensorSpec.OPEN, 1));
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of(TensorSpec.of("y", ElementType.FLOAT32, TensorSpec.OPEN, 1));
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs) {
            float[] values = Objects.requireNonNull(inputs.get("x")).floats();
            synchronized (batches) {
                batches.add(values.length);
            }
            if (stopping.get()) {
                entered.release();
                mayGo.acquireUninterruptibly();
            }
            for (int i = 0; i < values.length; i++) {
                if (values[i] > -10_000 && values[i] < -9_000) {
                    throw new InferenceException("poisoned", null);
                }
                values[i] *= 2;
            }
            return Map.of("y", Tensor.of(values, values.length, 1));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
