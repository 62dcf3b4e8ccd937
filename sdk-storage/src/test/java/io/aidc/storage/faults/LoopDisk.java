package io.aidc.storage.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small ext4 file system in a file: a disk of one node's own that can fill up and lose power. Needs root. */
final class LoopDisk implements AutoCloseable {
    /** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: nothing more reaches the disk, not even the journal. */
    private static final String SHUTDOWN =
            "open(my $d, '<', $ARGV[0]) or die $!; my $f = pack('L', 2); ioctl($d, 0x8004587D, $f) or die $!";

    private static final long BYTES = 2048L << 20;

    private final Path image;
    private final Path mount;

    private LoopDisk(Path image, Path mount) {
        this.image = image;
        this.mount = mount;
    }

    static LoopDisk create(Path image, Path mount) throws IOException {
        Files.createDirectories(mount);
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Shell.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        var disk = new LoopDisk(image, mount);
        disk.mount();
        return disk;
    }

    Path path() {
        return mount;
    }

    private void mount() throws IOException {
        Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
    }

    /** Everything written until now survives. */
    void sync() throws IOException {
        Shell.run("sync", "-f", mount.toString());
    }

    /** Cuts the power: from here on nothing is written, and what was not flushed is lost. */
    void cutPower() throws IOException {
        Shell.run("perl", "-e", SHUTDOWN, mount.toString());
    }

    /** Brings a disk whose power was cut back; no process may use it. */
    void restore() throws IOException {
        Shell.run("umount", mount.toString());
        mount();
    }

    void fill() throws IOException {
        long left = Files.getFileStore(mount).getUsableSpace();
        Shell.works("fallocate", "-l", Long.toString(Math.max(4096, left - 65_536)), filler());
        Shell.works("dd", "if=/dev/zero", "of=" + filler() + "2", "bs=4096", "count=1000");
    }

    void empty() throws IOException {
        Files.deleteIfExists(Path.of(filler()));
        Files.deleteIfExists(Path.of(filler() + "2"));
    }

    private String filler() {
        return mount.resolve("filler").toString();
    }

    @Override
    public void close() throws IOException {
        if (!Shell.works("umount", mount.toString())) {
            Shell.run("umount", "-l", mount.toString());
        }
        Files.deleteIfExists(image);
        Shell.works("rmdir", mount.toString());
    }
}
