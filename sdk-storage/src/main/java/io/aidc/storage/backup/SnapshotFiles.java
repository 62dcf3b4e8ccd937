package io.aidc.storage.backup;

import io.aidc.storage.internal.restic.TreeNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * The files of one snapshot, for reading many of them: its directories are read once.
 *
 * <p>Takes no lock: a prune at the same time can make reading fail. Thread-safe: immutable, each stream for itself.
 */
public final class SnapshotFiles {
    /** Opens a file's blobs one after the other. */
    interface Opener {
        InputStream open(TreeNode file) throws IOException;
    }

    private final Snapshot snapshot;
    private final Map<String, TreeNode> files;
    private final Opener opener;

    SnapshotFiles(Snapshot snapshot, Map<String, TreeNode> files, Opener opener) {
        this.snapshot = snapshot;
        this.files = Map.copyOf(files);
        this.opener = opener;
    }

    /**
     * Lists the files.
     *
     * @return their names, in no order
     */
    public Set<String> names() {
        return files.keySet();
    }

    /**
     * Tells when a file's content last changed, as its source said.
     *
     * @param file its name in the snapshot
     * @return its time
     * @throws NoSuchFileException if the snapshot has no such file
     */
    public Instant modified(String file) throws NoSuchFileException {
        return node(file).modified();
    }

    /**
     * Opens a file.
     *
     * @param file its name in the snapshot
     * @return a stream that reads, and checks, about 1 MiB at a time; confined to one thread at a time
     * @throws NoSuchFileException if the snapshot has no such file
     * @throws DamagedBackupException if it cannot be read, also from the stream
     * @throws IOException if the store failed, also from the stream
     */
    public InputStream open(String file) throws IOException {
        return opener.open(node(file));
    }

    private TreeNode node(String file) throws NoSuchFileException {
        TreeNode node = files.get(file);
        if (node == null) {
            throw new NoSuchFileException(file, snapshot.id(), "the snapshot has no such file");
        }
        return node;
    }
}
