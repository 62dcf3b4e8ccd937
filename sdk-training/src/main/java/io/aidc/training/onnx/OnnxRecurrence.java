package io.aidc.training.onnx;

import static io.aidc.training.onnx.OnnxNodes.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Recurrence;
import io.aidc.training.network.Shape;
import io.aidc.training.onnx.OnnxNodes.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Reads a recurrence as ONNX nodes.
 *
 * <p>PyTorch stacks the gates of an LSTM as input, forget, cell, output, ONNX as input, output, forget, cell; those of a GRU
 * as reset, update, new and as update, reset, new. ONNX runs over the first axis, so rows are turned before and after.
 */
final class OnnxRecurrence {
    private static final List<Integer> LSTM_GATES = List.of(0, 3, 1, 2);
    private static final List<Integer> GRU_GATES = List.of(1, 0, 2);

    private final OnnxNodes nodes;
    private final Layer.Recurrent layer;
    private final UnaryOperator<String> arrays;
    private final List<String> ways;

    /**
     * Prepares a layer.
     *
     * @param arrays gives the name of an array of the layer
     */
    OnnxRecurrence(OnnxNodes nodes, Layer.Recurrent layer, UnaryOperator<String> arrays) {
        this.nodes = nodes;
        this.layer = layer;
        this.arrays = arrays;
        this.ways = layer.bidirectional() ? List.of("", "_reverse") : List.of("");
    }

    Value read(Value rows) {
        boolean lstm = layer.cell() == Recurrence.LSTM;
        int steps = rows.row().extent(0);
        String order = nodes.integers("gates", order(lstm ? LSTM_GATES : GRU_GATES));
        String axis = nodes.integers("ways", 0);
        List<String> in = new ArrayList<>();
        List<String> own = new ArrayList<>();
        List<String> biases = new ArrayList<>();
        for (String way : ways) {
            in.add(unsqueezed(inOrder("weight_ih_l0" + way, order), axis));
            own.add(unsqueezed(inOrder("weight_hh_l0" + way, order), axis));
            String both = nodes.add(
                    "Concat",
                    List.of(inOrder("bias_ih_l0" + way, order), inOrder("bias_hh_l0" + way, order)),
                    attribute("axis", 0));
            biases.add(unsqueezed(both, axis));
        }
        String turned = nodes.add("Transpose", List.of(rows.name()), attribute("perm", 1, 0, 2));
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                attribute("hidden_size", layer.hidden()),
                attribute("direction", layer.bidirectional() ? "bidirectional" : "forward")));
        if (!lstm) {
            // PyTorch resets the state after it was multiplied.
            attributes.add(attribute("linear_before_reset", 1));
        }
        String read = nodes.add(
                lstm ? "LSTM" : "GRU",
                List.of(turned, joined(in), joined(own), joined(biases)),
                attributes.toArray(AttributeProto[]::new));
        String back = nodes.add("Transpose", List.of(read), attribute("perm", 2, 0, 1, 3));
        int width = ways.size() * layer.hidden();
        String shape = nodes.integers("side_by_side", 0, steps, width);
        return new Value(nodes.add("Reshape", List.of(back, shape)), Shape.of(steps, width));
    }

    /** Rows of a stacked array in the order of ONNX. */
    private long[] order(List<Integer> gates) {
        long[] order = new long[gates.size() * layer.hidden()];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) gates.get(i / layer.hidden()) * layer.hidden() + i % layer.hidden();
        }
        return order;
    }

    private String inOrder(String kind, String order) {
        return nodes.add("Gather", List.of(arrays.apply(kind), order), attribute("axis", 0));
    }

    private String unsqueezed(String value, String axis) {
        return nodes.add("Unsqueeze", List.of(value, axis));
    }

    private String joined(List<String> each) {
        return each.size() == 1 ? each.get(0) : nodes.add("Concat", each, attribute("axis", 0));
    }
}
