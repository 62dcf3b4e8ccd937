package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file in {@code snapshots/}.
 *
 * @param parent the snapshot from which unchanged files were taken over
 */
public record SnapshotFile(
        OffsetDateTime time,
        @Nullable ChunkId parent,
        ChunkId tree,
        List<String> paths,
        String host,
        String user,
        List<String> tags) {
    private static final String PROGRAM = "aidc-sdk";

    public SnapshotFile {
        paths = List.copyOf(paths);
        tags = List.copyOf(tags);
    }

    /**
     * @throws IllegalArgumentException if that is no snapshot
     */
    static SnapshotFile parse(byte[] utf8) {
        JsonObject json = Json.parse(utf8);
        return new SnapshotFile(
                json.time("time"),
                json.optionalId("parent"),
                json.id("tree"),
                json.strings("paths"),
                json.string("hostname", ""),
                json.string("username", ""),
                json.strings("tags"));
    }

    byte[] toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", JsonObject.format(time));
        if (parent != null) {
            json.put("parent", parent.hex());
        }
        json.put("tree", tree.hex());
        json.put("paths", paths);
        json.put("hostname", host);
        json.put("username", user);
        if (!tags.isEmpty()) {
            json.put("tags", tags);
        }
        json.put("program_version", PROGRAM);
        return Json.write(json);
    }
}
