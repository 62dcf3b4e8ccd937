package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The state of a log in three lines, and signatures over them. Whoever keeps one elsewhere can tell later whether the log was
 * cut, edited or replaced.
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="checkpoint"}
 *
 * <p>Parsing checks no signature: that is what {@link LogVerifier} is for.
 *
 * <p><em>Immutable.</em>
 *
 * @param origin names the log: one line
 * @param size how many entries, unsigned
 * @param root the hash over all of them
 * @param extensions further lines that are signed along, none empty; usually there are none
 * @param signatures at most 128
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public record Checkpoint(
        String origin, long size, TreeHash root, List<String> extensions, List<NoteSignature> signatures) {
    static final int MAX_BYTES = 1024 * 1024;
    private static final int MAX_SIGNATURES = 128;
    private static final String WHAT = "checkpoint";

    /**
     * Checks the parts, and copies the lists.
     *
     * @throws IllegalArgumentException if a line is empty or holds a control character, or there are too many signatures
     */
    public Checkpoint {
        requireLine(Objects.requireNonNull(origin, "origin"));
        Objects.requireNonNull(root, "root");
        extensions = List.copyOf(extensions);
        extensions.forEach(Checkpoint::requireLine);
        signatures = List.copyOf(signatures);
        if (signatures.size() > MAX_SIGNATURES) {
            throw new IllegalArgumentException(
                    "signatures must be at most %d, got %d".formatted(MAX_SIGNATURES, signatures.size()));
        }
    }

    private static void requireLine(String line) {
        if (!Lines.isLine(line)) {
            throw new IllegalArgumentException("lines must be well-formed, not empty, and without control characters");
        }
    }

    /**
     * Reads a signed checkpoint, and checks its form alone.
     *
     * @param note UTF-8, at most 1 MiB
     * @return the checkpoint
     * @throws AuditLogException if it is no signed checkpoint
     */
    public static Checkpoint parse(byte[] note) {
        String text = Lines.text(WHAT, note, MAX_BYTES);
        int end = text.lastIndexOf("\n\n");
        if (end < 0 || !text.endsWith("\n") || end + 2 == text.length()) {
            throw Lines.malformed(WHAT, "expected lines, an empty line and signatures");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        for (String line : text.substring(end + 2, text.length() - 1).split("\n", MAX_SIGNATURES + 2)) {
            signatures.add(NoteSignature.parse(line));
        }
        List<String> lines = List.of(text.substring(0, end).split("\n", -1));
        if (lines.size() < 3) {
            throw Lines.malformed(WHAT, "expected origin, size and root");
        }
        try {
            return new Checkpoint(
                    lines.get(0),
                    Lines.unsigned(WHAT, lines.get(1)),
                    Lines.hash(WHAT, lines.get(2)),
                    lines.subList(3, lines.size()),
                    signatures);
        } catch (IllegalArgumentException e) {
            throw Lines.malformed(WHAT, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns the checkpoint with its signatures, as the log publishes it.
     *
     * @return UTF-8; parses to an equal checkpoint if there is a signature
     */
    public byte[] note() {
        StringBuilder out = new StringBuilder(text()).append('\n');
        signatures.forEach(signature -> out.append(signature).append('\n'));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What is signed. */
    String text() {
        StringBuilder out = new StringBuilder();
        out.append(origin).append('\n').append(Long.toUnsignedString(size)).append('\n');
        out.append(root).append('\n');
        extensions.forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    Checkpoint signed(List<NoteSignature> more) {
        List<NoteSignature> all = new ArrayList<>(signatures);
        all.addAll(more);
        return new Checkpoint(origin, size, root, extensions, all);
    }
}
