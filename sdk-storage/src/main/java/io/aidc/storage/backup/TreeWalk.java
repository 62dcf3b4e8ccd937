package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.TreeNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The files of a snapshot by name, read directory by directory. */
final class TreeWalk {
    private static final int MAX_DEPTH = 1000;

    private final Map<String, TreeNode> files = new TreeMap<>();
    private final Set<String> skipped = new TreeSet<>();
    private final Set<ChunkId> directories = new HashSet<>();

    private TreeWalk() {}

    /** A directory yet to be read. */
    private record Pending(String prefix, ChunkId tree, Set<ChunkId> above) {}

    /**
     * @throws io.aidc.storage.internal.restic.DamagedObjectException if a directory cannot be read
     */
    static TreeWalk of(Repository repository, Index index, ChunkId root) throws IOException {
        var walk = new TreeWalk();
        Deque<Pending> open = new ArrayDeque<>();
        open.add(new Pending("", root, Set.of()));
        while (!open.isEmpty()) {
            Pending next = open.remove();
            if (next.above.size() > MAX_DEPTH || next.above.contains(next.tree)) {
                throw new IOException("the directories of a snapshot are nested without end");
            }
            Set<ChunkId> above = new HashSet<>(next.above);
            above.add(next.tree);
            List<TreeNode> nodes = repository.tree(index, next.tree).nodes();
            walk.directories.add(next.tree);
            for (TreeNode node : nodes) {
                ChunkId subtree = node.subtree();
                String name = next.prefix + node.name();
                if (node.isFile()) {
                    walk.files.put(name, node);
                } else if (node.isDirectory() && subtree != null) {
                    open.add(new Pending(name + "/", subtree, above));
                } else {
                    walk.skipped.add(name);
                }
            }
        }
        return walk;
    }

    /** Regular files by name. */
    Map<String, TreeNode> files() {
        return files;
    }

    /** The directories, which were read whole. */
    Set<ChunkId> directories() {
        return directories;
    }

    /** Names of links and special files. */
    Set<String> skipped() {
        return skipped;
    }
}
