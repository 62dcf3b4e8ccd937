package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Shows, with nothing but the log's public key, that the log held an entry: index, proof and checkpoint in one file, by custom
 * named {@code .tlog-proof}.
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="proof"}
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://c2sp.org/tlog-proof">C2SP tlog-proof</a>
 */
public final class ProofFile {
    private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final String WHAT = "proof";
    private static final int MAX_BYTES = 2 * 1024 * 1024;
    private static final int MAX_EXTRA_BYTES = 64 * 1024;

    private final InclusionProof inclusion;
    private final Checkpoint checkpoint;
    private final byte[] extra;

    ProofFile(InclusionProof inclusion, Checkpoint checkpoint, byte[] extra) {
        this.inclusion = inclusion;
        this.checkpoint = checkpoint;
        this.extra = extra;
    }

    /**
     * Reads a proof, and checks its form alone.
     *
     * @param bytes at most 2 MiB
     * @return the proof
     * @throws AuditLogException if it is no proof
     */
    public static ProofFile parse(byte[] bytes) {
        String text = Lines.text(WHAT, bytes, MAX_BYTES);
        int end = text.indexOf("\n\n");
        List<String> lines = List.of(text.substring(0, Math.max(end, 0)).split("\n", InclusionProof.MAX_PATH + 5));
        if (!lines.get(0).equals(FIRST_LINE)) {
            throw Lines.malformed(WHAT, "expected the line " + FIRST_LINE);
        }
        int at = 1;
        byte[] extra = new byte[0];
        if (at < lines.size() && lines.get(at).startsWith(EXTRA)) {
            extra = Lines.base64(WHAT, lines.get(at++).substring(EXTRA.length()));
            if (extra.length == 0 || extra.length > MAX_EXTRA_BYTES) {
                throw Lines.malformed(WHAT, "extra must be 1 to %d bytes".formatted(MAX_EXTRA_BYTES));
            }
        }
        if (at >= lines.size() || !lines.get(at).startsWith(INDEX)) {
            throw Lines.malformed(WHAT, "expected a line with the index");
        }
        long index = Lines.unsigned(WHAT, lines.get(at++).substring(INDEX.length()));
        List<TreeHash> path = new ArrayList<>();
        for (String line : lines.subList(at, lines.size())) {
            path.add(Lines.hash(WHAT, line));
        }
        Checkpoint checkpoint = Checkpoint.parse(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
        if (path.size() > InclusionProof.MAX_PATH) {
            throw Lines.malformed(WHAT, "too many hashes");
        }
        return new ProofFile(new InclusionProof(index, checkpoint.size(), path), checkpoint, extra);
    }

    /**
     * Reads a proof from a file.
     *
     * @param file at most 2 MiB
     * @return the proof
     * @throws AuditLogException if it is no proof
     * @throws VaultIoException if it cannot be read
     */
    public static ProofFile read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return parse(in.readNBytes(MAX_BYTES + 1));
        } catch (IOException e) {
            throw new VaultIoException("Cannot read proof " + file, e);
        }
    }

    /**
     * Writes the proof to a file, in place of one that may be there.
     *
     * @param file appears whole or not at all
     * @throws VaultIoException if it cannot be written
     */
    public void write(Path file) {
        AtomicFile.replace(file, AtomicFile.Access.UMASK, out -> out.write(bytes()));
    }

    /**
     * Returns the same proof with data of the caller's, which nothing authenticates.
     *
     * @param data 1 byte to 64 KiB, such as the entry itself
     * @return a new proof
     * @throws IllegalArgumentException if there is none or too much
     */
    public ProofFile withExtra(byte[] data) {
        if (data.length < 1 || data.length > MAX_EXTRA_BYTES) {
            throw new IllegalArgumentException(
                    "data must be 1 to %d bytes, got %d".formatted(MAX_EXTRA_BYTES, data.length));
        }
        return new ProofFile(inclusion, checkpoint, data.clone());
    }

    /**
     * Checks that the log held an entry, offline.
     *
     * @param entry the bytes of the entry
     * @param verifier knows the log's key, and says how many witnesses must have cosigned
     * @throws AuditLogException if the checkpoint is not the log's, or the proof does not lead from the entry to it
     */
    public void verify(byte[] entry, LogVerifier verifier) {
        verifier.verify(checkpoint);
        inclusion.verify(TreeHash.ofEntry(entry), checkpoint);
    }

    /**
     * Returns the text of the proof.
     *
     * @return UTF-8; parses to an equal proof
     */
    public byte[] bytes() {
        StringBuilder out = new StringBuilder(FIRST_LINE).append('\n');
        extra().ifPresent(data -> out.append(EXTRA)
                .append(Base64.getEncoder().encodeToString(data))
                .append('\n'));
        out.append(INDEX).append(Long.toUnsignedString(index())).append('\n');
        inclusion.path().forEach(hash -> out.append(hash).append('\n'));
        out.append('\n').append(new String(checkpoint.note(), StandardCharsets.UTF_8));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns where the entry is.
     *
     * @return its index, counted from 0, unsigned
     */
    public long index() {
        return inclusion.index();
    }

    /**
     * Returns the way from the entry to the checkpoint.
     *
     * @return the proof of inclusion
     */
    public InclusionProof inclusion() {
        return inclusion;
    }

    /**
     * Returns what the log signed.
     *
     * @return the checkpoint, which {@link #verify} checks
     */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /**
     * Returns the data that somebody put beside the proof.
     *
     * @return a copy, unauthenticated; empty if there is none
     */
    public Optional<byte[]> extra() {
        return extra.length == 0 ? Optional.empty() : Optional.of(extra.clone());
    }

    /** Shows index, origin and size. */
    @Override
    public String toString() {
        return "ProofFile[%s of %s in %s]"
                .formatted(
                        Long.toUnsignedString(index()), Long.toUnsignedString(checkpoint.size()), checkpoint.origin());
    }
}
