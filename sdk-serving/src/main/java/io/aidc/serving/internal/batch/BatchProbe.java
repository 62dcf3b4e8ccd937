package io.aidc.serving.internal.batch;

import io.aidc.serving.Batching;
import io.aidc.serving.ElementType;
import io.aidc.serving.ServingException;
import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import io.aidc.serving.runtime.LoadedModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Finds out by running a model whether the answer to a row depends on the rows beside it.
 *
 * <p>Most models treat rows alike and apart; some do not, such as one quantised with a range taken over the whole batch,
 * and then a neighbour changes a caller's answer and learns about it. The probe answers made-up rows alone, among
 * neighbours a thousand times larger, in reversed order, and beside a row of NaN: in batches of 2, 3 and 8 for rows around
 * 1, in batches of 3 for rows around 30 and 1000. Open dimensions after the first are 1, then 3 where the model takes that.
 * It cannot prove that no input exists which would make a difference; whole numbers, for one, are only 0 and 1.
 */
public final class BatchProbe {
    private static final float[] SCALES = {1, 30, 1000};
    private static final int[] TAILS = {1, 3};
    private static final long SEED = 42;
    private static final float LOUD = 1000;
    private static final double OF_ITSELF = 1e-3;
    private static final double OF_LARGEST = 1e-5;
    private static final double ABSOLUTE = 1e-7;

    private final LoadedModel model;
    private final int tail;
    private final float scale;
    private final int[] sizes;
    private final List<Map<String, Tensor>> quiet = new ArrayList<>();
    private final List<Map<String, Tensor>> alone = new ArrayList<>();
    private final List<Map<String, Tensor>> loud = new ArrayList<>();

    private BatchProbe(LoadedModel model, int tail, float scale) {
        this.model = model;
        this.tail = tail;
        this.scale = scale;
        sizes = scale == 1 ? new int[] {2, 3, 8} : new int[] {3};
    }

    /**
     * Probes a model, with about forty runs, or eighty if it has open dimensions after the first.
     *
     * @param model a loaded model
     * @param rows the most rows of one run, &ge; 2
     * @return {@link Batching.UpTo} if every row kept its answer, or the reason why batching must be off. An element may
     *     change by a thousandth of itself plus 1e-5 of the largest in its row and output plus 1e-7, for 16-bit floats by
     *     twenty times that
     */
    public static Batching of(LoadedModel model, int rows) {
        for (TensorSpec input : model.inputs()) {
            if (!input.hasOpenRows()) {
                return new Batching.Off(
                        "input '%s' has no open first dimension, it is %s".formatted(input.name(), input.shape()));
            }
        }
        if (model.inputs().isEmpty()) {
            return new Batching.Off("the model has no inputs");
        }
        boolean openTail = !model.inputs().stream().allMatch(TensorSpec::hasFixedTail);
        boolean ran = false;
        String refusal = "";
        try {
            for (int tail : openTail ? TAILS : new int[] {1}) {
                refusal = refusal(model, tail);
                if (refusal.isEmpty()) {
                    ran = true;
                    String difference = difference(model, tail);
                    if (!difference.isEmpty()) {
                        return new Batching.Off(difference);
                    }
                }
            }
        } catch (ServingException | IllegalArgumentException e) {
            return new Batching.Off("the probe could not run a batch: " + e.getMessage());
        }
        return ran ? new Batching.UpTo(rows) : new Batching.Off("the probe could not run a row: " + refusal);
    }

    /** Why the model does not take rows whose open dimensions are this long, or empty. */
    private static String refusal(LoadedModel model, int tail) {
        try {
            model.run(new BatchProbe(model, tail, 1).row(new Random(SEED), 1));
            return "";
        } catch (ServingException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String difference(LoadedModel model, int tail) {
        for (float scale : SCALES) {
            String difference = new BatchProbe(model, tail, scale).probe();
            if (!difference.isEmpty()) {
                return difference;
            }
        }
        return "";
    }

    private String probe() {
        Random random = new Random(SEED);
        for (int i = 0; i < sizes[sizes.length - 1]; i++) {
            quiet.add(row(random, scale));
            loud.add(row(random, scale * LOUD));
        }
        for (Map<String, Tensor> row : quiet) {
            alone.add(model.run(row));
        }
        for (int size : sizes) {
            for (int at = 0; at < size; at++) {
                String difference = amongLoud(at, size);
                if (!difference.isEmpty()) {
                    return difference;
                }
            }
            String difference = reversed(size);
            if (!difference.isEmpty()) {
                return difference;
            }
        }
        return besideNaN();
    }

    private String amongLoud(int at, int size) {
        List<Map<String, Tensor>> batch = new ArrayList<>(loud.subList(0, size));
        batch.set(at, quiet.get(at));
        return difference(answers(batch).get(at), at, "among large neighbours in a batch of " + size);
    }

    private String reversed(int size) {
        List<Map<String, Tensor>> batch = new ArrayList<>();
        for (int i = size - 1; i >= 0; i--) {
            batch.add(quiet.get(i));
        }
        List<Map<String, Tensor>> answers = answers(batch);
        for (int i = 0; i < size; i++) {
            String difference = difference(answers.get(size - 1 - i), i, "in a reversed batch of " + size);
            if (!difference.isEmpty()) {
                return difference;
            }
        }
        return "";
    }

    private String besideNaN() {
        boolean anyFloat =
                model.inputs().stream().anyMatch(input -> input.type().isFloatingPoint());
        if (!anyFloat) {
            return "";
        }
        List<Map<String, Tensor>> batch = List.of(row(new Random(SEED), Float.NaN), quiet.get(1));
        return difference(answers(batch).get(1), 1, "beside a row of NaN");
    }

    private List<Map<String, Tensor>> answers(List<Map<String, Tensor>> batch) {
        int[] ones = new int[batch.size()];
        Arrays.fill(ones, 1);
        return TensorBatches.split(model.run(TensorBatches.join(batch)), ones);
    }

    private String difference(Map<String, Tensor> answer, int row, String where) {
        for (Map.Entry<String, Tensor> expected : alone.get(row).entrySet()) {
            Tensor got = answer.get(expected.getKey());
            if (got == null || !close(expected.getValue(), got)) {
                return "output '%s' of a row differs %s".formatted(expected.getKey(), where);
            }
        }
        return "";
    }

    private Map<String, Tensor> row(Random random, float scale) {
        Map<String, Tensor> row = new LinkedHashMap<>();
        for (TensorSpec input : model.inputs()) {
            long[] shape = new long[input.rank()];
            int elements = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = input.shape().get(i) == TensorSpec.OPEN
                        ? i == 0 ? 1 : tail
                        : input.shape().get(i);
                elements = Math.multiplyExact(elements, Math.toIntExact(shape[i]));
            }
            row.put(input.name(), madeUp(input.type(), elements, shape, random, scale));
        }
        return row;
    }

    /** Whole numbers are 0 or 1, which most embeddings can look up. */
    private static Tensor madeUp(ElementType type, int elements, long[] shape, Random random, float scale) {
        if (type == ElementType.STRING) {
            String[] text = new String[elements];
            Arrays.setAll(text, i -> random.nextBoolean() ? "a" : "b");
            return Tensor.of(text, shape);
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes())).order(ByteOrder.nativeOrder());
        for (int i = 0; i < elements; i++) {
            float value = (float) random.nextGaussian() * scale;
            switch (type) {
                case FLOAT32 -> bytes.putFloat(value);
                case FLOAT64 -> bytes.putDouble(value);
                case BFLOAT16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                case FLOAT16 -> bytes.putShort(half(value));
                case INT8, UINT8, BOOL -> bytes.put((byte) random.nextInt(2));
                case INT16 -> bytes.putShort((short) random.nextInt(2));
                case INT32 -> bytes.putInt(random.nextInt(2));
                case INT64 -> bytes.putLong(random.nextInt(2));
                case STRING -> throw new AssertionError(type);
            }
        }
        return Tensor.wrapping(type, bytes.flip(), shape);
    }

    /** Cuts to a nearby binary16; values that are too large become infinite. */
    private static short half(float value) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = (bits >>> 23 & 0xff) - 112;
        int sign = bits >>> 16 & 0x8000;
        if (Float.isNaN(value)) {
            return 0x7e00;
        }
        if (exponent <= 0) {
            return (short) sign;
        }
        return (short) (exponent >= 31 ? sign | 0x7c00 : sign | (exponent << 10) | (bits >>> 13 & 0x3ff));
    }

    private static boolean close(Tensor expected, Tensor got) {
        if (!expected.type().isFloatingPoint() || expected.type() != got.type()) {
            return expected.equals(got);
        }
        if (!Arrays.equals(expected.shape(), got.shape())) {
            return false;
        }
        double coarse = expected.type().bytes() == 2 ? 20 : 1;
        double largest = 0;
        for (int i = 0; i < expected.elements(); i++) {
            double x = Math.abs(at(expected, i));
            largest = Double.isFinite(x) ? Math.max(largest, x) : largest;
        }
        for (int i = 0; i < expected.elements(); i++) {
            double x = at(expected, i);
            double y = at(got, i);
            double tolerance = coarse * (OF_ITSELF * Math.abs(x) + OF_LARGEST * largest + ABSOLUTE);
            boolean close = Double.isFinite(x) && Math.abs(x - y) <= tolerance;
            if (!close && Double.compare(x, y) != 0) {
                return false;
            }
        }
        return true;
    }

    private static double at(Tensor tensor, int i) {
        return switch (tensor.type()) {
            case FLOAT32 -> tensor.bytes().getFloat(4 * i);
            case FLOAT64 -> tensor.bytes().getDouble(8 * i);
            default -> tensor.floats()[i];
        };
    }
}
