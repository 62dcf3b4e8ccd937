package io.aidc.training.data.arrow;

import java.io.IOException;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;

/**
 * Finds out which buffers of a batch belong to which column. A batch lists them without names: those of a column
 * before those of its children, as many as its type has.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#buffer-listing-for-each-layout">Buffer listing for
 *     each layout</a>
 */
final class ArrowLayout {
    private static final int DEEPEST = 64;
    /** A file can give many columns the same children, so that its length does not bound their number. */
    private static final int MOST_NODES = 1 << 20;

    private int nodes;
    private int buffers;
    private int views;

    /** Columns that lie behind columns of views have their place moved by the number of their buffers. */
    ArrowColumn next(Field field) throws IOException {
        var column = ArrowColumn.of(field, nodes, buffers, views);
        skip(field, 0);
        return column;
    }

    private void skip(Field field, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("columns are nested more than %d deep".formatted(DEEPEST));
        }
        nodes++;
        if (nodes > MOST_NODES) {
            throw new IOException("there are more than %d columns".formatted(MOST_NODES));
        }
        if (field.dictionary() != null) {
            buffers += 2;
            return;
        }
        buffers += buffers(field);
        if (field.typeType() == Type.Utf8View || field.typeType() == Type.BinaryView) {
            views++;
        }
        for (int i = 0; i < field.childrenLength(); i++) {
            skip(field.children(i), depth + 1);
        }
    }

    private static int buffers(Field field) throws IOException {
        return switch (field.typeType()) {
            case Type.Null, Type.RunEndEncoded -> 0;
            case Type.Struct_, Type.FixedSizeList -> 1;
            case Type.Int,
                    Type.FloatingPoint,
                    Type.Bool,
                    Type.Decimal,
                    Type.Date,
                    Type.Time,
                    Type.Timestamp,
                    Type.Interval,
                    Type.Duration,
                    Type.FixedSizeBinary,
                    Type.List,
                    Type.LargeList,
                    Type.Map,
                    Type.Utf8View,
                    Type.BinaryView -> 2;
            case Type.Binary, Type.Utf8, Type.LargeBinary, Type.LargeUtf8, Type.ListView, Type.LargeListView -> 3;
            case Type.Union -> {
                var union = (Union) field.type(new Union());
                yield union != null && union.mode() == UnionMode.Dense ? 2 : 1;
            }
            default ->
                throw new IOException("type %d of column '%s' is not known".formatted(field.typeType(), field.name()));
        };
    }
}
