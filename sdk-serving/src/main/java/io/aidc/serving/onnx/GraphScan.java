package io.aidc.serving.onnx;

import io.aidc.serving.ModelLoadException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a model without copying it: which operators it has, and whether weights lie outside.
 *
 * <p>Only operator names reach the heap, so this may see the plaintext of a confidential model. The field numbers are
 * those of {@code onnx.proto}, the encoding is protobuf's. Functions and subgraphs are looked into, {@value #DEEPEST} levels deep.
 *
 * <p>Where parsers may differ, this one refuses or takes the worst case: groups, tags and enums beyond 32 bits, and numbers
 * beyond 64 are refused; of a field that is given twice, both count. Immutable.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/v1.22.0/onnx/onnx.proto">onnx.proto</a>
 */
public final class GraphScan {
    private static final int DEEPEST = 64;
    private static final int LENGTH_DELIMITED = 2;

    private final Set<String> operators = new TreeSet<>();
    private boolean graph;
    private boolean externalData;
    private boolean trainingDropout;

    private GraphScan() {}

    /**
     * Looks through a model.
     *
     * @param model an ONNX file from position to limit; not modified
     * @return what was found
     * @throws ModelLoadException {@code NOT_A_MODEL} if these are not the bytes of an ONNX model, parsers may read them
     *     differently, or it is nested deeper than {@value #DEEPEST} levels
     */
    public static GraphScan of(ByteBuffer model) {
        GraphScan scan = new GraphScan();
        try {
            scan.message(model.duplicate(), Kind.MODEL, 0);
        } catch (BufferUnderflowException e) {
            throw notAModel("it ends in the middle of a field", e);
        }
        if (!scan.graph) {
            throw notAModel("it has no graph", null);
        }
        return scan;
    }

    /**
     * Returns the operators of the graph, its subgraphs and its functions.
     *
     * @return names without domain, sorted
     */
    public Set<String> operators() {
        return Set.copyOf(operators);
    }

    /**
     * Tells whether a tensor of the model says that its values lie in another file.
     *
     * @return true if there is one
     */
    public boolean hasExternalData() {
        return externalData;
    }

    /**
     * Tells whether two runs on one input may differ: the graph draws random numbers, or has a dropout that can be
     * switched to training.
     *
     * @return true if so
     */
    public boolean isRandom() {
        return trainingDropout
                || operators.contains("Multinomial")
                || operators.contains("Bernoulli")
                || operators.stream().anyMatch(operator -> operator.startsWith("Random"));
    }

    private void message(ByteBuffer in, Kind kind, int depth) {
        if (depth > DEEPEST) {
            throw notAModel("it is nested deeper than " + DEEPEST + " levels", null);
        }
        String operator = "";
        int nodeInputs = 0;
        boolean thirdInput = false;
        while (in.hasRemaining()) {
            int tag = bits32(varint(in));
            int field = tag >>> 3;
            int wireType = tag & 7;
            if (wireType == LENGTH_DELIMITED) {
                ByteBuffer value = nested(in);
                if (kind == Kind.NODE && field == 4) {
                    operator = StandardCharsets.UTF_8.decode(value).toString();
                    operators.add(operator);
                } else if (kind == Kind.NODE && field == 1) {
                    nodeInputs++;
                    thirdInput |= nodeInputs == 3 && value.hasRemaining();
                } else if (kind.child(field) != Kind.OTHER) {
                    graph |= kind == Kind.MODEL;
                    message(value, kind.child(field), depth + 1);
                }
            } else {
                long value = scalar(in, wireType);
                externalData |= kind == Kind.TENSOR && field == 14 && bits32(value) == 1;
            }
        }
        trainingDropout |= operator.equals("Dropout") && thirdInput;
    }

    private static ByteBuffer nested(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw notAModel("a field of %d bytes has %d left".formatted(length, in.remaining()), null);
        }
        ByteBuffer value = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return value;
    }

    private static long scalar(ByteBuffer in, int wireType) {
        return switch (wireType) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 5 -> in.getInt();
            default -> throw notAModel("wire type " + wireType + " does not occur in one", null);
        };
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw notAModel("a number has more than 64 bits", null);
    }

    /** Refuses what parsers would cut to 32 bits, and so read another field or value than this scan. */
    private static int bits32(long value) {
        if (value >>> 32 != 0) {
            throw notAModel("a tag or enum has more than 32 bits", null);
        }
        return (int) value;
    }

    private static ModelLoadException notAModel(String what, @Nullable Throwable cause) {
        return new ModelLoadException(
                ModelLoadException.Reason.NOT_A_MODEL, "The bytes are not an ONNX model: " + what, cause);
    }

    /** The messages that lead to nodes and tensors. */
    private enum Kind {
        MODEL,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        TENSOR,
        SPARSE_TENSOR,
        OTHER;

        Kind child(int field) {
            return switch (this) {
                case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : OTHER;
                case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE_TENSOR : OTHER;
                case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : OTHER;
                case NODE -> field == 5 ? ATTRIBUTE : OTHER;
                case ATTRIBUTE -> attributeChild(field);
                case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : OTHER;
                case TENSOR, OTHER -> OTHER;
            };
        }

        private static Kind attributeChild(int field) {
            return switch (field) {
                case 5, 10 -> TENSOR;
                case 6, 11 -> GRAPH;
                case 22, 23 -> SPARSE_TENSOR;
                default -> OTHER;
            };
        }
    }
}
