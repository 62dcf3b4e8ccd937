package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The equivalence classes of a release, numbered from 0: rows that look alike. Suppressed rows are in no class. */
final class Classes {
    /** The class of a suppressed row. */
    static final int SUPPRESSED = -1;

    private final int rowCount;
    private final int[] starts;
    private final int[] rows;
    private int @Nullable [] classOf;

    /**
     * @param classOf row → class in [0, count), or {@link #SUPPRESSED}; kept, not copied
     * @param count the number of classes
     */
    Classes(int[] classOf, int count) {
        this.classOf = classOf;
        rowCount = classOf.length;
        starts = new int[count + 1];
        for (int cls : classOf) {
            if (cls != SUPPRESSED) {
                starts[cls + 1]++;
            }
        }
        for (int cls = 0; cls < count; cls++) {
            starts[cls + 1] += starts[cls];
        }
        rows = new int[starts[count]];
        int[] next = Arrays.copyOf(starts, count);
        for (int row = 0; row < classOf.length; row++) {
            if (classOf[row] != SUPPRESSED) {
                rows[next[classOf[row]]++] = row;
            }
        }
    }

    private Classes(int rowCount, int[] starts, int[] rows) {
        this.rowCount = rowCount;
        this.starts = starts;
        this.rows = rows;
    }

    /** Two classes: the rows at {@code from} to {@code middle}, and those to {@code to}, of all rows in some order. */
    static Classes ofParts(int[] rows, int from, int middle, int to) {
        return new Classes(rows.length, new int[] {0, middle - from, to - from}, Arrays.copyOfRange(rows, from, to));
    }

    /** Groups rows that agree in every column; classes count from 0 in order of first appearance. */
    static Classes of(int rowCount, List<int[]> columns) {
        int[] classOf = new int[rowCount];
        int count = Math.min(1, rowCount);
        for (int[] column : columns) {
            Map<Long, Integer> dense = new HashMap<>();
            for (int row = 0; row < rowCount; row++) {
                long key = ((long) classOf[row] << Integer.SIZE) | column[row];
                Integer known = dense.putIfAbsent(key, dense.size());
                classOf[row] = known == null ? dense.size() - 1 : known;
            }
            count = dense.size();
        }
        return new Classes(classOf, count);
    }

    int count() {
        return starts.length - 1;
    }

    int size(int cls) {
        return starts[cls + 1] - starts[cls];
    }

    /** The rows of a class in ascending order. */
    int[] rows(int cls) {
        return Arrays.copyOfRange(rows, starts[cls], starts[cls + 1]);
    }

    /** The first row of a class. */
    int first(int cls) {
        return rows[starts[cls]];
    }

    /** Row → class. Shared, not to be modified. */
    int[] classOf() {
        int[] known = classOf;
        if (known == null) {
            known = new int[rowCount];
            Arrays.fill(known, SUPPRESSED);
            for (int cls = 0; cls < count(); cls++) {
                for (int i = starts[cls]; i < starts[cls + 1]; i++) {
                    known[rows[i]] = cls;
                }
            }
            classOf = known;
        }
        return known;
    }

    /** The number of rows in no class. */
    int suppressed() {
        return rowCount - rows.length;
    }
}
