package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointStateTest {
    private static final Tensor ONE = Tensor.of(new float[] {1});

    @Test
    void build_ofNumbersOutOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckpointState.at(-1))
                .withMessage("step must be >= 0, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckpointState.at(0).epoch(-1).build())
                .withMessage("epoch must be >= 0, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckpointState.at(0).groupSize(0).build())
                .withMessage("groupSize must be >= 1, got 0");
    }

    @Test
    void build_ofNamesThatAreNotAllowed_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckpointState.at(0)
                        .parameter("a", ONE)
                        .buffer("a", ONE)
                        .build())
                .withMessage("'a' is both a parameter and a buffer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckpointState.at(0).parameter("", ONE).build());
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> CheckpointState.at(0).averages("a/b", Map.of()).build())
                .withMessageContaining("got 'a/b'");
    }

    @Test
    void build_keepsTheOrderOfParameters_andIgnoresLaterChanges() {
        CheckpointState.Builder builder =
                CheckpointState.at(0).parameter("z", ONE).parameter("a", ONE);
        CheckpointState state = builder.build();
        builder.parameter("m", ONE);
        assertThat(state.parameters().keySet()).containsExactly("z", "a");
    }

    @Test
    void detached_isNotChangedThroughABuffer() {
        FloatBuffer shared = FloatBuffer.wrap(new float[] {1});
        Tensor view = Tensor.view(shared, 1);
        CheckpointState state = CheckpointState.at(0)
                .parameter("p", view)
                .buffer("b", view)
                .optimizer(new OptimizerState("", NamedValues.none(), Map.of("o", view)))
                .averages("ema", Map.of("p", view))
                .build();
        CheckpointState detached = state.detached();
        assertThat(detached).isEqualTo(state);
        shared.put(0, 2);
        assertThat(state.parameters()).containsEntry("p", Tensor.of(new float[] {2}, 1));
        assertThat(List.of(
                        detached.parameters().get("p"),
                        detached.buffers().get("b"),
                        detached.optimizer().arrays().get("o"),
                        detached.averages().getOrDefault("ema", Map.of()).get("p")))
                .allSatisfy(tensor -> assertThat(tensor.floats()).containsExactly(1));
    }

    @Test
    void requireSame_ofAnotherModel_saysWhatDiffers() {
        ModelDescription mine = CheckpointState.at(0)
                .architecture("A")
                .parameter("0.weight", Tensor.of(new float[6], 2, 3))
                .parameter("0.bias", Tensor.of(new float[2], 2))
                .build()
                .model();
        mine.requireSame(new ModelDescription("A", mine.parameters()));
        var theirs = new ModelDescription("B", Map.of("0.weight", List.of(4L, 3L), "1.bias", List.of(2L)));
        assertThatExceptionOfType(ForeignCheckpointException.class)
                .isThrownBy(() -> mine.requireSame(theirs))
                .withMessage(
                        "The checkpoint is of another model: its parameter '0.weight' has shape [2, 3], that of the "
                                + "model [4, 3]; it has a parameter '0.bias' [2], the model has none of that name; it lacks the "
                                + "model's parameter '1.bias' [2]; it is of 'A', the model is 'B'")
                .satisfies(e -> assertThat(e.differences()).hasSize(4));
        assertThat(mine.digest()).hasSize(64).isNotEqualTo(theirs.digest());
    }

    @Test
    void requireSame_ofTheSameArraysInAnotherOrder_isRefused() {
        ModelDescription mine = CheckpointState.at(0)
                .parameter("a", ONE)
                .parameter("b", ONE)
                .build()
                .model();
        ModelDescription swapped = CheckpointState.at(0)
                .parameter("b", ONE)
                .parameter("a", ONE)
                .build()
                .model();
        assertThatExceptionOfType(ForeignCheckpointException.class)
                .isThrownBy(() -> mine.requireSame(swapped))
                .withMessageContaining("in the order [a, b]");
        assertThat(mine.digest()).isNotEqualTo(swapped.digest());
    }

    @Test
    void toString_showsNoContent() {
        assertThat(CheckpointSamples.full())
                .hasToString("CheckpointState[step=500, epoch=3, parameters=2, scores={accuracy=NaN, loss=0.25}]");
        assertThat(NamedValues.none().and("secret", "x")).hasToString("[secret]");
    }

    @Test
    void namedValues_giveWhatWasPut_andNameWhatIsMissing() {
        byte[] bytes = {1};
        NamedValues values =
                NamedValues.none().and("i", 7).and("d", 0.5).and("t", "x").and("b", bytes);
        bytes[0] = 2;
        assertThat(values.integer("i")).isEqualTo(7);
        assertThat(values.number("i")).isEqualTo(7);
        assertThat(values.number("d")).isEqualTo(0.5);
        assertThat(values.text("t")).isEqualTo("x");
        assertThat(values.bytes("b")).containsExactly(1);
        assertThat(values.names()).containsExactly("b", "d", "i", "t");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.integer("d"))
                .withMessage("no integer 'd'; there are [b, d, i, t]");
        assertThatIllegalArgumentException().isThrownBy(() -> values.and("i", 8));
        assertThatIllegalArgumentException().isThrownBy(() -> values.and("", 8));
    }
}
