package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of a table and below them those of a population, coded together. Immutable. */
final class Population {
    private final int tableRows;
    private final List<Column> joint;
    private final List<int[][]> levels;

    private Population(int tableRows, List<Column> joint, List<int[][]> levels) {
        this.tableRows = tableRows;
        this.joint = joint;
        this.levels = levels;
    }

    /** A population as coarse as the table; it has a single node. */
    static Population alike(List<Column> columns, Table population) {
        List<Column> joint = joint(columns, population);
        List<int[][]> levels = joint.stream()
                .map(column -> new int[][] {IntStream.range(0, column.size()).toArray()})
                .toList();
        return new Population(columns.get(0).codes().length, joint, levels);
    }

    /** A raw population that is generalised with the table. */
    static Population generalised(List<Column> columns, List<Hierarchy> hierarchies, Table population) {
        List<Column> joint = joint(columns, population);
        List<int[][]> levels = new ArrayList<>();
        for (int i = 0; i < joint.size(); i++) {
            levels.add(hierarchies.get(i).on(joint.get(i)).levels());
        }
        return new Population(columns.get(0).codes().length, joint, levels);
    }

    private static List<Column> joint(List<Column> columns, Table population) {
        return columns.stream()
                .map(column -> column.followedBy(population.column(column.name())))
                .toList();
    }

    int tableRows() {
        return tableRows;
    }

    /** Counts, at one node, the people who look like each row. */
    Matches at(int[] node) {
        List<int[]> codes = new ArrayList<>();
        for (int i = 0; i < joint.size(); i++) {
            int[] level = levels.get(i)[node[i]];
            codes.add(
                    IntStream.of(joint.get(i).codes()).map(code -> level[code]).toArray());
        }
        int[] classOf = Classes.of(joint.get(0).codes().length, codes).classOf();
        int[] people = new int[classOf.length];
        for (int row = tableRows; row < classOf.length; row++) {
            people[classOf[row]]++;
        }
        return new Matches(classOf, people, tableRows);
    }

    /** How many people look like whom at one node. */
    static final class Matches {
        private final int[] classOf;
        private final int[] people;
        private final int tableRows;

        private Matches(int[] classOf, int[] people, int tableRows) {
            this.classOf = classOf;
            this.people = people;
            this.tableRows = tableRows;
        }

        /** The number of people who look like a row of the table. */
        int people(int row) {
            return people[classOf[row]];
        }

        /** The number of people who look like no row of a class; takes the class of each row of the table. */
        int absent(int[] published) {
            boolean[] present = new boolean[people.length];
            for (int row = 0; row < tableRows; row++) {
                present[classOf[row]] |= published[row] != Classes.SUPPRESSED;
            }
            return (int) IntStream.range(tableRows, classOf.length)
                    .filter(row -> !present[classOf[row]])
                    .count();
        }
    }
}
