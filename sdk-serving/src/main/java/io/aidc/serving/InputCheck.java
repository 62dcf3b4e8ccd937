package io.aidc.serving;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Compares a request with what the model takes, before anything is packed, and names the input that is wrong. */
final class InputCheck {
    private final Map<String, TensorSpec> specs;
    private final boolean finite;

    InputCheck(List<TensorSpec> specs, boolean finite) {
        this.specs = specs.stream().collect(Collectors.toUnmodifiableMap(TensorSpec::name, spec -> spec));
        this.finite = finite;
    }

    void check(Map<String, Tensor> inputs) {
        inputs.forEach(this::check);
        if (inputs.size() != specs.size()) {
            List<String> missing = specs.keySet().stream()
                    .filter(name -> !inputs.containsKey(name))
                    .sorted()
                    .toList();
            throw new IllegalArgumentException("inputs must include %s, got %s".formatted(missing, inputs.keySet()));
        }
    }

    private void check(String name, Tensor tensor) {
        TensorSpec spec = specs.get(name);
        if (spec == null) {
            throw new IllegalArgumentException("input must be one of %s, got '%s'"
                    .formatted(specs.keySet().stream().sorted().toList(), name));
        }
        if (tensor.type() != spec.type()) {
            throw new IllegalArgumentException(
                    "input '%s' must be %s, got %s".formatted(name, spec.type(), tensor.type()));
        }
        if (!fits(spec, tensor)) {
            throw new IllegalArgumentException("input '%s' must have shape %s (-1 is any), got %s"
                    .formatted(name, spec.shape(), Arrays.toString(tensor.shape())));
        }
        if (finite && spec.type().isFloatingPoint()) {
            requireFinite(name, tensor);
        }
    }

    /** Rank 0 passes anything: ONNX Runtime reports it also for a shape that the model leaves out. */
    private static boolean fits(TensorSpec spec, Tensor tensor) {
        if (spec.rank() == 0) {
            return true;
        }
        if (tensor.rank() != spec.rank()) {
            return false;
        }
        for (int i = 0; i < spec.rank(); i++) {
            long declared = spec.shape().get(i);
            if (declared != TensorSpec.OPEN && declared != tensor.dimension(i)) {
                return false;
            }
        }
        return true;
    }

    private static void requireFinite(String name, Tensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        for (int i = 0; i < tensor.elements(); i++) {
            boolean finite = switch (tensor.type()) {
                case FLOAT32 -> Float.isFinite(bytes.getFloat(4 * i));
                case FLOAT64 -> Double.isFinite(bytes.getDouble(8 * i));
                case FLOAT16 -> (bytes.getShort(2 * i) & 0x7c00) != 0x7c00;
                default -> (bytes.getShort(2 * i) & 0x7f80) != 0x7f80;
            };
            if (!finite) {
                throw new IllegalArgumentException(
                        "input '%s' must be finite, got NaN or infinity at element %d".formatted(name, i));
            }
        }
    }
}
