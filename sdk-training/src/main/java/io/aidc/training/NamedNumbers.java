package io.aidc.training;

import io.aidc.training.network.Parameter;
import io.aidc.training.torch.internal.Vector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the arrays that lie one behind the other in flat numbers. */
final class NamedNumbers {
    private NamedNumbers() {}

    static int count(List<Parameter> arrays) {
        return arrays.stream().mapToInt(Parameter::size).sum();
    }

    /** Copies of the arrays by name, in their order; the first begins at {@code from}. */
    static Map<String, float[]> copies(Vector numbers, int from, List<Parameter> arrays) {
        Map<String, float[]> copies = new LinkedHashMap<>();
        int offset = from;
        for (Parameter array : arrays) {
            copies.put(array.name(), numbers.toArray(offset, array.size()));
            offset += array.size();
        }
        return Collections.unmodifiableMap(copies);
    }

    /** Says which number of which array is at a place. */
    static String place(int at, List<Parameter> arrays) {
        int offset = 0;
        for (Parameter array : arrays) {
            if (at < offset + array.size()) {
                return "number %d of parameter %s".formatted(at - offset, array.name());
            }
            offset += array.size();
        }
        throw new IndexOutOfBoundsException(at);
    }
}
