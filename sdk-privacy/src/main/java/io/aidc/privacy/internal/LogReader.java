package io.aidc.privacy.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a log once, from start to end, and checks all of it. Memory: one record. Confined: one thread at a time. */
final class LogReader {
    private final String title;
    private final Consumer<String> records;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Anchor anchor;
    private int anchorSlot;
    private long sequence;
    private String head;
    private long end;

    private LogReader(String title, Consumer<String> records) {
        this.title = title;
        this.records = records;
        this.head = Sha256.hex(title);
        this.anchor = new Anchor(0, head);
        this.end = title.length() + 2L * Anchor.BYTES;
    }

    /** Reads a file and hands on the body of each whole record. */
    static LogReader read(Path path, String title, Consumer<String> records) throws IOException {
        var reader = new LogReader(title, records);
        try (var in = new FileInputStream(path.toFile())) {
            reader.readHeader(in);
            reader.readRecords(in);
        }
        return reader;
    }

    /** The number of the last whole record. */
    long sequence() {
        return sequence;
    }

    String head() {
        return head;
    }

    /** Where the last whole record ends, in bytes from the start. */
    long end() {
        return end;
    }

    /** The place, 0 or 1, of the newest anchor. */
    int anchorSlot() {
        return anchorSlot;
    }

    /** What follows the last whole record, without the zeros of a block that was never written. */
    String unfinished() {
        String text = line.toString(ISO_8859_1);
        int length = text.length();
        while (length > 0 && text.charAt(length - 1) == 0) {
            length--;
        }
        return text.substring(0, length);
    }

    private void readHeader(InputStream in) throws IOException {
        String header = new String(in.readNBytes((int) end), ISO_8859_1);
        if (!header.startsWith(title) || header.length() < end) {
            throw new DamagedLogException(0, "not a log of this kind and version");
        }
        boolean found = false;
        for (int slot = 0; slot < 2; slot++) {
            int start = title.length() + slot * Anchor.BYTES;
            Anchor candidate = Anchor.read(header.substring(start, start + Anchor.BYTES));
            if (candidate != null && (!found || candidate.sequence() > anchor.sequence())) {
                found = true;
                anchor = candidate;
                anchorSlot = slot;
            }
        }
        if (!found) {
            throw new DamagedLogException(0, "neither anchor is readable");
        }
        checkAnchor();
    }

    private void readRecords(InputStream in) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            int start = 0;
            for (int i = 0; i < length; i++) {
                if (chunk[i] == '\n') {
                    line.write(chunk, start, i - start);
                    start = i + 1;
                    readRecord(line.toString(ISO_8859_1));
                    end += line.size() + 1L;
                    line.reset();
                }
            }
            line.write(chunk, start, length - start);
            if (line.size() > ChainedLog.LONGEST_LINE) {
                throw new DamagedLogException(sequence + 1, "a record without an end");
            }
        }
        if (sequence < anchor.sequence()) {
            throw new DamagedLogException(sequence + 1, "the file ends before record " + anchor.sequence());
        }
    }

    private void readRecord(String text) throws DamagedLogException {
        int hashAt = text.lastIndexOf(' ') + 1;
        String prefix = (sequence + 1) + " ";
        if (!text.startsWith(prefix) || hashAt <= prefix.length()) {
            throw new DamagedLogException(sequence + 1, "not a record of that number");
        }
        String hash = Sha256.hex(head + text.substring(0, hashAt));
        if (!hash.equals(text.substring(hashAt))) {
            throw new DamagedLogException(sequence + 1, "checksum mismatch");
        }
        sequence++;
        head = hash;
        checkAnchor();
        records.accept(text.substring(prefix.length(), hashAt - 1));
    }

    private void checkAnchor() throws DamagedLogException {
        if (sequence == anchor.sequence() && !head.equals(anchor.head())) {
            throw new DamagedLogException(sequence, "the anchor has another hash");
        }
    }
}
