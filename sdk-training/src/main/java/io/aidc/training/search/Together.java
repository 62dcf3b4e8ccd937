package io.aidc.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds the parameters that occur together. */
final class Together {
    private Together() {}

    /** Cuts all parameters of trials that ended into groups, of which each such trial has all or none. */
    static List<SortedSet<String>> groups(List<Past> trials) {
        List<SortedSet<String>> groups = new ArrayList<>();
        for (Past past : trials) {
            if (!past.isEnded()) {
                continue;
            }
            SortedSet<String> rest = new TreeSet<>();
            past.settings().forEach((name, setting) -> {
                if (!Axis.of(setting.domain()).isSingle()) {
                    rest.add(name);
                }
            });
            List<SortedSet<String>> finer = new ArrayList<>();
            for (SortedSet<String> group : groups) {
                SortedSet<String> inside = new TreeSet<>(group);
                inside.retainAll(rest);
                SortedSet<String> outside = new TreeSet<>(group);
                outside.removeAll(inside);
                rest.removeAll(inside);
                if (!inside.isEmpty()) {
                    finer.add(inside);
                }
                if (!outside.isEmpty()) {
                    finer.add(outside);
                }
            }
            if (!rest.isEmpty()) {
                finer.add(rest);
            }
            groups = finer;
        }
        return groups;
    }
}
