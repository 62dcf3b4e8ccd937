package io.aidc.serving;

import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** A real engine that stops before a run when told to. */
final class StoppingRuntime implements ModelRuntime {
    private final ModelRuntime engine;
    private final Semaphore entered = new Semaphore(0);
    private final Semaphore mayGo = new Semaphore(0);
    private final AtomicBoolean stopping = new AtomicBoolean();

    StoppingRuntime(ModelRuntime engine) {
        this.engine = engine;
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public LoadedModel load(ByteBuffer bytes, LoadOptions options) {
        return new Stopping(engine.load(bytes, options));
    }

    /** Lets the next runs stop, until {@link #go}. */
    void stopRuns() {
        stopping.set(true);
    }

    void awaitRun() {
        entered.acquireUninterruptibly();
    }

    void go() {
        stopping.set(false);
        mayGo.release();
    }

    private final class Stopping implements LoadedModel {
        private final LoadedModel model;

        Stopping(LoadedModel model) {
            this.model = model;
        }

        @Override
        public List<TensorSpec> inputs() {
            return model.inputs();
        }

        @Override
        public List<TensorSpec> outputs() {
            return model.outputs();
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs) {
            if (stopping.get()) {
                entered.release();
                mayGo.acquireUninterruptibly();
            }
            return model.run(inputs);
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
