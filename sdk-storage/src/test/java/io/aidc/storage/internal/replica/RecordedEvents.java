package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

final class RecordedEvents implements ReplicaEvents {
    final List<String> all = new CopyOnWriteArrayList<>();
    final CountDownLatch repaired = new CountDownLatch(1);

    @Override
    public void unreachable(String node, String reason) {
        all.add("unreachable " + node);
    }

    @Override
    public void corrupt(String node, ChunkId id) {
        all.add("corrupt " + node);
    }

    @Override
    public void repaired(ChunkId id, String fromNode) {
        all.add("repaired from " + fromNode);
        repaired.countDown();
    }
}
