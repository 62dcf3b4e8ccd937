package io.aidc.training.nd4j;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import io.aidc.training.network.Parameter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One worker's SameDiff: its variables follow the shared flat parameters, its gradients go into the shared flat sum. */
final class SameDiffReplica implements Replica {
    private final SameDiff graph;
    private final List<Parameter> layout;
    private final List<String> names;
    private final FloatBuffer parameters;
    private final String features;
    private final String labels;
    private final String output;
    private final String loss;

    SameDiffReplica(
            SameDiff graph,
            List<Parameter> layout,
            FloatBuffer parameters,
            String features,
            String labels,
            String output,
            String loss) {
        this.graph = graph;
        this.layout = layout;
        this.names = layout.stream().map(Parameter::name).toList();
        this.parameters = parameters;
        this.features = features;
        this.labels = labels;
        this.output = output;
        this.loss = loss;
        graph.setLossVariables(loss);
    }

    @Override
    public double gradient(Batch batch, double weight, FloatBuffer into) {
        Map<String, INDArray> feed = Map.of(features, matrix(batch.features(), batch.rows()), labels, targets(batch));
        OutAndGrad result = graph.calculateGradientsAndOutputs(feed, List.of(loss), names);
        // ND4J gives the gradient of the mean over this worker's rows; the run wants a weighted sum.
        double scale = weight * batch.rows();
        int offset = 0;
        for (Parameter parameter : layout) {
            INDArray gradient = present(result.getGradients(), parameter.name());
            view(into, offset, parameter).assign(gradient.mul(scale));
            offset += parameter.size();
        }
        return present(result.getOutputs(), loss).getDouble(0) * batch.rows();
    }

    @Override
    public double loss(Batch batch) {
        Map<String, INDArray> feed = Map.of(features, matrix(batch.features(), batch.rows()), labels, targets(batch));
        return graph.outputSingle(feed, loss).getDouble(0) * batch.rows();
    }

    private static INDArray present(Map<String, INDArray> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    @Override
    public double clippedGradient(Batch batch, double clipNorm, FloatBuffer into) {
        throw new UnsupportedOperationException("SameDiff gives no gradient for each row");
    }

    @Override
    public void parametersChanged() {
        int offset = 0;
        for (Parameter parameter : layout) {
            graph.getVariable(parameter.name()).getArr().assign(view(parameters, offset, parameter));
            offset += parameter.size();
        }
    }

    @Override
    public float[] predict(int rows, FloatBuffer input) {
        INDArray answer = graph.outputSingle(Map.of(features, matrix(input, rows)), output);
        return answer.dup('c').data().asFloat();
    }

    /** ND4J's own collector frees its arrays. */
    @Override
    public void close() {}

    /** An ND4J array on the memory of a flat buffer. */
    private static INDArray view(FloatBuffer flat, int offset, Parameter parameter) {
        return array(flat.slice(offset, parameter.size()), SameDiffModel.shape(parameter));
    }

    private static INDArray matrix(FloatBuffer rows, int count) {
        return array(rows.slice(), count, rows.limit() / count);
    }

    private static INDArray array(FloatBuffer values, long... shape) {
        var pointer = new FloatPointer(values);
        DataBuffer buffer = Nd4j.createBuffer(pointer, values.limit(), DataType.FLOAT);
        return Nd4j.create(buffer, shape);
    }

    private static INDArray targets(Batch batch) {
        if (batch.classes() == 0) {
            return matrix(batch.targets(), batch.rows());
        }
        INDArray oneHot = Nd4j.zeros(DataType.FLOAT, batch.rows(), batch.classes());
        for (int row = 0; row < batch.rows(); row++) {
            oneHot.putScalar(row, (int) batch.targets().get(row), 1);
        }
        return oneHot;
    }
}
