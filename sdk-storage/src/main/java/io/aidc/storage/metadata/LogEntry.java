package io.aidc.storage.metadata;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One entry of the log: commands, and the wall time of the node that put them there.
 *
 * <p>Binary form: long milliseconds, then a {@link Batch}. The time orders nothing; it says to which moment a restored state
 * belongs, and a {@link MetadataState} never lets it go back.
 *
 * <p>Immutable.
 *
 * @param millis since 1970, ≥ 0
 * @param commands in order
 */
public record LogEntry(long millis, List<Command> commands) {
    /** Copies the commands. */
    public LogEntry {
        commands = List.copyOf(commands);
    }

    /**
     * Puts a time before an encoded batch.
     *
     * @param millis since 1970
     * @param batch from {@link Batch#encode}
     * @return the binary form of an entry
     */
    public static byte[] encode(long millis, byte[] batch) {
        return ByteBuffer.allocate(Long.BYTES + batch.length)
                .putLong(millis)
                .put(batch)
                .array();
    }

    /**
     * Says whether it changes no key and no outcome, and only counts.
     *
     * @return true if all its commands are {@link Command.Barrier}
     */
    public boolean hasOnlyBarriers() {
        return commands.stream().allMatch(Command.Barrier.class::isInstance);
    }

    /**
     * Reads the binary form.
     *
     * @param bytes an entry
     * @return the entry
     * @throws IllegalArgumentException if the bytes are not an entry
     */
    public static LogEntry decode(byte[] bytes) {
        return Decoder.whole(bytes, in -> new LogEntry(in.getLong(), Decoder.list(in, Batch::readCommand)));
    }
}
