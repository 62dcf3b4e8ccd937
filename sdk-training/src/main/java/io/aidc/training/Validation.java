package io.aidc.training;

import io.aidc.training.engine.Batch;
import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.Vector;
import io.aidc.training.torch.internal.VectorReplica;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Scores the model on rows it does not learn from; each worker takes a share, and all come to the same scores. */
final class Validation {
    private static final int CHUNK = 1024;

    private final Dataset data;
    private final Group group;
    private final Share share;
    private final int[] rows;

    Validation(Dataset data, Group group) {
        this.data = data;
        this.group = group;
        this.share = new Share(data);
        this.rows = IntStream.range(0, data.rows())
                .filter(row -> row % group.size() == group.rank())
                .toArray();
    }

    /** The mean loss, and the accuracy where there are classes. */
    Map<String, Double> scores(VectorReplica replica, Vector numbers) {
        double loss = 0;
        int right = 0;
        for (int[] chunk : Share.parts(rows, (rows.length + CHUNK - 1) / CHUNK)) {
            Batch batch = share.batch(chunk);
            VectorReplica.Judged judged = replica.judge(batch);
            loss += judged.loss();
            if (data.classes() > 0) {
                right += right(judged.outputs(), chunk);
            }
        }
        try (Vector sums = Vector.of(new float[] {(float) loss, right}, numbers.device())) {
            group.allReduce(sums);
            float[] all = sums.toArray();
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("loss", (double) all[0] / data.rows());
            if (data.classes() > 0) {
                scores.put("accuracy", (double) all[1] / data.rows());
            }
            return scores;
        }
    }

    private int right(float[] outputs, int[] chunk) {
        int width = outputs.length / chunk.length;
        int right = 0;
        for (int i = 0; i < chunk.length; i++) {
            if (Decision.of(outputs, i * width, width) == data.label(chunk[i])) {
                right++;
            }
        }
        return right;
    }
}
