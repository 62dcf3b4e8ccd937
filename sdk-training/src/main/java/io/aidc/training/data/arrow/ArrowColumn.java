package io.aidc.training.data.arrow;

import io.aidc.training.data.internal.ColumnValues;
import io.aidc.training.data.internal.ColumnValues.Kind;
import io.aidc.training.data.internal.Half;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Type;
import org.jspecify.annotations.Nullable;

/**
 * A column of a batch: where its buffers are and how its values become those of a table.
 *
 * @param type the name of its type
 * @param decoding how a value is decoded, null if the type is not read
 * @param dictionary the number of the dictionary that its values are indices of, -1 if there is none
 * @param indices how an index is decoded
 * @param node which column of the batch it is, children counted
 * @param buffer its first buffer, but for those of views before it
 * @param views how many columns of views are before it
 */
record ArrowColumn(
        String name,
        String type,
        @Nullable Decoding decoding,
        long dictionary,
        Decoding indices,
        int node,
        int buffer,
        int views) {
    private static final int VIEW_BYTES = 16;
    private static final int INLINE = 12;
    private static final int LARGEST_SCALE = 1000;
    private static final Decoding NO_INDICES = new Decoding(Layout.FIXED, Kind.INTEGER, 4, 0);

    /** Where the values are. */
    enum Layout {
        NOTHING,
        BITS,
        FIXED,
        HALF,
        SINGLE,
        DOUBLE,
        DECIMAL,
        TEXT,
        LARGE_TEXT,
        VIEW
    }

    /** How a value is decoded: the bytes of one, and for a decimal the digits behind the point. */
    record Decoding(Layout layout, Kind kind, int bytes, int scale) {}

    static ArrowColumn of(Field field, int node, int buffer, int views) throws IOException {
        DictionaryEncoding encoding = field.dictionary();
        Decoding indices = NO_INDICES;
        if (encoding != null) {
            Int type = encoding.indexType();
            indices = type == null ? NO_INDICES : integer(type);
        }
        return new ArrowColumn(
                String.valueOf(field.name()),
                Type.name(field.typeType()),
                decoding(field),
                encoding == null ? -1 : encoding.id(),
                indices,
                node,
                buffer,
                views);
    }

    private static @Nullable Decoding decoding(Field field) throws IOException {
        return switch (field.typeType()) {
            case Type.Null -> new Decoding(Layout.NOTHING, Kind.NUMBER, 0, 0);
            case Type.Bool -> new Decoding(Layout.BITS, Kind.FLAG, 0, 0);
            case Type.Int -> integer((Int) required(field.type(new Int())));
            case Type.FloatingPoint -> floating((FloatingPoint) required(field.type(new FloatingPoint())));
            case Type.Decimal -> decimal((Decimal) required(field.type(new Decimal())));
            case Type.Utf8 -> new Decoding(Layout.TEXT, Kind.TEXT, Integer.BYTES, 0);
            case Type.LargeUtf8 -> new Decoding(Layout.LARGE_TEXT, Kind.TEXT, Long.BYTES, 0);
            case Type.Utf8View -> new Decoding(Layout.VIEW, Kind.TEXT, VIEW_BYTES, 0);
            case Type.Date -> {
                short unit = ((Date) required(field.type(new Date()))).unit();
                yield new Decoding(Layout.FIXED, Kind.INTEGER, unit == DateUnit.DAY ? 4 : 8, 0);
            }
            case Type.Time ->
                new Decoding(
                        Layout.FIXED, Kind.INTEGER, width(((Time) required(field.type(new Time()))).bitWidth()), 0);
            case Type.Timestamp, Type.Duration -> new Decoding(Layout.FIXED, Kind.INTEGER, Long.BYTES, 0);
            default -> null;
        };
    }

    private static Object required(@Nullable Object type) throws IOException {
        if (type == null) {
            throw new IOException("a column has no type");
        }
        return type;
    }

    private static Decoding integer(Int type) throws IOException {
        return new Decoding(Layout.FIXED, type.isSigned() ? Kind.INTEGER : Kind.UNSIGNED, width(type.bitWidth()), 0);
    }

    private static int width(int bits) throws IOException {
        return switch (bits) {
            case 8, 16, 32, 64 -> bits / Byte.SIZE;
            default -> throw new IOException("integers of %d bits are not read".formatted(bits));
        };
    }

    private static Decoding floating(FloatingPoint type) throws IOException {
        return switch (type.precision()) {
            case Precision.HALF -> new Decoding(Layout.HALF, Kind.NUMBER, Short.BYTES, 0);
            case Precision.SINGLE -> new Decoding(Layout.SINGLE, Kind.NUMBER, Float.BYTES, 0);
            case Precision.DOUBLE -> new Decoding(Layout.DOUBLE, Kind.NUMBER, Double.BYTES, 0);
            default -> throw new IOException("floating-point precision %d".formatted(type.precision()));
        };
    }

    private static Decoding decimal(Decimal type) throws IOException {
        int bits = type.bitWidth();
        if ((bits != 32 && bits != 64 && bits != 128 && bits != 256) || Math.abs((long) type.scale()) > LARGEST_SCALE) {
            throw new IOException("decimals of %d bits and scale %d are not read".formatted(bits, type.scale()));
        }
        return new Decoding(Layout.DECIMAL, Kind.NUMBER, bits / Byte.SIZE, type.scale());
    }

    boolean isRead() {
        return decoding != null;
    }

    private Decoding read() throws IOException {
        if (decoding == null) {
            throw new IOException(type + " is not read");
        }
        return decoding;
    }

    Kind kind() {
        return decoding == null ? Kind.NUMBER : decoding.kind();
    }

    /** The column that the batches of its dictionary hold, which have no other. */
    ArrowColumn ofDictionary() {
        return new ArrowColumn(name, type, decoding, -1, NO_INDICES, 0, 0, 0);
    }

    void addTo(ColumnValues values, ArrowBatch batch) throws IOException {
        addTo(values, batch, new ColumnValues(kind()));
    }

    void addTo(ColumnValues values, ArrowBatch batch, ColumnValues known) throws IOException {
        batch.requireNode(node);
        int rows = batch.rows();
        Decoding decoder = dictionary >= 0 ? indices : read();
        if (decoder.layout() == Layout.NOTHING) {
            for (int i = 0; i < rows; i++) {
                values.addMissing();
            }
            return;
        }
        int first = buffer;
        for (int i = 0; i < views; i++) {
            first += batch.variadicBuffers(i);
        }
        ByteBuffer present = batch.buffer(first);
        ByteBuffer data = batch.buffer(first + 1);
        ByteBuffer[] characters = characters(batch, first, decoder.layout());
        for (int i = 0; i < rows; i++) {
            if (present.hasRemaining() && !bit(present, i)) {
                values.addMissing();
            } else if (dictionary >= 0) {
                values.addOf(known, Math.toIntExact(integer(decoder, data, i)));
            } else {
                add(values, decoder, data, characters, i);
            }
        }
    }

    private ByteBuffer[] characters(ArrowBatch batch, int first, Layout layout) throws IOException {
        int count = switch (layout) {
            case TEXT, LARGE_TEXT -> 1;
            case VIEW -> batch.variadicBuffers(views);
            default -> 0;
        };
        ByteBuffer[] characters = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            characters[i] = batch.buffer(first + 2 + i);
        }
        return characters;
    }

    private static boolean bit(ByteBuffer bits, int index) {
        return (bits.get(index / Byte.SIZE) >> (index % Byte.SIZE) & 1) != 0;
    }

    private static void add(ColumnValues values, Decoding decoding, ByteBuffer data, ByteBuffer[] characters, int i) {
        int at = Math.multiplyExact(i, decoding.bytes());
        switch (decoding.layout()) {
            case NOTHING -> values.addMissing();
            case BITS -> values.add(bit(data, i));
            case FIXED -> values.add(integer(decoding, data, i));
            case HALF -> values.add((double) Half.toFloat(data.getShort(at)));
            case SINGLE -> values.add((double) data.getFloat(at));
            case DOUBLE -> values.add(data.getDouble(at));
            case DECIMAL -> values.add(decimal(decoding, data, at));
            case TEXT -> values.add(text(characters[0], data.getInt(at), data.getInt(at + Integer.BYTES)));
            case LARGE_TEXT -> values.add(text(characters[0], data.getLong(at), data.getLong(at + Long.BYTES)));
            case VIEW -> values.add(view(data, at, characters));
        }
    }

    private static long integer(Decoding decoding, ByteBuffer data, int i) {
        boolean signed = decoding.kind() == Kind.INTEGER;
        int at = Math.multiplyExact(i, decoding.bytes());
        return switch (decoding.bytes()) {
            case 1 -> signed ? data.get(at) : Byte.toUnsignedInt(data.get(at));
            case 2 -> signed ? data.getShort(at) : Short.toUnsignedInt(data.getShort(at));
            case 4 -> signed ? data.getInt(at) : Integer.toUnsignedLong(data.getInt(at));
            default -> data.getLong(at);
        };
    }

    private static double decimal(Decoding decoding, ByteBuffer data, int at) {
        byte[] bigEndian = new byte[decoding.bytes()];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = data.get(at + bigEndian.length - 1 - i);
        }
        return new BigDecimal(new BigInteger(bigEndian), decoding.scale()).doubleValue();
    }

    private static String text(ByteBuffer characters, long from, long to) {
        if (from < 0 || to < from || to > characters.limit()) {
            throw new IndexOutOfBoundsException(
                    "a text lies from %d to %d of %d bytes".formatted(from, to, characters.limit()));
        }
        byte[] bytes = new byte[(int) (to - from)];
        characters.get((int) from, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String view(ByteBuffer views, int at, ByteBuffer[] characters) {
        int length = views.getInt(at);
        if (length <= INLINE) {
            return text(views, at + 4L, at + 4L + length);
        }
        long from = views.getInt(at + 12);
        return text(characters[views.getInt(at + 8)], from, from + length);
    }
}
