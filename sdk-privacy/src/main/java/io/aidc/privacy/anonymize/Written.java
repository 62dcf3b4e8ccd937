package io.aidc.privacy.anonymize;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Paths written out value by value, in the order given. */
final class Written implements Hierarchy.Paths {
    private final Map<String, List<String>> paths = new HashMap<>();
    private final Map<String, Integer> places = new HashMap<>();

    Written(Map<String, List<String>> inOrder) {
        inOrder.forEach((value, path) -> {
            places.put(value, places.size());
            paths.put(value, path);
        });
    }

    @Override
    public List<String> of(String value) {
        return paths.getOrDefault(value, List.of());
    }

    @Override
    public Comparator<String> order() {
        return Comparator.comparing(places::get);
    }
}
