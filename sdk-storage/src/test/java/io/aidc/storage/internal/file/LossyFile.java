package io.aidc.storage.internal.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** What a file has on the disk for certain, and what was done to it since. */
final class LossyFile {
    private static final int SECTOR = 512;

    private static final class Change {
        private final int position;
        private final byte[] bytes;
        private final int lengthAfter;

        private Change(long position, byte[] bytes, int lengthAfter) {
            this.position = Math.toIntExact(position);
            this.bytes = bytes;
            this.lengthAfter = lengthAfter;
        }
    }

    private final List<Change> pending = new ArrayList<>();
    private byte[] durable;
    private int length;

    LossyFile(byte[] durable) {
        this.durable = durable;
        length = durable.length;
    }

    synchronized void write(long position, byte[] bytes) {
        length = Math.max(length, Math.toIntExact(position + bytes.length));
        pending.add(new Change(position, bytes, length));
    }

    synchronized void truncate(long size) {
        length = (int) Math.min(length, size);
        pending.add(new Change(0, new byte[0], length));
    }

    synchronized void flush() {
        byte[] content = durable;
        for (Change change : pending) {
            content = apply(content, change, change.bytes.length);
        }
        durable = content;
        pending.clear();
    }

    /** A flush that failed: the pages count as written, but are not. */
    synchronized void drop() {
        pending.clear();
    }

    synchronized byte[] afterPowerCut(LossyDisk.Mode mode, RandomGenerator random) {
        byte[] content = durable;
        if (mode == LossyDisk.Mode.ORDERED) {
            int whole = random.nextInt(pending.size() + 1);
            for (Change change : pending.subList(0, whole)) {
                content = apply(content, change, change.bytes.length);
            }
            if (whole < pending.size()) {
                Change torn = pending.get(whole);
                content = apply(content, torn, random.nextInt(torn.bytes.length + 1));
            }
            return content;
        }
        for (Change change : pending) {
            switch (random.nextInt(3)) {
                case 0 -> {}
                case 1 -> content = apply(content, change, change.bytes.length);
                default -> content = applySectors(content, change, random);
            }
        }
        return content;
    }

    private static byte[] apply(byte[] content, Change change, int bytes) {
        int position = change.position;
        boolean whole = bytes == change.bytes.length;
        byte[] result = Arrays.copyOf(content, whole ? change.lengthAfter : Math.max(content.length, position + bytes));
        System.arraycopy(change.bytes, 0, result, position, bytes);
        return result;
    }

    /** The new length, and of the bytes some sectors; the others keep what they had, zeros beyond the old end. */
    private static byte[] applySectors(byte[] content, Change change, RandomGenerator random) {
        byte[] result = Arrays.copyOf(content, change.lengthAfter);
        int position = change.position;
        for (int at = 0; at < change.bytes.length; ) {
            int sectorEnd = (position + at) / SECTOR * SECTOR + SECTOR - position;
            int bytes = Math.min(sectorEnd, change.bytes.length) - at;
            if (random.nextBoolean()) {
                System.arraycopy(change.bytes, at, result, position + at, bytes);
            }
            at += bytes;
        }
        return result;
    }
}
