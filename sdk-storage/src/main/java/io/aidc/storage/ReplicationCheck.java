package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.replica.NodeChunks;
import io.aidc.storage.metadata.MetadataLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds content of which too few copies would be left without a node. Asks for names of chunks, and reads all manifests. */
final class ReplicationCheck {
    private static final int NAMED = 3;

    private final MetadataLog log;
    private final VersionReader versions;
    private final DataPlane data;

    ReplicationCheck(MetadataLog log, VersionReader versions, DataPlane data) {
        this.log = log;
        this.versions = versions;
        this.data = data;
    }

    /**
     * Looks whether the other nodes have as many copies as they should of all that versions need. What the node itself lacks is not
     * made worse by its going.
     *
     * @throws UnderReplicatedException if not
     */
    void refuseToRemove(String node) throws IOException {
        Set<ChunkId> needed = LiveChunks.look(log, versions).bytes().keySet();
        Map<String, NodeChunks> others = new TreeMap<>(data.nodes()); // now this node knows of every earlier change
        NodeChunks leaving = others.remove(node);
        int copies = data.copiesAmong(others.size());
        Map<ChunkId, Integer> lacking = new HashMap<>();
        List<String> silent = new ArrayList<>();
        others.forEach((other, chunks) -> missing(chunks, needed, needed, () -> silent.add(other))
                .forEach(id -> lacking.merge(id, 1, Integer::sum)));
        lacking.values().removeIf(nodes -> others.size() - nodes >= copies);
        if (leaving != null) {
            lacking.keySet().removeAll(missing(leaving, Set.copyOf(lacking.keySet()), Set.of(), () -> {}));
        }
        if (!lacking.isEmpty()) {
            throw new UnderReplicatedException(
                    "removing %s: %d chunks, of %s, would be on fewer than %d nodes that answer%s"
                            .formatted(
                                    node,
                                    lacking.size(),
                                    named(lacking.keySet()),
                                    copies,
                                    silent.isEmpty() ? "" : "; silent: " + silent));
        }
    }

    private static Set<ChunkId> missing(
            NodeChunks chunks, Set<ChunkId> ids, Set<ChunkId> ifSilent, Runnable onSilence) {
        try {
            return chunks.missing(ids);
        } catch (IOException e) {
            onSilence.run();
            return ifSilent;
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
