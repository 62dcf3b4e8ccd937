package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was told. */
public final class RecordedDamage implements PackEvents {
    public final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void damaged(String pack, long offset, long bytes) {
        all.add("damaged " + offset + " " + bytes);
    }

    @Override
    public void quarantined(ChunkId id, String reason) {
        all.add("quarantined " + id);
    }
}
