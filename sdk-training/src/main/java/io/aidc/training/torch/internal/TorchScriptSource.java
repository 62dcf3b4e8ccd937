package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import io.aidc.training.network.LayerReader;
import io.aidc.training.network.Network;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Recurrence;
import io.aidc.training.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads layers as lines of TorchScript, each the call that {@link Forward} makes; reading a layer gives the variable its rows
 * are in.
 */
final class TorchScriptSource implements LayerReader<String> {
    /** Numbers of a fixed layer that the source refers to by name. */
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
    record Constant(String name, float[] values, Shape shape) {}

    private final StringBuilder lines = new StringBuilder();
    private final List<Constant> constants = new ArrayList<>();
    private String rows = "features";
    private String path = "";
    private int variables;

    TorchScriptSource(Network network) {
        lines.append("def forward(self, features: Tensor) -> Tensor:\n  batch = features.size(0)\n");
        rows = line("torch.reshape(features, %s)", shape(network.input()));
        through(network.layers());
        lines.append("  return ").append(rows).append('\n');
    }

    /** The method {@code forward}. */
    String text() {
        return lines.toString();
    }

    List<Constant> constants() {
        return constants;
    }

    private String through(List<Layer> layers) {
        String before = path;
        for (int i = 0; i < layers.size(); i++) {
            path = before + i + ".";
            rows = layers.get(i).read(this);
        }
        path = before;
        return rows;
    }

    @Override
    public String linear(Layer.Linear layer) {
        return line("torch.linear(%s, %s, %s)", rows, array("weight"), layer.bias() ? array("bias") : "None");
    }

    @Override
    public String conv2d(Layer.Conv2d layer) {
        return line(
                "torch.conv2d(%s, %s, %s, %s, %s, [1, 1], %d)",
                rows,
                array("weight"),
                layer.bias() ? array("bias") : "None",
                twice(layer.stride()),
                twice(layer.padding()),
                layer.groups());
    }

    @Override
    public String convTranspose2d(Layer.ConvTranspose2d layer) {
        return line(
                "torch.conv_transpose2d(%s, %s, %s, %s, %s, %s, 1, [1, 1])",
                rows,
                array("weight"),
                array("bias"),
                twice(layer.stride()),
                twice(layer.padding()),
                twice(layer.outputPadding()));
    }

    @Override
    public String pool2d(Layer.Pool2d layer) {
        return line(
                layer.pooling() == Layer.Pooling.MAX
                        ? "torch.max_pool2d(%s, %s, %s, %s, [1, 1], False)"
                        : "torch.avg_pool2d(%s, %s, %s, %s, False, True, None)",
                rows,
                twice(layer.kernel()),
                twice(layer.stride()),
                twice(layer.padding()));
    }

    @Override
    public String mean(Layer.Mean layer) {
        return line("torch.mean(%s, %s)", rows, layer.over() == Layer.Mean.Over.PIXELS ? "[2, 3]" : "[1]");
    }

    @Override
    public String lastStep(Layer.LastStep layer) {
        return line("torch.select(%s, 1, -1)", rows);
    }

    @Override
    public String activation(Layer.Activation layer) {
        return switch (layer.function()) {
            case LEAKY_RELU -> line("torch.leaky_relu(%s, 0.01)", rows);
            case SOFTMAX -> line("torch.softmax(%s, -1)", rows);
            case RELU, GELU, SILU, ELU, SOFTPLUS, TANH, SIGMOID ->
                line("torch.%s(%s)", layer.function().name().toLowerCase(Locale.ROOT), rows);
        };
    }

    @Override
    public String batchNorm(Layer.BatchNorm layer) {
        return line(
                "torch.batch_norm(%s, %s, %s, %s, %s, self.training, %s, %s, True)",
                rows,
                array("weight"),
                array("bias"),
                array("running_mean"),
                array("running_var"),
                Layer.BatchNorm.MOMENTUM,
                Layer.BatchNorm.EPSILON);
    }

    @Override
    public String groupNorm(Layer.GroupNorm layer) {
        return line(
                "torch.group_norm(%s, %d, %s, %s, %s, True)",
                rows, layer.groups(), array("weight"), array("bias"), Layer.GroupNorm.EPSILON);
    }

    @Override
    public String layerNorm(Layer.LayerNorm layer) {
        return line(
                "torch.layer_norm(%s, [%d], %s, %s, %s, False)",
                rows, layer.width(), array("weight"), array("bias"), Layer.LayerNorm.EPSILON);
    }

    @Override
    public String rmsNorm(Layer.RmsNorm layer) {
        return line("torch.rms_norm(%s, [%d], %s, %s)", rows, layer.width(), array("weight"), Layer.RmsNorm.EPSILON);
    }

    @Override
    public String dropout(Layer.Dropout layer) {
        return line("torch.dropout(%s, %s, self.training)", rows, layer.probability());
    }

    @Override
    public String embedding(Layer.Embedding layer) {
        // 4 is int64 among torch's types.
        return line("torch.embedding(%s, torch.to(%s, 4, False, False, None))", array("weight"), rows);
    }

    @Override
    public String positionalEncoding(Layer.PositionalEncoding layer) {
        String marks = layer.positions() == Positions.LEARNED
                ? array("weight")
                : constant("sinusoids", layer.sinusoids(), Shape.of(layer.steps(), layer.width()));
        return line("torch.add(%s, torch.narrow(%s, 0, 0, torch.size(%s, 1)))", rows, marks, rows);
    }

    @Override
    public String attention(Layer.MultiHeadAttention layer) {
        String in = line("torch.linear(%s, %s, %s)", rows, array("in_proj_weight"), array("in_proj_bias"));
        String split = line(
                "torch.permute(torch.reshape(%s, [batch, -1, 3, %d, %d]), [2, 0, 3, 1, 4])",
                in, layer.heads(), layer.width() / layer.heads());
        String gathered = line(
                "torch.scaled_dot_product_attention(torch.select(%s, 0, 0), torch.select(%s, 0, 1), torch.select(%s, 0, 2), "
                        + "None, 0., %s)",
                split, split, split, layer.masked() ? "True" : "False");
        String side = line("torch.reshape(torch.transpose(%s, 1, 2), [batch, -1, %d])", gathered, layer.width());
        return line("torch.linear(%s, %s, %s)", side, array("out_proj.weight"), array("out_proj.bias"));
    }

    @Override
    public String recurrent(Layer.Recurrent layer) {
        List<String> weights = new ArrayList<>();
        for (String way : layer.bidirectional() ? List.of("", "_reverse") : List.of("")) {
            for (String kind : List.of("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")) {
                weights.add(array(kind + way));
            }
        }
        boolean lstm = layer.cell() == Recurrence.LSTM;
        String both = layer.bidirectional() ? "True" : "False";
        String state =
                line("torch.new_zeros(%s, [%d, batch, %d])", rows, layer.bidirectional() ? 2 : 1, layer.hidden());
        String read = "x" + variables++;
        lines.append("  %s = torch.%s(%s, %s, [%s], True, 1, 0., self.training, %s, True)\n"
                .formatted(
                        lstm ? "%s, %s_h, %s_c".formatted(read, read, read) : "%s, %s_h".formatted(read, read),
                        lstm ? "lstm" : "gru",
                        rows,
                        lstm ? "[%s, %s]".formatted(state, state) : state,
                        String.join(", ", weights),
                        both));
        return read;
    }

    @Override
    public String sequential(Layer.Sequential layer) {
        return through(layer.layers());
    }

    @Override
    public String residual(Layer.Residual layer) {
        String input = rows;
        String own = path;
        String body = through(layer.body().layers());
        rows = input;
        path = own + "shortcut.";
        String shortcut = through(layer.shortcut().layers());
        path = own;
        return line("torch.add(%s, %s)", body, shortcut);
    }

    @Override
    public String concat(Layer.Concat layer) {
        String input = rows;
        String own = path;
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < layer.branches().size(); i++) {
            rows = input;
            path = own + i + ".";
            joined.add(layer.branches().get(i).read(this));
        }
        path = own;
        int axis = layer.axis() < 0 ? layer.axis() : layer.axis() + 1;
        return line("torch.cat([%s], %d)", String.join(", ", joined), axis);
    }

    @Override
    public String flatten(Layer.Flatten layer) {
        return line("torch.flatten(%s, 1, -1)", rows);
    }

    @Override
    public String reshape(Layer.Reshape layer) {
        return line("torch.reshape(%s, %s)", rows, shape(layer.shape()));
    }

    @Override
    public String clamp(Layer.Clamp layer) {
        Shape width = Shape.of(layer.low().length);
        String raised = line("torch.maximum(%s, %s)", rows, constant("low", layer.low(), width));
        return line("torch.minimum(%s, %s)", raised, constant("high", layer.high(), width));
    }

    @Override
    public String scale(Layer.Scale layer) {
        Shape width = Shape.of(layer.shift().length);
        String shifted = line("torch.sub(%s, %s)", rows, constant("shift", layer.shift(), width));
        return line("torch.mul(%s, %s)", shifted, constant("factor", layer.factor(), width));
    }

    private static String shape(Shape shape) {
        return shape.extents().stream().map(extent -> ", " + extent).collect(Collectors.joining("", "[batch", "]"));
    }

    private static String twice(int number) {
        return "[%d, %d]".formatted(number, number);
    }

    private String constant(String kind, float[] values, Shape shape) {
        constants.add(new Constant(path + kind, values, shape));
        return array(kind);
    }

    /** An array of this layer; modules are named by numbers, which the language takes in quotes only. */
    private String array(String kind) {
        String reference = "self";
        for (String step : (path + kind).split("\\.", -1)) {
            reference = "getattr(%s, \"%s\")".formatted(reference, step);
        }
        return reference;
    }

    @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency of its own
    private String line(String expression, Object... arguments) {
        String name = "x" + variables++;
        lines.append("  ")
                .append(name)
                .append(" = ")
                .append(expression.formatted(arguments))
                .append('\n');
        return name;
    }
}
