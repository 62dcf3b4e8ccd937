package io.aidc.training.tribuo;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import org.tribuo.math.Parameters;
import org.tribuo.math.StochasticGradientOptimiser;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.la.Tensor;

/** Adds an L2 penalty, which Tribuo's linear models lack, to the gradient of a matrix whose last column are the intercepts. */
final class WeightDecay implements StochasticGradientOptimiser {
    private final StochasticGradientOptimiser optimiser;
    private final double decay;
    private Tensor[] weights = {};

    WeightDecay(StochasticGradientOptimiser optimiser, double decay) {
        this.optimiser = optimiser;
        this.decay = decay;
    }

    @Override
    public void initialise(Parameters parameters) {
        weights = parameters.get();
        optimiser.initialise(parameters);
    }

    /** Tribuo adds what this returns to the weights: gradients point uphill. */
    @Override
    public Tensor[] step(Tensor[] updates, double weight) {
        if (decay > 0) {
            DenseMatrix gradient = (DenseMatrix) updates[0];
            DenseMatrix matrix = (DenseMatrix) weights[0];
            for (int i = 0; i < matrix.getDimension1Size(); i++) {
                for (int j = 0; j < matrix.getDimension2Size() - 1; j++) {
                    gradient.add(i, j, -decay * matrix.get(i, j));
                }
            }
        }
        return optimiser.step(updates, weight);
    }

    @Override
    public void finalise() {
        optimiser.finalise();
    }

    @Override
    public void reset() {
        weights = new Tensor[0];
        optimiser.reset();
    }

    @Override
    public StochasticGradientOptimiser copy() {
        return new WeightDecay(optimiser.copy(), decay);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return optimiser.getProvenance();
    }
}
