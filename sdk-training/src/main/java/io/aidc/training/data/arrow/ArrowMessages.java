package io.aidc.training.data.arrow;

import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import io.aidc.training.data.internal.ColumnValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a file one after the other: the schema, then dictionaries and batches of rows. A file is a
 * stream between two marks, with a footer that tells where its messages are; the footer is not needed to read all of
 * them.
 */
final class ArrowMessages {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    /** The mark and what fills it up to eight bytes. */
    private static final int START = 8;

    private static final int TAIL = Integer.BYTES + MAGIC.length;
    private static final int CONTINUES = -1;

    private final String source;
    private final ByteBuffer bytes;
    private final List<ArrowBatch> batches = new ArrayList<>();
    private final Map<Long, List<ArrowBatch>> dictionaries = new HashMap<>();
    private @Nullable Schema schema;

    ArrowMessages(String source, byte[] bytes) {
        this.source = source;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    Table table(List<String> wanted) {
        try {
            if (isFile()) {
                requireFileEnd();
            }
            Message next = message();
            while (next != null) {
                take(next);
                next = message();
            }
        } catch (RuntimeException | IOException e) {
            throw malformed("byte " + bytes.position(), "it cannot be decoded as Arrow messages", e);
        }
        if (schema == null) {
            throw malformed("", "it holds no Arrow schema", null);
        }
        return table(schema, wanted);
    }

    private MalformedFileException malformed(String place, String problem, @Nullable Exception cause) {
        return cause instanceof MalformedFileException named
                ? named
                : new MalformedFileException(source, place, problem, cause);
    }

    private boolean isFile() {
        return bytes.remaining() >= START && bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** Leaves what is between the marks, without the footer. */
    private void requireFileEnd() throws IOException {
        int end = bytes.limit();
        if (end < START + TAIL || !bytes.slice(end - MAGIC.length, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new IOException("the file does not end like an Arrow file");
        }
        int footer = bytes.getInt(end - TAIL);
        if (footer < 0 || footer > end - TAIL - START) {
            throw new IOException("a footer of %d bytes does not fit the file".formatted(footer));
        }
        bytes.limit(end - TAIL - footer).position(START);
    }

    /** The next message, its body next in the buffer; null at the end. */
    private @Nullable Message message() throws IOException {
        if (bytes.remaining() < Integer.BYTES) {
            return null;
        }
        int length = bytes.getInt();
        if (length == CONTINUES) {
            length = bytes.getInt();
        }
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > bytes.remaining()) {
            throw new IOException("a message of %d bytes does not fit the file".formatted(length));
        }
        ByteBuffer metadata = slice(length);
        return Message.getRootAsMessage(metadata);
    }

    private ByteBuffer slice(int length) {
        ByteBuffer slice = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        return slice;
    }

    private void take(Message message) throws IOException {
        if (message.bodyLength() < 0 || message.bodyLength() > bytes.remaining()) {
            throw new IOException("a body of %d bytes does not fit the file".formatted(message.bodyLength()));
        }
        ByteBuffer body = slice((int) message.bodyLength());
        switch (message.headerType()) {
            case MessageHeader.Schema -> take(header(message, new Schema()));
            case MessageHeader.DictionaryBatch -> take(header(message, new DictionaryBatch()), body);
            case MessageHeader.RecordBatch -> batches.add(new ArrowBatch(header(message, new RecordBatch()), body));
            default -> throw new IOException("a message of type %d is not read".formatted(message.headerType()));
        }
    }

    private static <T extends com.google.flatbuffers.Table> T header(Message message, T header) throws IOException {
        if (message.header(header) == null) {
            throw new IOException("a message has no header");
        }
        return header;
    }

    private void take(Schema found) throws IOException {
        if (schema != null) {
            throw new IOException("there is a second schema");
        }
        if (found.endianness() != Endianness.Little) {
            throw new IOException("big-endian files are not read");
        }
        schema = found;
    }

    private void take(DictionaryBatch dictionary, ByteBuffer body) throws IOException {
        List<ArrowBatch> known = dictionaries.computeIfAbsent(dictionary.id(), id -> new ArrayList<>());
        if (!known.isEmpty() && !dictionary.isDelta()) {
            throw new IOException("dictionary %d is replaced on the way, which is not read".formatted(dictionary.id()));
        }
        RecordBatch data = dictionary.data();
        if (data == null) {
            throw new IOException("dictionary %d has no values".formatted(dictionary.id()));
        }
        known.add(new ArrowBatch(data, body));
    }

    private Table table(Schema fields, List<String> wanted) {
        Map<String, ArrowColumn> all = columns(fields);
        var table = Table.builder(source);
        Set<String> taken = new HashSet<>();
        for (String name : wanted.isEmpty() ? List.copyOf(all.keySet()) : wanted) {
            ArrowColumn column = all.get(name);
            if (column == null) {
                throw new IllegalArgumentException(
                        "%s has no column '%s'; it has %s".formatted(source, name, all.keySet()));
            }
            if (!taken.add(name)) {
                throw new IllegalArgumentException("column '%s' is wanted twice".formatted(name));
            }
            values(column).addTo(table, name);
        }
        return table.build();
    }

    private Map<String, ArrowColumn> columns(Schema fields) {
        Map<String, ArrowColumn> columns = new LinkedHashMap<>();
        try {
            var layout = new ArrowLayout();
            for (int i = 0; i < fields.fieldsLength(); i++) {
                Field field = fields.fields(i);
                if (columns.put(String.valueOf(field.name()), layout.next(field)) != null) {
                    throw malformed("schema", "column '%s' stands twice".formatted(field.name()), null);
                }
            }
        } catch (RuntimeException | IOException e) {
            throw malformed("schema", "it cannot be decoded", e);
        }
        if (columns.isEmpty() || columns.keySet().stream().anyMatch(String::isBlank)) {
            throw malformed("schema", "at least 1 column is needed, and each needs a name", null);
        }
        return columns;
    }

    private ColumnValues values(ArrowColumn column) {
        String place = "column '%s'".formatted(column.name());
        if (!column.isRead()) {
            throw malformed(place, column.type() + " is not read; name the columns to read instead", null);
        }
        try {
            var dictionary = new ColumnValues(column.kind());
            for (ArrowBatch batch : dictionaries.getOrDefault(column.dictionary(), List.of())) {
                column.ofDictionary().addTo(dictionary, batch);
            }
            var values = new ColumnValues(column.kind());
            for (ArrowBatch batch : batches) {
                column.addTo(values, batch, dictionary);
            }
            return values;
        } catch (RuntimeException | IOException e) {
            throw malformed(place, "it cannot be decoded", e);
        }
    }
}
