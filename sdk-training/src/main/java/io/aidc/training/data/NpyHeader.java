package io.aidc.training.data;

import io.aidc.training.MalformedFileException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads and writes the header of an {@code .npy} file: a Python dictionary with the keys {@code descr},
 * {@code fortran_order} and {@code shape}.
 */
final class NpyHeader {
    /** Which index runs fastest. */
    enum Layout {
        LAST_FASTEST,
        FIRST_FASTEST
    }

    private static final int MOST_DIMENSIONS = 64;
    private static final Pattern DICTIONARY = Pattern.compile("\\s*\\{(.*)}\\s*", Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile(
            "\\s*['\"](\\w{1,20})['\"]\\s*:\\s*(?:['\"]([<>|=]?\\w{1,20})['\"]|(True|False)|\\(([0-9L,\\s]*+)\\))\\s*(?:,|$)");
    private static final Map<String, ElementType> TYPES =
            Stream.of(ElementType.values()).collect(Collectors.toUnmodifiableMap(NpyHeader::code, type -> type));

    private static String code(ElementType type) {
        String kind = switch (type) {
            case BOOL -> "b";
            case INT8, INT16, INT32, INT64 -> "i";
            case UINT8, UINT16, UINT32, UINT64 -> "u";
            case FLOAT16, FLOAT32, FLOAT64 -> "f";
        };
        return kind + type.bytes();
    }

    private final ElementType type;
    private final ByteOrder order;
    private final Layout layout;
    private final int[] shape;

    private NpyHeader(ElementType type, ByteOrder order, Layout layout, int[] shape) {
        this.type = type;
        this.order = order;
        this.layout = layout;
        this.shape = shape;
    }

    ElementType type() {
        return type;
    }

    ByteOrder order() {
        return order;
    }

    Layout layout() {
        return layout;
    }

    /** Not copied. */
    int[] shape() {
        return shape;
    }

    static NpyHeader parse(String source, String text) {
        Matcher dictionary = DICTIONARY.matcher(text);
        if (!dictionary.matches()) {
            throw malformed(source, "it is no dictionary");
        }
        Map<String, String> entries = new HashMap<>();
        Matcher entry = ENTRY.matcher(dictionary.group(1)).useTransparentBounds(true);
        String body = dictionary.group(1).stripTrailing();
        int at = 0;
        while (at < body.length()) {
            entry.region(at, body.length());
            if (!entry.lookingAt()) {
                throw malformed(source, "no key and value at character " + at);
            }
            String value = Stream.of(entry.group(2), entry.group(3), entry.group(4))
                    .filter(group -> group != null)
                    .findFirst()
                    .orElseThrow();
            if (entries.put(entry.group(1), value) != null) {
                throw malformed(source, "key '%s' stands twice".formatted(entry.group(1)));
            }
            at = entry.end();
        }
        if (!entries.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
            throw malformed(source, "its keys must be descr, fortran_order and shape, got " + entries.keySet());
        }
        String descr = entry(source, entries, "descr");
        Layout layout = switch (entry(source, entries, "fortran_order")) {
            case "True" -> Layout.FIRST_FASTEST;
            case "False" -> Layout.LAST_FASTEST;
            default -> throw malformed(source, "fortran_order must be True or False");
        };
        return new NpyHeader(type(source, descr), order(descr), layout, shape(source, entry(source, entries, "shape")));
    }

    private static String entry(String source, Map<String, String> entries, String key) {
        String value = entries.get(key);
        if (value == null) {
            throw malformed(source, "key '%s' is missing".formatted(key));
        }
        return value;
    }

    private static ElementType type(String source, String descr) {
        ElementType type = TYPES.get(descr.replaceFirst("^[<>|=]", ""));
        if (type == null) {
            throw malformed(
                    source,
                    "descr '%s' is not read; a boolean, integer or floating-point type is needed".formatted(descr));
        }
        return type;
    }

    private static ByteOrder order(String descr) {
        return switch (descr.charAt(0)) {
            case '>' -> ByteOrder.BIG_ENDIAN;
            case '=' -> ByteOrder.nativeOrder();
            default -> ByteOrder.LITTLE_ENDIAN;
        };
    }

    private static int[] shape(String source, String text) {
        String listed = text.strip().replaceFirst("\\s*,$", "");
        String[] lengths = text.isBlank() ? new String[0] : listed.split("\\s*,\\s*", -1);
        if (lengths.length > MOST_DIMENSIONS) {
            throw malformed(
                    source, "shape must have at most %d lengths, got %d".formatted(MOST_DIMENSIONS, lengths.length));
        }
        try {
            int[] shape = Stream.of(lengths)
                    .mapToInt(length -> Integer.parseInt(length.replaceFirst("L$", "")))
                    .toArray();
            NumberArray.count(shape);
            return shape;
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(
                    source, "header", "shape must be of integers that make at most 2147483647 elements", e);
        }
    }

    /** The dictionary as NumPy writes it. */
    static String text(NumberArray array) {
        int[] shape = array.shape();
        String lengths = IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s%s), }"
                .formatted(
                        array.type().bytes() == 1 ? "|" : "<",
                        code(array.type()),
                        lengths,
                        shape.length == 1 ? "," : "");
    }

    private static MalformedFileException malformed(String source, String problem) {
        return new MalformedFileException(source, "header", problem);
    }
}
