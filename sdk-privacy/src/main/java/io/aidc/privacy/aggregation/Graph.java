package io.aidc.privacy.aggregation;

import java.util.List;
import java.util.TreeSet;

/**
 * Who masks with whom: all with all, or the clients on a ring in random order, each with the {@code degree} nearest.
 *
 * <p>The order follows from the round's name, so that each client computes its own neighbours and believes nobody.
 */
final class Graph {
    private final int degree;
    private final int[] ring;
    private final int[] place;

    Graph(SecureSum sum, KeySchedule keys) {
        degree = sum.degree();
        ring = new int[sum.clients()];
        place = new int[ring.length];
        MaskStream random = new MaskStream().start(keys.graphKey());
        for (int i = 0; i < ring.length; i++) {
            int at = random.below(i + 1);
            ring[i] = ring[at];
            ring[at] = i;
        }
        for (int i = 0; i < ring.length; i++) {
            place[ring[i]] = i;
        }
    }

    /** Returns the neighbours in ascending order. */
    List<Integer> neighbours(int client) {
        int size = ring.length;
        var neighbours = new TreeSet<Integer>();
        // a complete graph with an odd degree reaches the opposite client from both sides
        for (int distance = 1; distance <= (degree + 1) / 2; distance++) {
            neighbours.add(ring[(place[client] + distance) % size]);
            neighbours.add(ring[(place[client] - distance + size) % size]);
        }
        return List.copyOf(neighbours);
    }
}
