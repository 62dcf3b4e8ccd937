package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.List;

/** The classes of one node that fail a requirement, and so have to be suppressed. Confined: one thread at a time. */
final class Failures {
    private final Grouping grouping;
    private final Classes classes;
    private final boolean[] failed;
    private int rows;

    Failures(Grouping grouping) {
        this.grouping = grouping;
        classes = new Classes(grouping.classOf(), grouping.count());
        failed = new boolean[grouping.count()];
    }

    void add(List<Requirement> requirements) {
        for (Requirement requirement : requirements) {
            Requirement here = requirement.at(grouping.node());
            for (int cls = 0; cls < failed.length; cls++) {
                if (!failed[cls] && !here.holds(classes, cls)) {
                    failed[cls] = true;
                    rows += grouping.size(cls);
                }
            }
        }
    }

    /** Returns how many rows are in failing classes. */
    int rows() {
        return rows;
    }

    boolean contains(int cls) {
        return failed[cls];
    }

    /** Returns the classes that do not fail, numbered from 0 in their order. */
    Classes kept() {
        int[] renumbered = new int[failed.length];
        int kept = 0;
        for (int cls = 0; cls < failed.length; cls++) {
            renumbered[cls] = failed[cls] ? Classes.SUPPRESSED : kept++;
        }
        return new Classes(
                Arrays.stream(grouping.classOf()).map(cls -> renumbered[cls]).toArray(), kept);
    }
}
