package io.aidc.training.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.CharConversionException;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The start of a safetensors file: a 64-bit little-endian length, and as many bytes of JSON that say where each array lies.
 *
 * @param entries the arrays by name, in the order they lie in the file, without gaps
 * @param metadata texts of the writer
 * @param bytes the length of all this, the first eight bytes included
 */
record SafetensorsHeader(Map<String, SafetensorsFile.Entry> entries, Map<String, String> metadata, long bytes) {
    static final String METADATA = "__metadata__";
    static final int MAX_BYTES = 100_000_000;
    static final int MAX_TENSORS = 1 << 18;
    static final int MAX_NAME = 4096;
    private static final int ALIGNMENT = 8;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(20)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .build();

    /** Orders arrays as the reference implementation does. */
    static List<Map.Entry<String, Tensor>> order(Map<String, Tensor> tensors) {
        List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
        ordered.sort(Comparator.comparing(
                        (Map.Entry<String, Tensor> entry) -> entry.getValue().type())
                .reversed()
                .thenComparing(Map.Entry::getKey));
        return ordered;
    }

    static byte[] encode(List<Map.Entry<String, Tensor>> ordered, Map<String, String> metadata) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            json.put(METADATA, new TreeMap<>(metadata));
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : ordered) {
            Tensor tensor = entry.getValue();
            long end = offset + (long) tensor.size() * tensor.type().bytes();
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("dtype", tensor.type().name());
            described.put("shape", tensor.shape());
            described.put("data_offsets", List.of(offset, end));
            json.put(requireName(entry.getKey()), described);
            offset = end;
        }
        byte[] text;
        try {
            text = JSON.std.asBytes(json);
        } catch (IOException e) {
            throw new AssertionError("text in memory cannot fail to be written", e);
        }
        int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (length > MAX_BYTES || ordered.size() > MAX_TENSORS) {
            throw new IllegalArgumentException(
                    "a safetensors header takes at most %d bytes and %d arrays, got %d bytes and %d arrays"
                            .formatted(MAX_BYTES, MAX_TENSORS, length, ordered.size()));
        }
        byte[] header = new byte[Long.BYTES + length];
        Arrays.fill(header, (byte) ' ');
        for (int i = 0; i < Long.BYTES; i++) {
            header[i] = (byte) ((long) length >>> (8 * i));
        }
        System.arraycopy(text, 0, header, Long.BYTES, text.length);
        return header;
    }

    static String requireName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.equals(METADATA)) {
            throw new IllegalArgumentException("an array's name must have 1 to %d characters and not be %s, got '%s'"
                    .formatted(MAX_NAME, METADATA, name.length() > MAX_NAME ? name.substring(0, 40) + "..." : name));
        }
        return name;
    }

    /** Reads and checks a header; the input is then at the first number. */
    static SafetensorsHeader read(DataInput in, long fileBytes, String file) throws IOException {
        if (fileBytes < Long.BYTES) {
            throw new MalformedSafetensorsException(
                    file, "it has %d bytes, at least 8 are needed".formatted(fileBytes), null);
        }
        long length = Long.reverseBytes(in.readLong());
        if (length < 2 || length > MAX_BYTES || length > fileBytes - Long.BYTES) {
            throw new MalformedSafetensorsException(
                    file,
                    "the header must have 2 to %d bytes and lie in the file of %d bytes, got length %s"
                            .formatted(MAX_BYTES, fileBytes, Long.toUnsignedString(length)),
                    null);
        }
        byte[] text = new byte[(int) length];
        in.readFully(text);
        var reading = new Reading(file, fileBytes - Long.BYTES - length);
        return new SafetensorsHeader(reading.header(text), reading.metadata, Long.BYTES + length);
    }

    /** Reads the JSON token by token, so that a hostile header takes no more memory than its arrays' names. */
    private static final class Reading {
        private final String file;
        private final long dataBytes;
        private final Map<String, String> metadata = new LinkedHashMap<>();

        Reading(String file, long dataBytes) {
            this.file = file;
            this.dataBytes = dataBytes;
        }

        Map<String, SafetensorsFile.Entry> header(byte[] text) throws IOException {
            // Jackson would also read UTF-16, which has a zero byte here.
            if (text[0] != '{' || text[1] == 0) {
                throw malformed("the header must begin with '{' in UTF-8", null);
            }
            Map<String, SafetensorsFile.Entry> entries = new LinkedHashMap<>();
            try (JsonParser json = FACTORY.createParser(text)) {
                expect(json, JsonToken.START_OBJECT, "header");
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    if (name.equals(METADATA)) {
                        metadata(json);
                    } else {
                        entries.put(name(name), entry(json, name));
                    }
                    if (entries.size() > MAX_TENSORS) {
                        throw malformed("it has more than %d arrays".formatted(MAX_TENSORS), null);
                    }
                }
                if (json.nextToken() != null) {
                    throw malformed("the header goes on behind its end", null);
                }
            } catch (JsonProcessingException e) {
                throw malformed("the header is not JSON as required: " + e.getOriginalMessage(), e);
            } catch (CharConversionException e) {
                throw malformed("the header is not UTF-8: " + e.getMessage(), e);
            }
            return withoutGaps(entries);
        }

        private String name(String name) {
            try {
                return requireName(name);
            } catch (IllegalArgumentException e) {
                throw malformed(e.getMessage(), e);
            }
        }

        private void metadata(JsonParser json) throws IOException {
            expect(json, JsonToken.START_OBJECT, METADATA);
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                expect(json, JsonToken.VALUE_STRING, "metadata '%s'".formatted(key));
                metadata.put(key, json.getText());
            }
        }

        private SafetensorsFile.Entry entry(JsonParser json, String name) throws IOException {
            TensorType type = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            expect(json, JsonToken.START_OBJECT, name);
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                switch (field) {
                    case "dtype" -> {
                        expect(json, JsonToken.VALUE_STRING, name);
                        type = type(json.getText(), name);
                    }
                    case "shape" -> shape = integers(json, Tensor.MAX_RANK, name);
                    case "data_offsets" -> offsets = integers(json, 2, name);
                    default -> {
                        json.nextToken();
                        json.skipChildren();
                    }
                }
            }
            if (type == null || shape == null || offsets == null || offsets.size() != 2) {
                throw malformed("array '%s' must have a dtype, a shape and two data_offsets".formatted(name), null);
            }
            return checked(name, type, shape, offsets.get(0), offsets.get(1));
        }

        private TensorType type(String text, String name) {
            return TensorType.named(text)
                    .orElseThrow(() -> malformed(
                            "array '%s' must have one of the types %s, got '%s'"
                                    .formatted(name, Arrays.toString(TensorType.values()), text),
                            null));
        }

        private List<Long> integers(JsonParser json, int most, String name) throws IOException {
            expect(json, JsonToken.START_ARRAY, name);
            List<Long> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                        || json.getLongValue() < 0
                        || values.size() == most) {
                    throw malformed(
                            "array '%s' must have lists of at most %d integers >= 0, got %s as number %d"
                                    .formatted(name, most, json.getText(), values.size() + 1),
                            null);
                }
                values.add(json.getLongValue());
            }
            return values;
        }

        private SafetensorsFile.Entry checked(String name, TensorType type, List<Long> shape, long begin, long end) {
            long bytes = type.bytes();
            try {
                for (long extent : shape) {
                    bytes = Math.multiplyExact(bytes, extent);
                }
            } catch (ArithmeticException e) {
                throw malformed("array '%s' has a shape too large to count, %s".formatted(name, shape), e);
            }
            if (begin > end || end > dataBytes || end - begin != bytes) {
                throw malformed(
                        "array '%s', %s%s, takes %d bytes of %d, but has data_offsets [%d, %d]"
                                .formatted(name, type, shape, bytes, dataBytes, begin, end),
                        null);
            }
            return new SafetensorsFile.Entry(type, shape, begin, bytes);
        }

        private Map<String, SafetensorsFile.Entry> withoutGaps(Map<String, SafetensorsFile.Entry> entries) {
            List<Map.Entry<String, SafetensorsFile.Entry>> ordered = new ArrayList<>(entries.entrySet());
            ordered.sort(Comparator.comparingLong((Map.Entry<String, SafetensorsFile.Entry> entry) ->
                            entry.getValue().offset())
                    .thenComparingLong(entry -> entry.getValue().bytes()));
            Map<String, SafetensorsFile.Entry> sorted = new LinkedHashMap<>();
            long end = 0;
            for (Map.Entry<String, SafetensorsFile.Entry> entry : ordered) {
                if (entry.getValue().offset() != end) {
                    throw malformed(
                            "array '%s' begins at %d, where the ones before it end at %d"
                                    .formatted(entry.getKey(), entry.getValue().offset(), end),
                            null);
                }
                end += entry.getValue().bytes();
                sorted.put(entry.getKey(), entry.getValue());
            }
            if (end != dataBytes) {
                throw malformed("its arrays end at %d, its data at %d".formatted(end, dataBytes), null);
            }
            return Collections.unmodifiableMap(sorted);
        }

        private void expect(JsonParser json, JsonToken token, String where) throws IOException {
            if (json.nextToken() != token) {
                throw malformed("expected %s in '%s', got %s".formatted(token, where, json.currentToken()), null);
            }
        }

        private MalformedSafetensorsException malformed(@Nullable String reason, @Nullable Throwable cause) {
            return new MalformedSafetensorsException(file, String.valueOf(reason), cause);
        }
    }
}
