package io.aidc.storage.internal.file;

import io.aidc.storage.internal.file.LossyDisk.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel that tells its file what was written and flushed. Confined: one writing thread at a time. */
final class LossyChannel extends FileChannel {
    private final LossyDisk disk;
    private final LossyFile file;
    private final FileChannel real;

    LossyChannel(LossyDisk disk, LossyFile file, FileChannel real) {
        this.disk = disk;
        this.file = file;
        this.real = real;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        long position = real.position();
        int written = write(source, position);
        real.position(position + written);
        return written;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        if (disk.happens(Fault.NO_SPACE)) {
            throw new IOException("injected: No space left on device");
        }
        boolean fails = disk.happens(Fault.WRITE_FAILS);
        int bytes = source.remaining();
        if (fails) {
            bytes /= 2;
        } else if (bytes > 1 && disk.happens(Fault.SHORT_WRITE)) {
            bytes = 1;
        }
        byte[] content = new byte[bytes];
        source.get(content);
        for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
            real.write(rest, position + rest.position());
        }
        file.write(position, content);
        if (fails) {
            throw new IOException("injected: Input/output error");
        }
        return bytes;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long written = 0;
        for (int i = offset; i < offset + length; i++) {
            while (sources[i].hasRemaining()) {
                written += write(sources[i]);
            }
        }
        return written;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (disk.happens(Fault.FLUSH_FAILS)) {
            file.drop();
            throw new IOException("injected: flush failed");
        }
        file.flush();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        real.truncate(size);
        file.truncate(size);
        return this;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        failRead();
        return real.read(target);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        failRead();
        return real.read(target, position);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        failRead();
        return real.read(targets, offset, length);
    }

    private void failRead() throws IOException {
        if (disk.happens(Fault.READ_FAILS)) {
            throw new IOException("injected: Input/output error");
        }
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        real.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        failRead();
        return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
        long done = 0;
        while (done < count) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
            if (source.read(buffer) < 0) {
                break;
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                done += write(buffer, position + done);
            }
        }
        return done;
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException("what is written through a map cannot be seen");
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }
}
