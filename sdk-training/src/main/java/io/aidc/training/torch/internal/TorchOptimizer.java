package io.aidc.training.torch.internal;

import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Optimizer;
import io.aidc.training.optim.Sgd;
import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Moves flat parameters by a flat gradient, in place; its state is of the same length. */
public final class TorchOptimizer implements AutoCloseable {
    private interface Rule {
        void step(Tensor parameters, Tensor gradient);
    }

    private final Kept kept = new Kept();
    private final int count;
    private final Rule rule;

    /** Makes the state of an optimiser for {@code count} parameters. */
    public TorchOptimizer(Optimizer optimizer, int count) {
        Tensors.load();
        this.count = count;
        this.rule = optimizer.read(new Optimizer.Reader<Rule>() {
            @Override
            public Rule sgd(Sgd sgd) {
                return new SgdRule(sgd, sgd.momentum() == 0 ? new Tensor() : state());
            }

            @Override
            public Rule adam(Adam adam) {
                return new AdamRule(adam, state(), state());
            }
        });
    }

    private Tensor state() {
        return kept.keep(torch.zeros(count));
    }

    /**
     * Takes one step.
     *
     * @param parameters changed in place
     * @param gradient its first numbers are the gradient; used as working space
     * @param scale what the gradient is multiplied with first
     */
    public void step(FloatBuffer parameters, FloatBuffer gradient, double scale) {
        Tensors.inScope(() -> {
            Tensor g = Tensors.over(gradient, count);
            if (scale != 1) {
                g.mul_(Tensors.scalar(scale));
            }
            rule.step(Tensors.over(parameters, count), g);
        });
    }

    @Override
    public void close() {
        kept.close();
    }

    private static void decay(Tensor p, Tensor g, double weightDecay) {
        if (weightDecay != 0) {
            g.add_(p, Tensors.scalar(weightDecay));
        }
    }

    private record SgdRule(Sgd sgd, Tensor velocity) implements Rule {
        @Override
        public void step(Tensor p, Tensor g) {
            decay(p, g, sgd.weightDecay());
            Tensor direction = g;
            if (sgd.momentum() != 0) {
                direction = velocity.mul_(Tensors.scalar(sgd.momentum())).add_(g);
            }
            p.add_(direction, Tensors.scalar(-sgd.learningRate()));
        }
    }

    private static final class AdamRule implements Rule {
        private final Adam adam;
        private final Tensor mean;
        private final Tensor square;
        private int steps;

        AdamRule(Adam adam, Tensor mean, Tensor square) {
            this.adam = adam;
            this.mean = mean;
            this.square = square;
        }

        @Override
        public void step(Tensor p, Tensor g) {
            steps++;
            decay(p, g, adam.weightDecay());
            mean.lerp_(g, Tensors.scalar(1 - adam.beta1()));
            square.mul_(Tensors.scalar(adam.beta2())).addcmul_(g, g, Tensors.scalar(1 - adam.beta2()));
            double width = adam.learningRate() / (1 - Math.pow(adam.beta1(), steps));
            double root = Math.sqrt(1 - Math.pow(adam.beta2(), steps));
            Tensor denominator = square.sqrt().div_(Tensors.scalar(root)).add_(Tensors.scalar(adam.epsilon()));
            p.addcdiv_(mean, denominator, Tensors.scalar(-width));
        }
    }
}
