package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.network.Parameter;
import io.aidc.training.optim.Adagrad;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.AdamW;
import io.aidc.training.optim.Lamb;
import io.aidc.training.optim.Optimizer;
import io.aidc.training.optim.Sgd;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Moves flat parameters by a flat gradient, in place; its state is of the same length. */
public final class TorchOptimizer implements AutoCloseable {
    /** Takes one step. */
    private interface Rule {
        void step(Tensor parameters, Tensor gradient, double rate, long step);
    }

    private final int count;
    private final Device device;
    private final Rule rule;
    private final Map<String, Vector> state = new LinkedHashMap<>();
    private long steps;

    /** Makes the state of an optimiser for arrays that lie one behind the other. */
    public TorchOptimizer(Optimizer optimizer, List<Parameter> arrays, Device device) {
        this.count = arrays.stream().mapToInt(Parameter::size).sum();
        this.device = device;
        this.rule = optimizer.read(new Rules(arrays));
    }

    private final class Rules implements Optimizer.Reader<Rule> {
        private final List<Parameter> arrays;

        Rules(List<Parameter> arrays) {
            this.arrays = arrays;
        }

        @Override
        public Rule sgd(Sgd sgd) {
            if (sgd.momentum() == 0) {
                return (p, g, rate, step) -> {
                    penalise(p, g, sgd.weightDecay());
                    p.add_(g, Tensors.scalar(-rate));
                };
            }
            Tensor velocity = state("velocity");
            return (p, g, rate, step) -> {
                penalise(p, g, sgd.weightDecay());
                velocity.mul_(Tensors.scalar(sgd.momentum())).add_(g);
                Tensor direction = sgd.isNesterov() ? g.add_(velocity, Tensors.scalar(sgd.momentum())) : velocity;
                p.add_(direction, Tensors.scalar(-rate));
            };
        }

        @Override
        public Rule adam(Adam adam) {
            return fused("aten::_fused_adam_", adam.beta1(), adam.beta2(), adam.weightDecay(), adam.epsilon());
        }

        @Override
        public Rule adamW(AdamW adam) {
            return fused("aten::_fused_adamw_", adam.beta1(), adam.beta2(), adam.weightDecay(), adam.epsilon());
        }

        private Rule fused(String kernel, double beta1, double beta2, double weightDecay, double epsilon) {
            return new FusedAdam(kernel, state("mean"), state("square"), beta1, beta2, weightDecay, epsilon)::move;
        }

        @Override
        public Rule lamb(Lamb lamb) {
            Tensor mean = state("mean");
            Tensor square = state("square");
            return (p, g, rate, step) -> {
                mean.lerp_(g, Tensors.scalar(1 - lamb.beta1()));
                square.mul_(Tensors.scalar(lamb.beta2())).addcmul_(g, g, Tensors.scalar(1 - lamb.beta2()));
                double root = Math.sqrt(1 - Math.pow(lamb.beta2(), (double) step));
                Tensor denominator = square.sqrt().div_(Tensors.scalar(root)).add_(Tensors.scalar(lamb.epsilon()));
                Tensor direction =
                        mean.div(denominator).div_(Tensors.scalar(1 - Math.pow(lamb.beta1(), (double) step)));
                if (lamb.weightDecay() != 0) {
                    direction.add_(p, Tensors.scalar(lamb.weightDecay()));
                }
                long offset = 0;
                for (Parameter array : arrays) {
                    Tensor part = p.narrow(0, offset, array.size());
                    Tensor move = direction.narrow(0, offset, array.size());
                    double norm = part.norm().item_double();
                    double length = move.norm().item_double();
                    double trust = norm > 0 && length > 0 ? norm / length : 1;
                    part.add_(move, Tensors.scalar(-rate * trust));
                    offset += array.size();
                }
            };
        }

        @Override
        public Rule adagrad(Adagrad adagrad) {
            Tensor sum = state("sum");
            Tensors.inScope(() -> sum.fill_(Tensors.scalar(adagrad.initialSum())));
            return (p, g, rate, step) -> {
                penalise(p, g, adagrad.weightDecay());
                sum.addcmul_(g, g, Tensors.scalar(1));
                p.addcdiv_(g, sum.sqrt().add_(Tensors.scalar(adagrad.epsilon())), Tensors.scalar(-rate));
            };
        }
    }

    private Tensor state(String name) {
        Vector made = Vector.zeros(count, device);
        state.put(name, made);
        return made.tensor();
    }

    private static void penalise(Tensor p, Tensor g, double weightDecay) {
        if (weightDecay != 0) {
            g.add_(p, Tensors.scalar(weightDecay));
        }
    }

    /**
     * Takes one step.
     *
     * @param parameters the first numbers are changed in place
     * @param gradient its first numbers are the gradient; used as working space
     * @param rate the step width
     */
    public void step(Vector parameters, Vector gradient, double rate) {
        steps++;
        Tensors.inScope(() -> rule.step(
                parameters.tensor().narrow(0, 0, count), gradient.tensor().narrow(0, 0, count), rate, steps));
    }

    /** How many steps were taken. */
    public long steps() {
        return steps;
    }

    /** What is kept from step to step, by name, in the same order in each process; the vectors themselves. */
    public Map<String, Vector> state() {
        return Collections.unmodifiableMap(state);
    }

    /** Goes on as after so many steps; the vectors of {@link #state} were set by the caller. */
    public void resumeAfter(long taken) {
        steps = taken;
    }

    @Override
    public void close() {
        state.values().forEach(Vector::close);
    }
}
