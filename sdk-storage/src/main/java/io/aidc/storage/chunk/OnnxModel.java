package io.aidc.storage.chunk;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tensors of an ONNX model, inside the file and in the data files it names.
 *
 * <p>Walks initializers and the tensors of attributes, also those of sub-graphs and functions. Depth, number of tensors,
 * number of data files and length of their names are bounded; tensors are skipped, not read.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">ONNX, onnx.proto</a>
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">ONNX, external data</a>
 */
final class OnnxModel {
    static final int MAX_TENSORS = 1 << 20;
    static final int MAX_LOCATIONS = 4096;
    static final int MAX_DEPTH = 64;
    static final long TO_THE_END = -1;

    private static final int MAX_DIGITS = 18;
    private static final int RAW_DATA = 9;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;
    private static final int EXTERNAL = 1;

    /** The messages that can contain a tensor. */
    private enum Message {
        MODEL,
        TRAINING,
        FUNCTION,
        GRAPH,
        NODE,
        ATTRIBUTE,
        SPARSE,
        TENSOR;

        @Nullable
        Message child(int field) {
            return switch (this) {
                case MODEL -> field == 7 ? GRAPH : field == 20 ? TRAINING : field == 25 ? FUNCTION : null;
                case TRAINING -> field == 1 || field == 2 ? GRAPH : null;
                case FUNCTION -> field == 7 ? NODE : null;
                case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE : null;
                case NODE -> field == 5 ? ATTRIBUTE : null;
                case ATTRIBUTE ->
                    field == 5 || field == 10
                            ? TENSOR
                            : field == 6 || field == 11 ? GRAPH : field == 22 || field == 23 ? SPARSE : null;
                case SPARSE -> field == 1 || field == 2 ? TENSOR : null;
                case TENSOR -> null;
            };
        }
    }

    private final Wire wire;
    private final LongStream.Builder inside = LongStream.builder();
    private final Map<String, Map<Long, Long>> outside = new TreeMap<>();
    private int tensors;

    private OnnxModel(InputStream in) {
        wire = new Wire(in);
    }

    /**
     * What a model says about its tensors.
     *
     * @param inside where raw data begins and ends in the model file
     * @param outside by location, as written by the model's author: length by offset, {@link #TO_THE_END} if not given
     */
    record Tensors(Layout inside, Map<String, Map<Long, Long>> outside) {}

    /**
     * Walks a model.
     *
     * @throws IllegalArgumentException if this is no model, or one beyond the bounds
     */
    static Tensors tensors(InputStream in, long fileBytes) throws IOException {
        var model = new OnnxModel(in);
        model.walk(Message.MODEL, fileBytes, 0);
        return new Tensors(Layout.of(fileBytes, model.inside.build()), model.outside);
    }

    private void walk(Message message, long end, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("graphs are nested more than %d deep".formatted(MAX_DEPTH));
        }
        while (wire.position() < end) {
            long tag = wire.varint();
            int type = (int) (tag & 7);
            Message child = tag >>> 3 > 25 ? null : message.child((int) (tag >>> 3));
            if (child == null || type != Wire.BYTES) {
                wire.skip(type, end);
            } else if (child == Message.TENSOR) {
                tensor(wire.fieldEnd(end));
            } else {
                walk(child, wire.fieldEnd(end), depth + 1);
            }
        }
        checkAt(end);
    }

    private void tensor(long end) throws IOException {
        if (++tensors > MAX_TENSORS) {
            throw new IllegalArgumentException("more than %d tensors".formatted(MAX_TENSORS));
        }
        boolean external = false;
        Map<String, String> entries = new HashMap<>();
        while (wire.position() < end) {
            long tag = wire.varint();
            if (tag == (RAW_DATA << 3 | Wire.BYTES)) {
                long dataEnd = wire.fieldEnd(end);
                inside.add(wire.position()).add(dataEnd);
                wire.skipTo(dataEnd);
            } else if (tag == (EXTERNAL_DATA << 3 | Wire.BYTES)) {
                entry(wire.fieldEnd(end), entries);
            } else if (tag == (DATA_LOCATION << 3 | Wire.VARINT)) {
                external = wire.varint() == EXTERNAL;
            } else {
                wire.skip((int) (tag & 7), end);
            }
        }
        checkAt(end);
        if (external) {
            addOutside(entries);
        }
    }

    private void entry(long end, Map<String, String> entries) throws IOException {
        String key = "";
        String value = "";
        while (wire.position() < end) {
            long tag = wire.varint();
            if (tag == (1 << 3 | Wire.BYTES)) {
                key = wire.text(wire.fieldEnd(end), RelativeName.MAX_BYTES);
            } else if (tag == (2 << 3 | Wire.BYTES)) {
                value = wire.text(wire.fieldEnd(end), RelativeName.MAX_BYTES);
            } else {
                wire.skip((int) (tag & 7), end);
            }
        }
        checkAt(end);
        if (entries.size() == 8 || entries.put(key, value) != null) {
            throw new IllegalArgumentException("external data is described twice or by more than 8 entries");
        }
    }

    private void addOutside(Map<String, String> entries) {
        String location = entries.get("location");
        if (location == null) {
            throw new IllegalArgumentException("external data has no location");
        }
        long offset = number(entries.getOrDefault("offset", "0"));
        long length = entries.containsKey("length") ? number(entries.get("length")) : TO_THE_END;
        Map<Long, Long> ranges = outside.computeIfAbsent(location, key -> new TreeMap<>());
        ranges.merge(offset, length, (a, b) -> a == TO_THE_END || b == TO_THE_END ? TO_THE_END : Math.max(a, b));
        if (outside.size() > MAX_LOCATIONS) {
            throw new IllegalArgumentException("more than %d data files".formatted(MAX_LOCATIONS));
        }
    }

    private static long number(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("offset and length must be 1 to %d digits".formatted(MAX_DIGITS));
        }
        return Long.parseLong(text);
    }

    private void checkAt(long end) {
        if (wire.position() != end) {
            throw new IllegalArgumentException(
                    "a message that ends at byte %d has a field up to %d".formatted(end, wire.position()));
        }
    }
}
