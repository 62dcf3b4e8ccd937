package io.aidc.privacy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of hash-chained lines.
 *
 * <p>Layout, ASCII with LF: a title line; two anchor lines of fixed width; then the records.
 *
 * <pre>
 * aidc-privacy-ledger 1
 * anchor 00000000000000000002 &lt;chain hash of record 2&gt; &lt;check&gt;
 * anchor 00000000000000000001 &lt;chain hash of record 1&gt; &lt;check&gt;
 * 1 scope wards 3.0 1.0E-4 ADD_OR_REMOVE 6.0 patient &lt;chain hash&gt;
 * 2 reserve wards gaussian(8.0) &lt;chain hash&gt;
 * </pre>
 *
 * <p>The chain hash of a record is SHA-256 of the previous chain hash (for the first record, of the title line)
 * followed by the line up to its own hash. After a record is safe, an anchor is overwritten in place with it, the two
 * in turn, so that one survives a torn write. A file that does not reach its anchor has been cut. An unfinished last
 * line beyond the anchor is what a crash leaves behind: nobody was told that it was written.
 *
 * <p>Guarded by the owner. A {@link RandomAccessFile} is used because interrupting a thread closes a channel under it.
 */
final class LedgerFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
    private static final String TITLE = "aidc-privacy-ledger 1\n";
    private static final int ANCHOR_BYTES = "anchor ".length() + 20 + 1 + 64 + 1 + 16 + 1;
    private static final int RECORDS_AT = TITLE.length() + 2 * ANCHOR_BYTES;

    private final Path path;
    private final RandomAccessFile file;
    private final List<String> recovered = new ArrayList<>();
    private long sequence;
    private String head;
    private int nextAnchor;
    private String unfinished = "";
    private int unfinishedAt;

    private LedgerFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
        this.head = sha256(TITLE);
    }

    /** Opens a file, or makes it; checks all of it. */
    static LedgerFile open(Path path) throws IOException {
        if (Files.notExists(path)) {
            create(path);
        }
        var ledger = new LedgerFile(path, new RandomAccessFile(path.toFile(), "rw"));
        boolean done = false;
        try {
            ledger.replay();
            done = true;
            return ledger;
        } finally {
            if (!done) {
                ledger.file.close();
            }
        }
    }

    /** The records found on opening, without number and hash; record n is at index n − 1. */
    List<String> recovered() {
        return recovered;
    }

    String head() {
        return head;
    }

    /**
     * Cuts off the unfinished line at the end, if there is one.
     *
     * @return its text without the record number, empty if there is none or not even the number is whole
     */
    String cutUnfinished() throws IOException {
        if (unfinished.isEmpty()) {
            return "";
        }
        LOG.warn("unfinished record at the end of the ledger: file={} bytes={}", path, unfinished.length());
        file.setLength(unfinishedAt);
        file.getFD().sync();
        String prefix = (sequence + 1) + " ";
        return unfinished.startsWith(prefix) ? unfinished.substring(prefix.length()) : "";
    }

    /** Appends a record and waits until it is on the device. */
    long appendDurably(String body) throws IOException {
        long number = append(body);
        file.getFD().sync();
        writeAnchor();
        return number;
    }

    /** Appends a record that may be lost with the power. */
    long append(String body) throws IOException {
        String text = (sequence + 1) + " " + body + " ";
        String hash = sha256(head + text);
        file.seek(file.length());
        file.write((text + hash + "\n").getBytes(US_ASCII));
        sequence++;
        head = hash;
        return sequence;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            file.getFD().sync();
            writeAnchor();
        }
    }

    /** Closes without another write, after a failure. */
    void abandon() throws IOException {
        file.close();
    }

    /** Makes the file under another name first, so that it is never seen half written. */
    private static void create(Path path) throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        String origin = sha256(TITLE);
        try (var file = new RandomAccessFile(draft.toFile(), "rw")) {
            file.setLength(0);
            file.write(TITLE.getBytes(US_ASCII));
            file.write(anchor(0, origin).getBytes(US_ASCII));
            file.write(anchor(0, origin).getBytes(US_ASCII));
            file.getFD().sync();
        }
        try {
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, path);
        }
        syncDirectory(path);
    }

    private static void syncDirectory(Path path) {
        try (FileChannel directory = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // not every system opens directories; there the file's own sync has to do
            LOG.debug("directory not synced: path={}", path, e);
        }
    }

    private void replay() throws IOException {
        byte[] bytes = new byte[Math.toIntExact(file.length())];
        file.readFully(bytes);
        String text = new String(bytes, US_ASCII);
        if (!text.startsWith(TITLE) || text.length() < RECORDS_AT) {
            throw corrupt(0, "not a ledger of version 1");
        }
        Anchor anchor = newestAnchor(text);
        int position = RECORDS_AT;
        for (int end = text.indexOf('\n', position); end >= 0; end = text.indexOf('\n', position)) {
            readRecord(text.substring(position, end));
            position = end + 1;
            if (sequence == anchor.sequence() && !head.equals(anchor.head())) {
                throw corrupt(sequence, "the anchor has another hash");
            }
        }
        if (sequence < anchor.sequence()) {
            throw corrupt(sequence + 1, "the file ends before record " + anchor.sequence());
        }
        unfinished = text.substring(position);
        unfinishedAt = position;
    }

    private void readRecord(String line) {
        int hashAt = line.lastIndexOf(' ') + 1;
        String prefix = (sequence + 1) + " ";
        if (!line.startsWith(prefix) || hashAt <= prefix.length()) {
            throw corrupt(sequence + 1, "not a record of that number");
        }
        String hash = sha256(head + line.substring(0, hashAt));
        if (!hash.equals(line.substring(hashAt))) {
            throw corrupt(sequence + 1, "checksum mismatch");
        }
        recovered.add(line.substring(prefix.length(), hashAt - 1));
        sequence++;
        head = hash;
    }

    private Anchor newestAnchor(String text) {
        Anchor newest = null;
        for (int slot = 0; slot < 2; slot++) {
            int start = TITLE.length() + slot * ANCHOR_BYTES;
            Anchor anchor = Anchor.read(text.substring(start, start + ANCHOR_BYTES));
            if (anchor != null && (newest == null || anchor.sequence() > newest.sequence())) {
                newest = anchor;
                nextAnchor = 1 - slot;
            }
        }
        if (newest == null) {
            throw corrupt(0, "neither anchor is readable");
        }
        if (newest.sequence() == 0 && !newest.head().equals(head)) {
            throw corrupt(0, "the anchor has another hash");
        }
        return newest;
    }

    private CorruptLedgerException corrupt(long record, String problem) {
        return new CorruptLedgerException(path, record, problem);
    }

    private void writeAnchor() throws IOException {
        file.seek(TITLE.length() + (long) nextAnchor * ANCHOR_BYTES);
        file.write(anchor(sequence, head).getBytes(US_ASCII));
        nextAnchor = 1 - nextAnchor;
    }

    private static String anchor(long sequence, String head) {
        return new Anchor(sequence, head).line();
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
