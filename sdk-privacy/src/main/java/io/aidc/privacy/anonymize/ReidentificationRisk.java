package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The chance that somebody who knows the quasi-identifiers of people finds their rows in a table.
 *
 * <p>Each row is in a class of rows that look alike, f of them, and is guessed with chance 1/f, or 1/F if the class
 * fits F people of a population and the attacker does not know who is in the table. Suppressed rows, which show nothing
 * but {@code *}, are left out, unless all rows do. Assumes a single table and no other knowledge, and says nothing
 * about sensitive values that all rows of a class share. Immutable.
 *
 * @param highest the chance of the row most at risk, in [0, 1]
 * @param average the mean chance of a row, in [0, 1]; see the factory for how it is taken
 * @param shareAbove the share of rows whose chance is above the threshold, in [0, 1]
 * @param threshold the threshold, in [0, 1]
 * @see <a href="https://doi.org/10.1197/jamia.M2716">El Emam, Dankar 2008</a> for prosecutor and journalist
 * @see <a href="https://doi.org/10.17226/18998">El Emam, Malin 2015, "Concepts and Methods for De-identifying Clinical
 *     Trial Data"</a> for highest, average and share above
 */
public record ReidentificationRisk(double highest, double average, double shareAbove, double threshold) {
    /** Checks the numbers. */
    public ReidentificationRisk {
        share(highest, "highest");
        share(average, "average");
        share(shareAbove, "shareAbove");
        share(threshold, "threshold");
    }

    /**
     * Measures the risk from a prosecutor, who looks for one person and knows that the person is in the table.
     *
     * <p>Highest 1 / min f; average (number of classes) / (number of rows). All are 0 for a table without rows.
     *
     * @param table the table
     * @param quasiIdentifiers the columns that the attacker knows, at least one
     * @param threshold what chance is too high, in [0, 1]
     * @return the risk
     * @throws IllegalArgumentException if there is no such column, none is given, or the threshold is outside [0, 1]
     */
    public static ReidentificationRisk prosecutor(Table table, Set<String> quasiIdentifiers, double threshold) {
        share(threshold, "threshold");
        Classes classes = Verifier.classes(table, quasiIdentifiers);
        int[] sizes = sizes(classes);
        double average = classes.count() / atLeastOne(sizes);
        return of(sizes, sizes, average, threshold);
    }

    /**
     * Measures the risk from a journalist, who looks for anybody in a population and does not know who is in the table.
     *
     * <p>Highest 1 / min F; average the greater of (number of classes) / Σ F and Σ (f/F) / (number of rows), over the
     * classes of the table.
     *
     * @param table the table, drawn from the population
     * @param quasiIdentifiers the columns that the attacker knows, at least one
     * @param population the population, as coarse as the table, see {@link Anonymised#coarsened}
     * @param threshold what chance is too high, in [0, 1]
     * @return the risk
     * @throws IllegalArgumentException as for {@link #prosecutor}, and if a class has more rows than the population has
     *     people who fit
     */
    public static ReidentificationRisk journalist(
            Table table, Set<String> quasiIdentifiers, Table population, double threshold) {
        share(threshold, "threshold");
        Classes classes = Verifier.classes(table, quasiIdentifiers);
        int[] sizes = sizes(classes);
        int[] people = people(table, quasiIdentifiers, population, classes);
        double strict = classes.count() / atLeastOne(people);
        return of(sizes, people, Math.max(strict, expected(sizes, people)), threshold);
    }

    /**
     * Measures the risk from a marketer, who links a population to the table and wants to be right often, whoever it
     * is.
     *
     * @param table the table, drawn from the population
     * @param quasiIdentifiers the columns that the attacker knows, at least one
     * @param population the population, as coarse as the table; the table itself if the attacker has just these people
     * @return the expected share of rows linked to the right person, Σ (f/F) / (number of rows)
     * @throws IllegalArgumentException as for {@link #journalist}
     * @see "Dankar, El Emam, A method for evaluating marketer re-identification risk, EDBT/ICDT Workshops 2010"
     */
    public static double marketer(Table table, Set<String> quasiIdentifiers, Table population) {
        Classes classes = Verifier.classes(table, quasiIdentifiers);
        return expected(sizes(classes), people(table, quasiIdentifiers, population, classes));
    }

    private static ReidentificationRisk of(int[] sizes, int[] people, double average, double threshold) {
        double highest = 0;
        long above = 0;
        for (int cls = 0; cls < sizes.length; cls++) {
            double risk = 1.0 / people[cls];
            highest = Math.max(highest, risk);
            above += risk > threshold ? sizes[cls] : 0;
        }
        return new ReidentificationRisk(highest, average, above / atLeastOne(sizes), threshold);
    }

    private static double expected(int[] sizes, int[] people) {
        double linked = 0;
        for (int cls = 0; cls < sizes.length; cls++) {
            linked += (double) sizes[cls] / people[cls];
        }
        return linked / atLeastOne(sizes);
    }

    private static int[] people(Table table, Set<String> quasiIdentifiers, Table population, Classes classes) {
        Objects.requireNonNull(population, "population");
        List<Column> columns = table.columns(quasiIdentifiers);
        Population.Matches matches = Population.alike(columns, population).at(new int[columns.size()]);
        int[] people = new int[classes.count()];
        for (int cls = 0; cls < people.length; cls++) {
            people[cls] = matches.people(classes.first(cls));
            if (people[cls] < classes.size(cls)) {
                throw new IllegalArgumentException(
                        "population must have everybody in the table, but for class %d has %d people to %d rows"
                                .formatted(cls, people[cls], classes.size(cls)));
            }
        }
        return people;
    }

    private static int[] sizes(Classes classes) {
        int[] sizes = new int[classes.count()];
        for (int cls = 0; cls < sizes.length; cls++) {
            sizes[cls] = classes.size(cls);
        }
        return sizes;
    }

    /** The sum, or 1 if it is 0: a divisor. */
    private static double atLeastOne(int[] sizes) {
        return Math.max(1.0, Arrays.stream(sizes).asDoubleStream().sum());
    }

    private static void share(double value, String name) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }
}
