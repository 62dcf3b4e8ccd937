package io.aidc.serving.internal.batch;

import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins named tensors along their first axis, and takes them apart again, copying both ways. */
public final class TensorBatches {
    private TensorBatches() {}

    /**
     * Joins requests into one.
     *
     * @param requests at least one; each with the same names, and under one name the same type, and the same shape
     *     {@code [rows, …]} but for the rows
     * @return the rows of the first request, then those of the second, and so on
     * @throws IllegalArgumentException if the requests do not fit together
     */
    public static Map<String, Tensor> join(List<Map<String, Tensor>> requests) {
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one request to join, got none");
        }
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> first : requests.get(0).entrySet()) {
            Tensor[] parts = new Tensor[requests.size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = fitting(
                        first.getKey(),
                        first.getValue(),
                        requests.get(i),
                        requests.get(0).size());
            }
            joined.put(first.getKey(), join(parts));
        }
        return joined;
    }

    /**
     * Takes outputs apart.
     *
     * @param outputs each of shape {@code [rows, …]}
     * @param rows how many rows each part gets, in order
     * @return one part per element of {@code rows}
     * @throws IllegalArgumentException if an output does not have as many rows as the parts together
     */
    public static List<Map<String, Tensor>> split(Map<String, Tensor> outputs, int[] rows) {
        int total = Arrays.stream(rows).sum();
        List<Map<String, Tensor>> parts = new ArrayList<>(rows.length);
        for (int i = 0; i < rows.length; i++) {
            parts.add(new LinkedHashMap<>());
        }
        outputs.forEach((name, output) -> {
            if (output.rank() == 0 || output.dimension(0) != total) {
                throw new IllegalArgumentException(
                        "output '%s' must have %d rows, got %s".formatted(name, total, output));
            }
            int from = 0;
            for (int i = 0; i < rows.length; i++) {
                parts.get(i).put(name, rows(output, from, rows[i]));
                from += rows[i];
            }
        });
        return parts;
    }

    private static Tensor fitting(String name, Tensor first, Map<String, Tensor> request, int names) {
        Tensor part = request.get(name);
        if (part == null || request.size() != names) {
            throw new IllegalArgumentException("requests of one batch must name the same tensors, got %s without '%s'"
                    .formatted(request.keySet(), name));
        }
        boolean fits = part.type() == first.type()
                && part.rank() == first.rank()
                && part.rank() > 0
                && Arrays.equals(part.shape(), 1, part.rank(), first.shape(), 1, first.rank());
        if (!fits) {
            throw new IllegalArgumentException(
                    "'%s' of one batch must agree but for the rows, got %s and %s".formatted(name, first, part));
        }
        return part;
    }

    private static Tensor join(Tensor[] parts) {
        long[] shape = parts[0].shape();
        shape[0] = Arrays.stream(parts).mapToLong(part -> part.dimension(0)).sum();
        if (parts[0].type() == ElementType.STRING) {
            return Tensor.of(
                    Arrays.stream(parts)
                            .flatMap(part -> Arrays.stream(part.strings()))
                            .toArray(String[]::new),
                    shape);
        }
        long size =
                Arrays.stream(parts).mapToLong(part -> part.bytes().remaining()).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.nativeOrder());
        for (Tensor part : parts) {
            bytes.put(part.bytes());
        }
        return Tensor.wrapping(parts[0].type(), bytes.flip(), shape);
    }

    private static Tensor rows(Tensor tensor, int from, int count) {
        long[] shape = tensor.shape();
        int perRow = shape[0] == 0 ? 0 : tensor.elements() / (int) shape[0];
        shape[0] = count;
        if (tensor.type() == ElementType.STRING) {
            return Tensor.of(Arrays.copyOfRange(tensor.strings(), from * perRow, (from + count) * perRow), shape);
        }
        int rowBytes = perRow * tensor.type().bytes();
        return Tensor.of(tensor.type(), tensor.bytes().slice(from * rowBytes, count * rowBytes), shape);
    }
}
