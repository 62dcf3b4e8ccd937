package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks for entities that are in themselves. */
final class Hierarchy {
    private static final int MAX_SHOWN = 10;

    private final Function<EntityUid, Collection<EntityUid>> parents;

    /** There and false while an entity is on the path, and true after that. */
    private final Map<EntityUid, Boolean> done = new HashMap<>();

    Hierarchy(Function<EntityUid, Collection<EntityUid>> parents) {
        this.parents = parents;
    }

    /**
     * Looks at entities one after another. Most are in something that is in nothing, which costs no memory.
     *
     * @throws PolicyException if one is in itself; it names the cycle
     */
    void requireAcyclic(EntityUid uid) {
        for (EntityUid parent : parents.apply(uid)) {
            if (!parents.apply(parent).isEmpty()) {
                walk(uid);
                return;
            }
        }
    }

    /** Depth first, without recursion. */
    private void walk(EntityUid start) {
        if (done.containsKey(start)) {
            return;
        }
        Deque<EntityUid> path = new ArrayDeque<>(List.of(start));
        Deque<Iterator<EntityUid>> open = new ArrayDeque<>();
        open.push(parents.apply(start).iterator());
        done.put(start, false);
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                done.put(path.pop(), true);
                continue;
            }
            EntityUid next = open.peek().next();
            Boolean isDone = done.get(next);
            if (isDone == null) {
                done.put(next, false);
                path.push(next);
                open.push(parents.apply(next).iterator());
            } else if (!isDone) {
                throw new PolicyException("entity " + next, "it is in itself: " + cycle(next, path));
            }
        }
    }

    private static String cycle(EntityUid uid, Deque<EntityUid> path) {
        Deque<EntityUid> cycle = new ArrayDeque<>(List.of(uid));
        for (EntityUid step : path) { // from the last step back
            cycle.addFirst(step);
            if (step.equals(uid)) {
                break;
            }
        }
        return text(cycle);
    }

    /** The steps that lead from one entity up to another, both with them; none if nothing leads there. */
    List<EntityUid> path(EntityUid from, EntityUid to) {
        Map<EntityUid, EntityUid> below = new HashMap<>(Map.of(from, from));
        Deque<EntityUid> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty() && !below.containsKey(to)) {
            EntityUid next = open.pop();
            for (EntityUid parent : parents.apply(next)) {
                if (below.putIfAbsent(parent, next) == null) {
                    open.push(parent);
                }
            }
        }
        if (!below.containsKey(to)) {
            return List.of();
        }
        Deque<EntityUid> path = new ArrayDeque<>(List.of(to));
        while (!path.getFirst().equals(from)) {
            path.addFirst(below.getOrDefault(path.getFirst(), from));
        }
        return new ArrayList<>(path);
    }

    static String text(Collection<EntityUid> path) {
        return path.stream().limit(MAX_SHOWN).map(EntityUid::toString).collect(Collectors.joining(" in "))
                + (path.size() > MAX_SHOWN ? " in ..." : "");
    }
}
