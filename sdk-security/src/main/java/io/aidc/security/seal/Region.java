package io.aidc.security.seal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/**
 * Bytes that several threads read and write by position, at different places at once. What lies in an array is used where it
 * lies; all else goes through the caller's scratch array.
 */
interface Region {
    /** Where a piece lies. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Piece(byte[] array, int offset) {}

    /** Finds or fetches bytes. */
    Piece read(long position, int length, byte[] scratch) throws IOException;

    /** Says where to put bytes that {@link #wrote} is then told of. */
    Piece room(long position, byte[] scratch);

    /** Passes on what was put into the scratch array. */
    void wrote(long position, int length, byte[] scratch) throws IOException;

    /** The same bytes, counted from a later one. */
    Region from(long position);

    /** An array, from an offset on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record OfArray(byte[] array, int offset) implements Region {
        @Override
        public Piece read(long position, int length, byte[] scratch) {
            return room(position, scratch);
        }

        @Override
        public Piece room(long position, byte[] scratch) {
            return new Piece(array, offset + (int) position);
        }

        @Override
        public void wrote(long position, int length, byte[] scratch) {
            // it is where it belongs
        }

        @Override
        public Region from(long position) {
            return new OfArray(array, offset + (int) position);
        }
    }

    /** A buffer, from index 0 on. */
    record OfBuffer(ByteBuffer buffer) implements Region {
        @Override
        public Piece read(long position, int length, byte[] scratch) {
            buffer.get((int) position, scratch, 0, length);
            return new Piece(scratch, 0);
        }

        @Override
        public Piece room(long position, byte[] scratch) {
            return new Piece(scratch, 0);
        }

        @Override
        public void wrote(long position, int length, byte[] scratch) {
            buffer.put((int) position, scratch, 0, length);
        }

        @Override
        public Region from(long position) {
            return new OfBuffer(buffer.slice((int) position, buffer.limit() - (int) position));
        }
    }

    /** A file or another channel that can seek, from an offset on; without a file's positional reads, one thread at a time. */
    record OfChannel(SeekableByteChannel channel, long offset) implements Region {
        @Override
        public Piece read(long position, int length, byte[] scratch) throws IOException {
            ByteBuffer into = ByteBuffer.wrap(scratch, 0, length);
            if (channel instanceof FileChannel file) {
                for (long at = offset + position; into.hasRemaining(); at = offset + position + into.position()) {
                    requireMore(file.read(into, at));
                }
            } else {
                synchronized (channel) {
                    channel.position(offset + position);
                    while (into.hasRemaining()) {
                        requireMore(channel.read(into));
                    }
                }
            }
            return new Piece(scratch, 0);
        }

        @Override
        public Piece room(long position, byte[] scratch) {
            return new Piece(scratch, 0);
        }

        @Override
        public void wrote(long position, int length, byte[] scratch) throws IOException {
            ByteBuffer from = ByteBuffer.wrap(scratch, 0, length);
            if (channel instanceof FileChannel file) {
                while (from.hasRemaining()) {
                    file.write(from, offset + position + from.position());
                }
            } else {
                synchronized (channel) {
                    channel.position(offset + position);
                    while (from.hasRemaining()) {
                        channel.write(from);
                    }
                }
            }
        }

        @Override
        public Region from(long position) {
            return new OfChannel(channel, offset + position);
        }

        private static void requireMore(int read) throws EOFException {
            if (read < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
    }

    /** The buffer's own array if it has one, so that nothing is copied. */
    static Region of(ByteBuffer buffer) {
        return buffer.hasArray()
                ? new OfArray(buffer.array(), buffer.arrayOffset() + buffer.position())
                : new OfBuffer(buffer.slice());
    }
}
