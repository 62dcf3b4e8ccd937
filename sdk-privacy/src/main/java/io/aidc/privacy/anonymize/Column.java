package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One column of a table as numbers: row → code, code → text. Codes count from 0 in order of first appearance. */
final class Column {
    private final String name;
    private final int[] codes;
    private final List<String> values;

    private Column(String name, int[] codes, List<String> values) {
        this.name = name;
        this.codes = codes;
        this.values = values;
    }

    static Column of(String name, List<String> cells) {
        int[] codes = new int[cells.size()];
        List<String> values = new ArrayList<>();
        Map<String, Integer> codeOf = new HashMap<>();
        for (int row = 0; row < codes.length; row++) {
            String cell = cells.get(row);
            Integer code = codeOf.putIfAbsent(cell, values.size());
            if (code == null) {
                code = values.size();
                values.add(cell);
            }
            codes[row] = code;
        }
        return new Column(name, codes, List.copyOf(values));
    }

    /** The rows of this column and below them those of another, under codes that begin with this column's. */
    Column followedBy(Column other) {
        List<String> cells = new ArrayList<>(codes.length + other.codes.length);
        for (Column part : List.of(this, other)) {
            for (int code : part.codes) {
                cells.add(part.values.get(code));
            }
        }
        return of(name, cells);
    }

    Column only(int[] rows) {
        return of(name, Arrays.stream(rows).mapToObj(this::cell).toList());
    }

    String name() {
        return name;
    }

    /** Row → code. Shared, not to be modified. */
    int[] codes() {
        return codes;
    }

    /** Code → text. */
    List<String> values() {
        return values;
    }

    /** The number of distinct values. */
    int size() {
        return values.size();
    }

    String cell(int row) {
        return values.get(codes[row]);
    }

    /** A row that holds a code. */
    int rowOf(int code) {
        int row = 0;
        while (codes[row] != code) {
            row++;
        }
        return row;
    }
}
