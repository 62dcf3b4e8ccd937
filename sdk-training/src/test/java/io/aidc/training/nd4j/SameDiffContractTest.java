package io.aidc.training.nd4j;

import io.aidc.training.engine.Trainable;
import io.aidc.training.engine.TrainableContract;
import io.aidc.training.torch.NativeThreads;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class SameDiffContractTest extends TrainableContract {
    private static final SameDiff GRAPH = graph();

    private static SameDiff graph() {
        NativeThreads.waitPassively();
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
        SDVariable y = graph.placeHolder("y", DataType.FLOAT, -1, 3);
        float[] values = new float[12];
        for (int i = 0; i < 12; i++) {
            values[i] = (float) Math.sin(i);
        }
        SDVariable w = graph.var("w", Nd4j.createFromArray(values).reshape('c', 4, 3));
        SDVariable b = graph.var("b", Nd4j.createFromArray(0.1f, 0.2f, 0.3f));
        SDVariable logits = graph.math().tanh(x.mmul(w)).add("logits", b);
        graph.loss().softmaxCrossEntropy("loss", y, logits, null);
        graph.setLossVariables("loss");
        return graph;
    }

    @Override
    protected Trainable model() {
        return SameDiffModel.of(GRAPH)
                .features("x")
                .labels("y")
                .output("logits")
                .loss("loss");
    }
}
