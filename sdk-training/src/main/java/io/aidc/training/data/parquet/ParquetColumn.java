package io.aidc.training.data.parquet;

import io.aidc.training.MalformedFileException;
import io.aidc.training.data.internal.ColumnValues;
import io.aidc.training.data.internal.ColumnValues.Kind;
import io.aidc.training.data.internal.Half;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;

/** A flat column: where it lies among those of the file, and how its values become those of a table. */
final class ParquetColumn {
    private static final int LARGEST_SCALE = 1000;

    private final String name;
    private final int leaf;
    private final SchemaElement element;
    private final Type type;
    private final FieldRepetitionType repetition;
    private final Kind kind;

    private ParquetColumn(String source, String name, int leaf, SchemaElement element) {
        this.name = name;
        this.leaf = leaf;
        this.element = element;
        Type stated = element.getType();
        this.repetition = Objects.requireNonNullElse(element.getRepetition_type(), FieldRepetitionType.REQUIRED);
        if (stated == null || element.getNum_children() != 0 || repetition == FieldRepetitionType.REPEATED) {
            throw notRead(source, name, "it is nested");
        }
        this.type = stated;
        this.kind = kind(source);
    }

    String name() {
        return name;
    }

    /** Which of the file's columns it is, those inside of nested ones counted. */
    int leaf() {
        return leaf;
    }

    Kind kind() {
        return kind;
    }

    /** Whether values may be missing. */
    boolean optional() {
        return repetition == FieldRepetitionType.OPTIONAL;
    }

    /** The columns that are wanted, or all; the schema is a tree written root first, each element before its children. */
    static List<ParquetColumn> of(String source, List<SchemaElement> schema, List<String> wanted) {
        List<SchemaElement> top = new ArrayList<>();
        List<Integer> leaves = new ArrayList<>();
        int leaf = 0;
        for (int at = 1; at < schema.size(); ) {
            top.add(schema.get(at));
            leaves.add(leaf);
            for (long open = 1; open > 0; at++) {
                if (at >= schema.size()) {
                    throw new MalformedFileException(source, "schema", "it is cut short");
                }
                int children = schema.get(at).getNum_children();
                leaf += children == 0 ? 1 : 0;
                open += Math.max(children, 0) - 1;
            }
        }
        List<String> names = top.stream().map(SchemaElement::getName).toList();
        List<ParquetColumn> columns = new ArrayList<>();
        for (String name : wanted.isEmpty() ? names : wanted) {
            int index = names.indexOf(name);
            if (index < 0) {
                throw new IllegalArgumentException("%s has no column '%s'; it has %s".formatted(source, name, names));
            }
            columns.add(new ParquetColumn(source, name, leaves.get(index), top.get(index)));
        }
        if (columns.isEmpty()
                || columns.stream().map(ParquetColumn::name).distinct().count() < columns.size()) {
            throw new MalformedFileException(source, "schema", "at least 1 column is needed, and none twice");
        }
        return columns;
    }

    private Kind kind(String source) {
        return switch (type) {
            case BOOLEAN -> Kind.FLAG;
            case INT32, INT64 -> integers();
            case FLOAT, DOUBLE -> Kind.NUMBER;
            case BYTE_ARRAY -> {
                if (isText()) {
                    yield Kind.TEXT;
                }
                if (isDecimal()) {
                    yield Kind.NUMBER;
                }
                throw notRead(source, name, "its values are bytes, not texts");
            }
            case FIXED_LEN_BYTE_ARRAY -> {
                if ((isDecimal() || isHalf()) && element.getType_length() > 0) {
                    yield Kind.NUMBER;
                }
                throw notRead(source, name, "its values are bytes, not numbers");
            }
            case INT96 -> throw notRead(source, name, "its values are 96-bit times");
        };
    }

    private static MalformedFileException notRead(String source, String name, String why) {
        return new MalformedFileException(
                source, "column '%s'".formatted(name), why + ", which is not read; name the columns to read instead");
    }

    private Kind integers() {
        if (isDecimal()) {
            return Kind.NUMBER;
        }
        LogicalType logical = element.getLogicalType();
        ConvertedType converted = element.getConverted_type();
        boolean unsigned;
        if (logical != null && logical.isSetINTEGER()) {
            unsigned = !logical.getINTEGER().isIsSigned();
        } else {
            unsigned = converted != null && converted.name().startsWith("UINT");
        }
        return unsigned ? Kind.UNSIGNED : Kind.INTEGER;
    }

    private boolean isText() {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return logical.isSetSTRING() || logical.isSetENUM() || logical.isSetJSON();
        }
        ConvertedType converted = element.getConverted_type();
        return converted == ConvertedType.UTF8 || converted == ConvertedType.ENUM || converted == ConvertedType.JSON;
    }

    private boolean isDecimal() {
        LogicalType logical = element.getLogicalType();
        return logical == null ? element.getConverted_type() == ConvertedType.DECIMAL : logical.isSetDECIMAL();
    }

    private boolean isHalf() {
        return element.getLogicalType() != null
                && element.getLogicalType().isSetFLOAT16()
                && element.getType_length() == Short.BYTES;
    }

    /** Decodes the column of a row group. */
    void addTo(ColumnValues values, ColumnChunkPages pages, String createdBy) {
        Repetition repetition = Repetition.valueOf(this.repetition.name());
        PrimitiveTypeName primitive =
                type == Type.BYTE_ARRAY ? PrimitiveTypeName.BINARY : PrimitiveTypeName.valueOf(type.name());
        var message =
                new MessageType("table", new PrimitiveType(repetition, primitive, element.getType_length(), name));
        ColumnDescriptor descriptor = message.getColumns().get(0);
        ColumnReader reader =
                new ColumnReadStoreImpl(pages, new Unused(), message, createdBy).getColumnReader(descriptor);
        for (long i = 0; i < pages.getRowCount(); i++) {
            if (reader.getCurrentDefinitionLevel() < descriptor.getMaxDefinitionLevel()) {
                values.addMissing();
            } else {
                add(reader, values);
            }
            reader.consume();
        }
    }

    private void add(ColumnReader reader, ColumnValues values) {
        switch (type) {
            case BOOLEAN -> values.add(reader.getBoolean());
            case FLOAT -> values.add((double) reader.getFloat());
            case DOUBLE -> values.add(reader.getDouble());
            case INT32, INT64 -> addInteger(reader, values);
            case BYTE_ARRAY -> {
                if (kind == Kind.TEXT) {
                    values.add(reader.getBinary().toStringUsingUTF8());
                } else {
                    values.add(decimal(new BigInteger(reader.getBinary().getBytesUnsafe())));
                }
            }
            case FIXED_LEN_BYTE_ARRAY -> {
                byte[] bytes = reader.getBinary().getBytesUnsafe();
                values.add(isHalf() ? half(bytes) : decimal(new BigInteger(bytes)));
            }
            case INT96 -> throw new IllegalStateException("a column of 96-bit times is refused before");
        }
    }

    private void addInteger(ColumnReader reader, ColumnValues values) {
        long integer = type == Type.INT64 ? reader.getLong() : reader.getInteger();
        if (kind == Kind.NUMBER) {
            values.add(decimal(BigInteger.valueOf(integer)));
        } else {
            boolean narrow = kind == Kind.UNSIGNED && type == Type.INT32;
            values.add(narrow ? integer & 0xFFFF_FFFFL : integer);
        }
    }

    private double decimal(BigInteger unscaled) {
        LogicalType logical = element.getLogicalType();
        int scale = logical == null ? element.getScale() : logical.getDECIMAL().getScale();
        if (Math.abs((long) scale) > LARGEST_SCALE) {
            throw new IllegalArgumentException("a decimal of scale " + scale);
        }
        return new BigDecimal(unscaled, scale).doubleValue();
    }

    private static double half(byte[] bytes) {
        return Half.toFloat((short) ((bytes[0] & 0xFF) | bytes[1] << Byte.SIZE));
    }

    /** Values are asked of the reader, so that nothing is converted. */
    private static final class Unused extends GroupConverter {
        @Override
        public Converter getConverter(int field) {
            return new PrimitiveConverter() {};
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
