package io.aidc.training.compress;

import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.network.Loss;
import java.util.Objects;

/**
 * Lets a small network learn from a large one: beside the class of each row it is given what the teacher thinks of it.
 *
 * {@snippet class="io.aidc.training.compress.CompressSnippetsTest" region="distill"}
 *
 * <p>Immutable; asks the teacher when {@link #data} is called, so the teacher may be closed after that.
 *
 * @see <a href="https://arxiv.org/abs/1503.02531">Hinton et al. 2015</a>
 */
public final class Distillation {
    private final TrainedModel teacher;
    private final double temperature;
    private final double share;

    private Distillation(TrainedModel teacher, double temperature, double share) {
        this.teacher = teacher;
        this.temperature = temperature;
        this.share = share;
    }

    /**
     * Makes a distillation at temperature 2 in which teacher and truth count alike.
     *
     * @param teacher a model that gives logits
     * @return the distillation
     */
    public static Distillation from(TrainedModel teacher) {
        return new Distillation(Objects.requireNonNull(teacher, "teacher"), 2, 0.5);
    }

    /**
     * Gives this distillation with another temperature: the higher, the more the student hears of classes that the teacher
     * thinks unlikely.
     *
     * @param value what logits are divided by, &gt; 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive and finite
     */
    public Distillation temperature(double value) {
        Loss.distillation(value, share);
        return new Distillation(teacher, value, share);
    }

    /**
     * Gives this distillation with another weight of the teacher.
     *
     * @param value how much the teacher counts, in [0, 1]; the truth counts for the rest
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public Distillation share(double value) {
        Loss.distillation(temperature, value);
        return new Distillation(teacher, temperature, value);
    }

    /**
     * Gives the loss the student is trained with.
     *
     * @return the loss; it goes with {@link #data}
     */
    public Loss loss() {
        return Loss.distillation(temperature, share);
    }

    /**
     * Gives the rows with the teacher's logits and the class as targets.
     *
     * @param data rows with classes
     * @return a data set of the same rows, for {@link #loss}
     * @throws IllegalArgumentException if the data has no classes, or the teacher has another number of them
     */
    public Dataset data(Dataset data) {
        if (data.classes() == 0) {
            throw new IllegalArgumentException("distillation needs classes, the data has numeric targets");
        }
        float[][] rows = new float[data.rows()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = data.row(i);
        }
        float[][] logits = teacher.predict(rows);
        if (logits[0].length != data.classes()) {
            throw new IllegalArgumentException("the teacher gives %d logits, but the data has %d classes"
                    .formatted(logits[0].length, data.classes()));
        }
        float[][] targets = new float[rows.length][data.classes() + 1];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(logits[i], 0, targets[i], 0, data.classes());
            targets[i][data.classes()] = data.label(i);
        }
        return Dataset.regression(rows, targets);
    }
}
