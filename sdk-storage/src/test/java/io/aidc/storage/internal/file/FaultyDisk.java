package io.aidc.storage.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The real disk, which fails at one of its steps, counted from 0, and works again afterwards. */
public final class FaultyDisk implements Disk {
    public enum Step {
        OPEN,
        FORCE,
        /** A rename or a link. */
        MOVE,
        FORCE_DIRECTORY
    }

    /** The directories that were flushed, oldest first. */
    public final List<Path> flushedDirectories = new CopyOnWriteArrayList<>();

    private volatile CountDownLatch released = new CountDownLatch(0);
    private volatile CountDownLatch held = new CountDownLatch(1);
    private volatile String heldNames = "";
    private long failAt = Long.MAX_VALUE;
    private @Nullable Step only;
    private long steps;

    public FaultyDisk failingAt(long step) {
        failAt = step;
        only = null;
        steps = 0;
        return this;
    }

    public FaultyDisk failingAtNext(Step step) {
        failAt = 0;
        only = step;
        steps = 0;
        return this;
    }

    /** Makes flushes of files with such a name end wait until the latch is opened; returns one that opens when one waits. */
    public CountDownLatch holdingFlushesOf(String nameEnd, CountDownLatch until) {
        held = new CountDownLatch(1);
        heldNames = nameEnd;
        released = until;
        return held;
    }

    private void step(Step step, Path path) throws IOException {
        if ((only == null || only == step) && steps++ == failAt) {
            throw new IOException("injected at " + step + " of " + path.getFileName());
        }
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        step(Step.OPEN, file);
        return Disk.super.open(file, options);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        if (!heldNames.isEmpty() && file.toString().endsWith(heldNames)) {
            hold();
        }
        step(Step.FORCE, file);
        Disk.super.force(channel, file);
    }

    private void hold() throws IOException {
        held.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step(Step.MOVE, to);
        Disk.super.move(from, to);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        step(Step.MOVE, name);
        Disk.super.link(file, name);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step(Step.FORCE_DIRECTORY, directory);
        Disk.super.forceDirectory(directory);
        flushedDirectories.add(directory);
    }
}
