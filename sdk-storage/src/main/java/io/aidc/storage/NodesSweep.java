package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.replica.NodeChunks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Deletes from the disks of the nodes that answer. A node that restarts has condemned nothing and deletes nothing.
 */
final class NodesSweep implements Sweep {
    private static final int PAGE = 8_192;

    private final Map<String, NodeChunks> nodes;
    private final Set<String> skipped = new TreeSet<>();
    private final Map<String, Set<ChunkId>> condemned = new TreeMap<>();

    /** @param nodes all of the cluster, by id */
    NodesSweep(Map<String, NodeChunks> nodes) {
        this.nodes = new TreeMap<>(nodes);
    }

    @Override
    public long condemn(long epoch, Set<ChunkId> needed) {
        nodes.forEach((node, chunks) -> {
            Set<ChunkId> garbage = new HashSet<>();
            try {
                chunks.condemn(epoch, List.of());
                List<ChunkId> page = chunks.ids(null, PAGE);
                while (!page.isEmpty()) {
                    List<ChunkId> some = new ArrayList<>(page);
                    some.removeAll(needed);
                    chunks.condemn(epoch, some);
                    garbage.addAll(some);
                    page = chunks.ids(page.get(page.size() - 1), PAGE);
                }
                condemned.put(node, garbage);
            } catch (IOException | IllegalArgumentException e) {
                skipped.add(node); // down, or it obeys a later collector: what it has condemned is not swept
            }
        });
        return condemned.values().stream().mapToLong(Set::size).sum();
    }

    @Override
    public long sweep(long epoch, Set<ChunkId> needed) {
        long deleted = 0;
        for (Map.Entry<String, Set<ChunkId>> entry : condemned.entrySet()) {
            String node = entry.getKey();
            List<ChunkId> garbage = new ArrayList<>(entry.getValue());
            garbage.removeAll(needed);
            try {
                deleted += Objects.requireNonNull(nodes.get(node)).sweep(epoch, garbage);
            } catch (IOException e) {
                skipped.add(node);
            }
        }
        return deleted;
    }

    @Override
    public List<String> skipped() {
        return List.copyOf(skipped);
    }
}
