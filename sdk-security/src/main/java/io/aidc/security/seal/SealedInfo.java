package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What a sealed file tells anybody without a key. All of it is a claim until the file was opened.
 *
 * {@snippet class="io.aidc.security.seal.SealSnippetsTest" region="info"}
 *
 * <p><em>Immutable.</em>
 *
 * @param suite how the content is encrypted
 * @param fileId a random id that stays when the recipients are replaced, 32 lower-case hex digits
 * @param headerDigest SHA-512 of the written-once part of the header, to which the content is bound; 128 lower-case hex
 *     digits; it stays when the recipients are replaced
 * @param binding the name and context
 * @param recipients who can open it, in the order of the file
 * @param plaintextBytes how long the content is
 * @param changing whether the recipients are being replaced, or were when the program died; rewrapping once more finishes it
 */
public record SealedInfo(
        SealSuite suite,
        String fileId,
        String headerDigest,
        SealBinding binding,
        List<RecipientId> recipients,
        long plaintextBytes,
        boolean changing) {
    /** Copies the list. */
    public SealedInfo {
        Objects.requireNonNull(suite, "suite");
        Objects.requireNonNull(fileId, "fileId");
        Objects.requireNonNull(headerDigest, "headerDigest");
        Objects.requireNonNull(binding, "binding");
        recipients = List.copyOf(recipients);
    }

    /**
     * Reads a file's header.
     *
     * @param sealed a sealed file; only its first KiB are read
     * @return what it says
     * @throws MalformedSealException if it is no sealed file of a known version, or cut
     * @throws VaultIoException if it cannot be read
     */
    public static SealedInfo of(Path sealed) {
        try (FileChannel file = FileChannel.open(sealed, StandardOpenOption.READ)) {
            return of(file);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read sealed file " + sealed, e);
        }
    }

    /**
     * Reads the header of a sealed file from wherever it is.
     *
     * @param sealed read from its position 0, only its first KiB; its position moves
     * @return what it says
     * @throws MalformedSealException if it is no sealed file of a known version, or cut
     * @throws IOException if it cannot be read
     */
    public static SealedInfo of(SeekableByteChannel sealed) throws IOException {
        return of(SealReader.head(sealed), sealed.size());
    }

    /**
     * Reads the header of a sealed file in memory.
     *
     * @param sealed from position to limit; neither moves
     * @return what it says
     * @throws MalformedSealException if it is no sealed file of a known version, or cut
     */
    public static SealedInfo of(ByteBuffer sealed) {
        try {
            return of(SealedHead.read(new ByteBufferInputStream(sealed.duplicate())), sealed.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be read", e);
        }
    }

    static SealedInfo of(SealedHead head, long fileBytes) {
        SealedHeader header = head.header();
        List<RecipientId> recipients = head.slots().stream()
                .flatMap(slot -> slot.stanzas().stream())
                .map(Stanza::recipient)
                .distinct()
                .toList();
        long plaintextBytes;
        try {
            plaintextBytes = ChunkedCipher.plaintextSize(fileBytes - head.bytes());
        } catch (UnsealException e) {
            throw SealedHeader.broken("no content has %d bytes".formatted(fileBytes - head.bytes()));
        }
        HexFormat hex = HexFormat.of();
        return new SealedInfo(
                header.suite(),
                hex.formatHex(header.fileId()),
                hex.formatHex(head.hash()),
                header.binding(),
                recipients,
                plaintextBytes,
                head.isChanging());
    }
}
