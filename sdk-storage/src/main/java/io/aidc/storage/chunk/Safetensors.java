package io.aidc.storage.chunk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Finds the tensors of a safetensors file.
 *
 * <p>Eight bytes of little-endian header length, a JSON object, then data; {@code data_offsets} count from the end of the
 * header. Tensors must cover the data without hole or overlap, up to the end of the file.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">safetensors, format</a>
 */
final class Safetensors {
    static final int MAX_HEADER_BYTES = 16 << 20;

    private static final int PREFIX_BYTES = 8;

    private record Range(long begin, long end) {}

    private final JsonScanner json;
    private final List<Range> tensors = new ArrayList<>();

    private Safetensors(String header) {
        json = new JsonScanner(header);
    }

    /**
     * Reads the header.
     *
     * @throws IllegalArgumentException if this is no such file or its tensors do not fit together
     */
    static Layout layout(InputStream in, long fileBytes) throws IOException {
        byte[] prefix = in.readNBytes(PREFIX_BYTES);
        if (prefix.length < PREFIX_BYTES) {
            throw new IllegalArgumentException("%d bytes are too few for a header".formatted(prefix.length));
        }
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > Math.min(MAX_HEADER_BYTES, fileBytes - PREFIX_BYTES)) {
            throw new IllegalArgumentException("header length must be 2 to %d and fit in %d bytes, got %d"
                    .formatted(MAX_HEADER_BYTES, fileBytes, length));
        }
        byte[] header = in.readNBytes((int) length);
        if (header.length < length) {
            throw new IllegalArgumentException("the file ends within its header");
        }
        List<Range> tensors = new Safetensors(decoded(header)).read();
        long dataStart = PREFIX_BYTES + length;
        checkCover(tensors, fileBytes - dataStart);
        return Layout.of(
                fileBytes,
                LongStream.concat(
                        LongStream.of(dataStart), tensors.stream().mapToLong(tensor -> dataStart + tensor.end())));
    }

    private static String decoded(byte[] header) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the header is not UTF-8", e);
        }
    }

    private List<Range> read() {
        json.members(name -> {
            if (name.equals("__metadata__")) {
                json.members(key -> json.string());
            } else {
                tensors.add(tensor());
            }
        });
        json.end();
        tensors.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
        return tensors;
    }

    private Range tensor() {
        List<Long> offsets = new ArrayList<>(2);
        json.members(key -> {
            switch (key) {
                case "dtype" -> json.string();
                case "shape" -> json.integers(size -> {});
                case "data_offsets" -> json.integers(offset -> addOffset(offsets, offset));
                default -> throw new IllegalArgumentException("a tensor has dtype, shape and data_offsets only");
            }
        });
        if (offsets.size() != 2) {
            throw new IllegalArgumentException("a tensor needs two data_offsets, got " + offsets.size());
        }
        return new Range(offsets.get(0), offsets.get(1));
    }

    private static void addOffset(List<Long> offsets, long offset) {
        if (offsets.size() == 2) {
            throw new IllegalArgumentException("a tensor needs two data_offsets, got more");
        }
        offsets.add(offset);
    }

    private static void checkCover(List<Range> tensors, long dataBytes) {
        long covered = 0;
        for (Range tensor : tensors) {
            if (tensor.begin() != covered || tensor.end() < tensor.begin()) {
                throw new IllegalArgumentException(
                        "tensors must follow each other: one covers %d to %d, expected from %d"
                                .formatted(tensor.begin(), tensor.end(), covered));
            }
            covered = tensor.end();
        }
        if (covered != dataBytes) {
            throw new IllegalArgumentException(
                    "tensors cover %d bytes, the file has %d after its header".formatted(covered, dataBytes));
        }
    }
}
