package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.replica.NodeChunks;
import io.aidc.storage.metadata.MetadataLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Finds content that would be gone with a node. Asks for names of chunks, and reads all manifests. */
final class OnlyCopies {
    private static final int NAMED = 3;

    private final MetadataLog log;
    private final VersionReader versions;
    private final Supplier<Map<String, NodeChunks>> nodes;

    /** @param nodes all of the cluster, by id, as of each call */
    OnlyCopies(MetadataLog log, VersionReader versions, Supplier<Map<String, NodeChunks>> nodes) {
        this.log = log;
        this.versions = versions;
        this.nodes = nodes;
    }

    /**
     * Looks whether the other nodes have all that versions need; what the node itself lacks too is not lost with it.
     *
     * @throws OnlyCopyException if not
     */
    void refuseToLose(String node) throws IOException {
        Set<ChunkId> only = LiveChunks.look(log, versions).bytes().keySet();
        Map<String, NodeChunks> others = new TreeMap<>(nodes.get()); // now this node knows of every earlier change
        NodeChunks leaving = others.remove(node);
        List<String> silent = new ArrayList<>();
        for (Map.Entry<String, NodeChunks> other : others.entrySet()) {
            try {
                only = other.getValue().missing(only);
            } catch (IOException e) {
                silent.add(other.getKey());
            }
        }
        only = new HashSet<>(only);
        if (leaving != null) {
            only.removeAll(missing(leaving, only));
        }
        if (!only.isEmpty()) {
            throw new OnlyCopyException("removing %s: %d chunks, of %s, are on no other node that answers%s"
                    .formatted(node, only.size(), named(only), silent.isEmpty() ? "" : "; silent: " + silent));
        }
    }

    /** A node that is silent may have everything. */
    private static Set<ChunkId> missing(NodeChunks chunks, Set<ChunkId> ids) {
        try {
            return chunks.missing(ids);
        } catch (IOException e) {
            return Set.of();
        }
    }

    private Set<String> named(Set<ChunkId> chunks) throws IOException {
        Set<String> named = new LinkedHashSet<>();
        for (Catalog.Located version : Catalog.versionsIn(log::scan)) {
            if (needs(version.manifest(), chunks)) {
                named.add(named.size() < NAMED ? version.name() + "@" + version.label() : "...");
            }
        }
        return named;
    }

    private boolean needs(ChunkId manifest, Set<ChunkId> chunks) {
        try {
            return chunks.contains(manifest)
                    || versions.manifest(manifest).chunkIds().stream().anyMatch(chunks::contains);
        } catch (IOException e) {
            return false; // lost already
        }
    }
}
