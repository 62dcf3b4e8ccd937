package io.aidc.training.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of JSON objects, one a line, to which a search only appends. The last member of each is a check:
 *
 * <pre>
 * {"event":"report","trial":3,"step":1,"value":0.25,"crc":"e3069283"}
 * </pre>
 *
 * <p>It is the CRC32C of the check of the line before and of the line up to the comma before its own: eight hexadecimal
 * digits each, none for the first line. So a line changed, left out or put in between is seen. It guards against
 * accidents, not against forgery.
 *
 * <p>A last line without its end is what a crash leaves; it is cut off. A {@link RandomAccessFile} is used because
 * interrupting a thread closes a channel under it, and trials are interrupted.
 *
 * <p>Confined: one thread at a time; the study's lock sees to that.
 */
final class Journal implements AutoCloseable {
    /** The most bytes a line may have; what bounds the memory of reading. */
    static final int LONGEST_LINE = 1 << 20;

    private static final int MOST_TRIALS = 10_000_000;
    private static final String CHECK = ",\"crc\":\"";
    private static final int CHECK_LENGTH = CHECK.length() + 8 + 2;
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Path path;
    private final JournalSync sync;
    private final JournalLock lock;
    private final RandomAccessFile file;
    private final List<Attempt> attempts = new ArrayList<>();
    private JournalLine.@Nullable Header header;
    private String check = "";
    private long end;
    private int lines;
    private boolean unforced;
    private @Nullable IOException failure;

    private Journal(Path path, JournalSync sync, JournalLock lock, RandomAccessFile file) {
        this.path = path;
        this.sync = sync;
        this.lock = lock;
        this.file = file;
    }

    /**
     * Opens a journal, or makes it; checks all of it.
     *
     * @throws DamagedJournalException if it does not hold together
     * @throws JournalUnavailableException if another search has it, or it cannot be read or written
     */
    static Journal open(Path given, JournalSync sync) {
        JournalLock lock = null;
        RandomAccessFile file = null;
        Journal journal = null;
        try {
            Path path = given.toAbsolutePath();
            Path directory = path.getParent();
            if (directory == null || !Files.isDirectory(directory)) {
                throw new JournalUnavailableException(given, "has no directory to be in", null);
            }
            Path name = path.getFileName();
            path = Files.exists(path)
                    ? path.toRealPath()
                    : directory.toRealPath().resolve(String.valueOf(name));
            lock = JournalLock.tryAcquire(path);
            if (lock == null) {
                throw new JournalUnavailableException(given, "is held by another search", null);
            }
            file = new RandomAccessFile(path.toFile(), "rw");
            Journal opened = new Journal(path, sync, lock, file);
            opened.read();
            opened.cutUnfinished();
            journal = opened;
            return opened;
        } catch (IOException e) {
            throw new JournalUnavailableException(given, "cannot be read: " + e.getMessage(), e);
        } finally {
            if (journal == null) {
                closeQuietly(file);
                closeQuietly(lock);
            }
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            // The reason why the journal was not opened is being thrown and says more.
            LOG.debug("cannot close resource={}", resource, e);
        }
    }

    Path path() {
        return path;
    }

    /** What the first line told; null if the journal is empty. */
    JournalLine.@Nullable Header header() {
        return header;
    }

    /** The trials found, in the order of their numbers; those that were running have no outcome. */
    List<Attempt> attempts() {
        return attempts;
    }

    private void read() throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            var line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    lines++;
                    take(line.toByteArray());
                    end += line.size() + 1L;
                    line.reset();
                } else if (line.size() == LONGEST_LINE) {
                    throw damaged(lines + 1, "it is longer than " + LONGEST_LINE + " bytes", null);
                } else {
                    line.write(next);
                }
            }
        }
    }

    private void take(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        int body = text.length() - CHECK_LENGTH;
        if (body < 1 || !text.startsWith(CHECK, body) || !text.endsWith("\"}")) {
            throw damaged(lines, "it has no check at its end", null);
        }
        String found = text.substring(body + CHECK.length(), text.length() - 2);
        String expected = check(check, text.substring(0, body));
        if (!found.equals(expected)) {
            throw damaged(lines, "its check is %s, expected %s".formatted(found, expected), null);
        }
        check = found;
        try {
            apply(JournalText.read(text));
        } catch (IllegalArgumentException e) {
            throw damaged(lines, String.valueOf(e.getMessage()), e);
        }
    }

    private void apply(JournalLine line) {
        if (line instanceof JournalLine.Header first) {
            require(lines == 1, "only the first line may tell of the search");
            header = first;
            return;
        }
        require(header != null, "the first line must tell of the search");
        if (line instanceof JournalLine.Start start) {
            if (start.trial() == attempts.size()) {
                require(start.trial() < MOST_TRIALS, "there must be at most " + MOST_TRIALS + " trials");
                attempts.add(new Attempt(start.trial()));
            } else {
                Attempt before = attempt(start.trial());
                require(
                        before.outcome instanceof Outcome.Interrupted,
                        "trial %d must not begin again".formatted(start.trial()));
            }
            attempt(start.trial()).begin(start.at());
        } else if (line instanceof JournalLine.Parameter parameter) {
            Setting before = running(parameter.trial()).settings.put(parameter.name(), parameter.setting());
            require(before == null, "parameter '%s' must be there once".formatted(parameter.name()));
        } else if (line instanceof JournalLine.Report report) {
            Attempt attempt = running(report.trial());
            require(
                    attempt.reports.isEmpty() || attempt.reports.lastKey() < report.step(),
                    "steps must grow, got " + report.step());
            attempt.reports.put(report.step(), report.value());
        } else if (line instanceof JournalLine.End ended) {
            Attempt attempt = running(ended.trial());
            attempt.outcome = ended.outcome();
            attempt.duration = ended.duration();
        }
    }

    private Attempt running(int trial) {
        Attempt attempt = attempt(trial);
        require(attempt.outcome == null, "trial %d is over".formatted(trial));
        return attempt;
    }

    private Attempt attempt(int trial) {
        require(trial < attempts.size(), "trial %d was not begun".formatted(trial));
        return attempts.get(trial);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private DamagedJournalException damaged(int line, String reason, @Nullable Throwable cause) {
        return new DamagedJournalException(path, line, reason, cause);
    }

    private void cutUnfinished() throws IOException {
        long length = file.length();
        if (length > end) {
            LOG.warn("unfinished line at the end of the journal: file={} bytes={}", path, length - end);
            // Not forced: should a power cut undo it, it is done again.
            file.setLength(end);
        }
        file.seek(end);
    }

    private static String check(String before, String body) {
        var crc = new CRC32C();
        crc.update(before.getBytes(UTF_8));
        crc.update(body.getBytes(UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** Writes the first line, if there is none; makes the name of the file durable. */
    void begin(JournalLine.Header first) {
        if (header == null) {
            header = first;
            append(first);
            if (sync != JournalSync.AT_CLOSE) {
                force();
                syncDirectory();
            }
        }
    }

    /**
     * Appends a line.
     *
     * @throws JournalUnavailableException if it cannot be written, or an earlier one could not
     */
    void append(JournalLine line) {
        String json = JournalText.write(line);
        String body = json.substring(0, json.length() - 1);
        String next = check(check, body);
        byte[] bytes = (body + CHECK + next + "\"}\n").getBytes(UTF_8);
        if (bytes.length > LONGEST_LINE) {
            throw new IllegalArgumentException(
                    "a line of the journal must have at most %d bytes, got %d".formatted(LONGEST_LINE, bytes.length));
        }
        try {
            if (failure != null) {
                throw failure;
            }
            file.write(bytes);
            check = next;
            unforced = true;
        } catch (IOException e) {
            throw unwritable(e);
        }
        if (sync == JournalSync.EVERY_LINE || (sync == JournalSync.EVERY_TRIAL && line instanceof JournalLine.End)) {
            force();
        }
    }

    private void force() {
        try {
            file.getFD().sync();
            unforced = false;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private JournalUnavailableException unwritable(IOException e) {
        // What a failed write or sync left on the device is unknown, so nothing may follow it.
        failure = e;
        return new JournalUnavailableException(path, "cannot be written: " + e.getMessage(), e);
    }

    private void syncDirectory() {
        try (FileChannel directory = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // Not every system opens directories; there the file's own sync has to do.
            LOG.debug("directory not synced: path={}", path, e);
        }
    }

    @Override
    public void close() {
        try (lock;
                file) {
            if (failure == null && unforced) {
                file.getFD().sync();
                syncDirectory();
            }
        } catch (IOException e) {
            throw new JournalUnavailableException(path, "cannot be closed: " + e.getMessage(), e);
        }
    }
}
