package io.aidc.privacy.query;

import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.List;

/** Keeps a uniform choice of at most so many of the items offered (Vitter 1985, Algorithm R). */
final class Reservoir<E> {
    private final int capacity;
    private final List<E> kept = new ArrayList<>(1);
    private long offered;

    Reservoir(int capacity) {
        this.capacity = capacity;
    }

    void offer(E item, RandomBits bits) {
        offered++;
        if (kept.size() < capacity) {
            kept.add(item);
            return;
        }
        long place = bits.nextBelow(offered);
        if (place < capacity) {
            kept.set((int) place, item);
        }
    }

    List<E> kept() {
        return kept;
    }
}
