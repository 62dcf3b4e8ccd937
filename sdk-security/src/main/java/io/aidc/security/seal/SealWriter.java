package io.aidc.security.seal;

import io.aidc.security.internal.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Writes sealed files for a fixed set of recipients. {@link io.aidc.security.Vault} offers the same with files, and opens
 * them too.
 *
 * <p>The layout: the written-once part; two slots of equal size; zeros up to a multiple of 4096 bytes; then the content in the
 * C2SP chunked format under a random data key of 32 bytes, with SHA-512 of the written-once part as its context. The same
 * hash is bound to each wrapped data key.
 *
 * <p><em>Thread-safe: it keeps no state.</em>
 */
public final class SealWriter {
    /** Room for a key ring, an X-Wing key, a passphrase and some more, so that recipients can be added later. */
    private static final int USUAL_SLOT_BYTES = 1792;

    private static final int SLOT_STEP = 256;

    /** A slot may have to grow by a step, see {@link #header}, and readers refuse a longer one. */
    private static final int MAX_SLOT_BYTES = SealedHeader.MAX_SLOT_BYTES - SLOT_STEP;

    private final SealSuite suite;
    private final List<Recipient> recipients;
    private final Workers workers;

    private SealWriter(SealSuite suite, List<Recipient> recipients, Workers workers) {
        this.suite = suite;
        this.recipients = recipients;
        this.workers = workers;
    }

    /**
     * Returns a writer of {@link SealSuite#COBBLESTONE_256}.
     *
     * @param recipients 1 to 32 different ones, one passphrase at most; each can open alone
     * @return the writer
     * @throws IllegalArgumentException if there are none, more than 32, one twice or a second passphrase, or they do not fit the
     *     16 128 bytes that a header has for them (13 X-Wing keys do)
     */
    public static SealWriter to(List<Recipient> recipients) {
        List<Recipient> copy = List.copyOf(recipients);
        if (copy.isEmpty() || copy.size() > Slot.MAX_RECIPIENTS) {
            throw new IllegalArgumentException(
                    "recipients must be 1 to %d, got %d".formatted(Slot.MAX_RECIPIENTS, copy.size()));
        }
        if (copy.stream().map(Recipient::key).distinct().count() < copy.size()) {
            throw new IllegalArgumentException("recipients must be different ones, with one passphrase at most");
        }
        if (slotBytes(copy) > MAX_SLOT_BYTES) {
            throw new IllegalArgumentException(
                    "recipients must fit %d bytes, and may take up to %d".formatted(MAX_SLOT_BYTES, slotBytes(copy)));
        }
        return new SealWriter(SealSuite.COBBLESTONE_256, copy, Workers.none());
    }

    /**
     * Chooses how the content is encrypted.
     *
     * @param suite by default {@link SealSuite#COBBLESTONE_256}
     * @return another writer
     */
    public SealWriter suite(SealSuite suite) {
        return new SealWriter(Objects.requireNonNull(suite, "suite"), recipients, workers);
    }

    /**
     * Shares the chunks of one buffer or file among several threads. Streams stay on one thread.
     *
     * @param executor lends threads, and is never shut down here
     * @param threads how many work on one file at once, the caller's included, &gt;= 1
     * @return another writer
     * @throws IllegalArgumentException if the number is below 1
     */
    public SealWriter on(Executor executor, int threads) {
        return new SealWriter(suite, recipients, Workers.on(Objects.requireNonNull(executor, "executor"), threads));
    }

    /**
     * Seals what is written to the returned stream. Closing it completes the sealed file and closes the sink; a stream that
     * was not closed leaves bytes that do not unseal. To give up, close the sink instead.
     *
     * @param sink where the sealed file goes; the header is written at once
     * @param binding what to bind it to
     * @return takes the plaintext; confined to one thread at a time
     * @throws IOException if the sink or a key service fails
     */
    public OutputStream stream(OutputStream sink, SealBinding binding) throws IOException {
        Objects.requireNonNull(sink, "sink");
        return begin(header(binding)).stream(sink);
    }

    /**
     * Seals a buffer.
     *
     * @param plaintext from position to limit; neither moves
     * @param binding what to bind it to
     * @return the sealed file
     * @throws IllegalArgumentException if the result would not fit an array
     * @throws IOException if a key service fails
     */
    public byte[] seal(ByteBuffer plaintext, SealBinding binding) throws IOException {
        SealedHeader header = header(binding);
        long size = sealedSize(header, plaintext.remaining());
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d bytes are too many for one array; seal a file or a stream".formatted(plaintext.remaining()));
        }
        byte[] sealed = new byte[(int) size];
        begin(header).whole(Region.of(plaintext), plaintext.remaining(), new Region.OfArray(sealed, 0));
        return sealed;
    }

    /**
     * Seals a buffer into memory that the caller keeps and uses again.
     *
     * @param plaintext from position to limit; neither moves
     * @param binding what to bind it to
     * @param target gets the sealed file from its position on, which moves behind it; with an array of its own not that of the
     *     plaintext
     * @throws IllegalArgumentException if the sealed file does not fit, see {@link #sealedSize}
     * @throws IOException if a key service fails
     */
    public void seal(ByteBuffer plaintext, SealBinding binding, ByteBuffer target) throws IOException {
        SealedHeader header = header(binding);
        long size = sealedSize(header, plaintext.remaining());
        if (size > target.remaining()) {
            throw new IllegalArgumentException(
                    "target must have room for %d bytes, got %d".formatted(size, target.remaining()));
        }
        ByteBuffer room = target.slice(target.position(), (int) size);
        begin(header).whole(Region.of(plaintext), plaintext.remaining(), Region.of(room));
        target.position(target.position() + (int) size);
    }

    /**
     * Seals a file, or what another channel holds.
     *
     * @param plaintext read from its position 0 to the end it has now; by several threads at once if it is a file
     * @param target empty; written from its start
     * @param binding what to bind it to
     * @throws IOException if reading, writing or a key service fails, or the file changed its length meanwhile
     */
    public void seal(SeekableByteChannel plaintext, FileChannel target, SealBinding binding) throws IOException {
        long length = plaintext.size();
        Region in = new Region.OfChannel(plaintext, 0);
        begin(header(binding)).whole(in, length, new Region.OfChannel(target, 0));
        // a size may be wrong: the file grew, or the system does not know it beforehand and says 0
        if (plaintext.position(length).read(ByteBuffer.allocate(1)) > 0) {
            throw new IOException("it has more than the %d bytes that it had when it was opened".formatted(length));
        }
    }

    /**
     * Returns how long a sealed file becomes.
     *
     * @param plaintextBytes &gt;= 0
     * @param binding what it is bound to
     * @return bytes
     * @throws IllegalArgumentException if the length is negative
     */
    public long sealedSize(long plaintextBytes, SealBinding binding) {
        return sealedSize(header(binding), plaintextBytes);
    }

    private static long sealedSize(SealedHeader header, long plaintextBytes) {
        int prefix = header.encode().length;
        return prefix
                + 2L * header.slotBytes()
                + SealedHead.padding(prefix, header.slotBytes())
                + ChunkedCipher.encryptedSize(plaintextBytes);
    }

    /** Makes the slots a step longer if too few zeros would follow to hold the mark. */
    private SealedHeader header(SealBinding binding) {
        int slotBytes = slotBytes(recipients);
        SealedHeader header = new SealedHeader(suite, random(SealedHeader.FILE_ID_BYTES), binding, "", slotBytes);
        int padding = SealedHead.padding(header.encode().length, slotBytes);
        return padding >= SealedHead.MARK.length
                ? header
                : new SealedHeader(suite, header.fileId(), binding, "", slotBytes + SLOT_STEP);
    }

    Begun begin(SealedHeader header) throws IOException {
        byte[] dataKey = random(SealedHead.DATA_KEY_BYTES);
        byte[] contentKey = suite.contentKey(dataKey);
        boolean done = false;
        try {
            byte[] prefix = header.encode();
            byte[] empty = new byte[header.slotBytes()];
            byte[] padding = new byte[SealedHead.padding(prefix.length, empty.length)];
            SealedHead head = new SealedHead(header, prefix, empty, empty, padding);
            Slot slot = slot(1, dataKey, head.hash());
            byte[] live = slot.encode(header.slotBytes());
            HeaderMac.write(dataKey, prefix, live);
            done = true;
            return new Begun(new SealedHead(header, prefix, live, empty, padding), slot, contentKey);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
            if (!done) {
                Arrays.fill(contentKey, (byte) 0);
            }
        }
    }

    Slot slot(long generation, byte[] dataKey, byte[] hash) throws IOException {
        List<Stanza> stanzas = new ArrayList<>();
        for (Recipient recipient : recipients) {
            stanzas.add(recipient.wrap(dataKey, hash));
        }
        return new Slot(generation, stanzas);
    }

    /** Whether a slot names just these recipients, at their present keys. */
    boolean wouldWrite(Slot slot) {
        List<Stanza> stanzas = slot.stanzas();
        boolean same = stanzas.size() == recipients.size();
        for (int i = 0; same && i < stanzas.size(); i++) {
            same = recipients.get(i).writes(stanzas.get(i).recipient());
        }
        return same;
    }

    private static int slotBytes(List<Recipient> recipients) {
        int needed = Slot.FIXED_BYTES
                + recipients.stream().mapToInt(Recipient::maxBytes).sum();
        return Math.max(USUAL_SLOT_BYTES, (needed + SLOT_STEP - 1) / SLOT_STEP * SLOT_STEP);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** A file whose header is made, and whose content key waits for the content. */
    final class Begun {
        private final SealedHead head;
        private final Slot slot;
        private final byte[] contentKey;

        Begun(SealedHead head, Slot slot, byte[] contentKey) {
            this.head = head;
            this.slot = slot;
            this.contentKey = contentKey;
        }

        OutputStream stream(OutputStream sink) throws IOException {
            try {
                sink.write(headBytes());
                LongConsumer meter = this::count;
                return cipher().encryptingStream(sink, head.hash(), meter);
            } finally {
                Arrays.fill(contentKey, (byte) 0);
            }
        }

        void whole(Region plaintext, long length, Region sealed) throws IOException {
            try {
                byte[] bytes = headBytes();
                Region.Piece room = sealed.room(0, bytes);
                System.arraycopy(bytes, 0, room.array(), room.offset(), bytes.length);
                sealed.wrote(0, bytes.length, bytes);
                cipher().encrypt(plaintext, length, sealed.from(bytes.length), head.hash());
                count(length);
            } finally {
                Arrays.fill(contentKey, (byte) 0);
            }
        }

        private ChunkedCipher cipher() {
            return ChunkedCipher.borrowing(suite.aead(), contentKey, workers);
        }

        private void count(long bytes) {
            for (int i = 0; i < recipients.size(); i++) {
                recipients.get(i).sealed(slot.stanzas().get(i).recipient(), bytes);
            }
        }

        private byte[] headBytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(head.prefix());
            out.writeBytes(head.slotA());
            out.writeBytes(head.slotB());
            out.writeBytes(head.padding());
            return out.toByteArray();
        }
    }
}
