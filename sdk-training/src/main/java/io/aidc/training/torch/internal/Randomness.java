package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What dropout is drawn from: a generator of this replica's own on the processor, the device's one generator on a GPU.
 *
 * <p>A pass can be replayed: the second time everything is drawn as the first.
 */
final class Randomness implements AutoCloseable {
    private final Kept kept = new Kept();
    private final Generator generator;
    private boolean replaying;

    Randomness(Device device) {
        this.generator = kept.keep(
                device.kind() == Device.Kind.CPU
                        ? torch.createCPUGenerator()
                        : torch.globalContext().defaultGenerator(Tensors.nativeOf(device)));
    }

    /** Begins a step, whose draws depend on the seed alone. */
    void begin(long seed) {
        generator.set_current_seed(seed);
    }

    Tensor drop(Tensor rows, double probability) {
        double share = 1 - probability;
        Tensor mask = torch.empty_like(rows).bernoulli_(share, new GeneratorOptional(generator));
        return rows.mul(mask.mul_(Tensors.scalar(1 / share)));
    }

    boolean isReplaying() {
        return replaying;
    }

    /** The generator's state, to return to by {@link #replay}. */
    Tensor state() {
        return generator.get_state();
    }

    /** Runs a pass again from a state, and goes on from where the generator is. */
    Tensor replay(Tensor state, Supplier<Tensor> pass) {
        Tensor after = state();
        generator.set_state(state);
        replaying = true;
        try {
            return pass.get();
        } finally {
            replaying = false;
            generator.set_state(after);
        }
    }

    @Override
    public void close() {
        kept.close();
    }
}
