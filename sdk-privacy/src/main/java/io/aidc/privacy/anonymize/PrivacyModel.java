package io.aidc.privacy.anonymize;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a table must satisfy before it may be published: a condition on each class of rows that agree in all
 * quasi-identifiers, the columns that somebody outside may know of a person.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="check"}
 *
 * <p>None of these gives differential privacy. They limit what a single table shows to somebody who knows the
 * quasi-identifiers and nothing else; two tables about the same people, or other knowledge, can undo them. A column
 * wrongly left out of the quasi-identifiers is not protected at all.
 *
 * <p>A row is suppressed if it shows {@code *} in every column. Suppressed rows are in no class; a row that hides its
 * quasi-identifiers but shows something else is in a class like any other, and is checked. If all rows of a table show
 * nothing, none is suppressed and they are one class. All models are immutable.
 */
public sealed interface PrivacyModel {
    /** A model about the values of one sensitive column in each class. */
    sealed interface OfSensitive extends PrivacyModel {
        /**
         * Returns the sensitive column.
         *
         * @return its name
         */
        String column();
    }

    /** A model that compares the table with a population that it was drawn from. */
    sealed interface OfPopulation extends PrivacyModel {
        /**
         * Returns the population.
         *
         * @return a table with the same quasi-identifiers, as fine or coarse as the table in question: raw for an
         *     anonymiser, generalised like the release for a check
         */
        Table population();
    }

    /**
     * Every class has at least k rows.
     *
     * <p>Limits guessing which row is somebody's to 1/k; does not stop learning a value that all rows of a class share.
     *
     * @param k at least this many rows, &ge; 1
     * @see <a href="https://doi.org/10.1142/S0218488502001648">Sweeney 2002, "k-anonymity: a model for protecting
     *     privacy"</a>
     */
    record KAnonymity(int k) implements PrivacyModel {
        /** Checks k. */
        public KAnonymity {
            atLeastOne(k, "k");
        }
    }

    /**
     * Every class fits at least k people of a population that the table was drawn from.
     *
     * <p>Weaker than k-anonymity: somebody who knows that a person is in the table is not held back.
     *
     * @param k at least this many people, &ge; 1
     * @param population the population, as {@link OfPopulation} describes it
     * @see <a href="https://dataprivacylab.org/dataprivacy/projects/kanonymity/">Sweeney 2001, "Computational
     *     Disclosure Control", k-map</a>
     */
    record KMap(int k, Table population) implements OfPopulation {
        /** Checks k. */
        public KMap {
            atLeastOne(k, "k");
            Objects.requireNonNull(population, "population");
        }
    }

    /**
     * Every class shows at least l different values of a sensitive column.
     *
     * <p>One value may still make up nearly all of a class, and different values may mean the same.
     *
     * @param column the sensitive column
     * @param l at least this many values, &ge; 1
     * @see <a href="https://doi.org/10.1145/1217299.1217302">Machanavajjhala et al. 2007, section 4</a>
     */
    record DistinctDiversity(String column, int l) implements OfSensitive {
        /** Checks l. */
        public DistinctDiversity {
            Objects.requireNonNull(column, "column");
            atLeastOne(l, "l");
        }
    }

    /**
     * In every class the entropy of a sensitive column is at least log l.
     *
     * <p>Holds nowhere if the entropy of the whole table is lower. Compared with a slack of 1e-12, so that l equally
     * frequent values pass.
     *
     * @param column the sensitive column
     * @param l the effective number of values, &ge; 1, not necessarily whole
     * @see <a href="https://doi.org/10.1145/1217299.1217302">Machanavajjhala et al. 2007, definition 4.1</a>
     */
    record EntropyDiversity(String column, double l) implements OfSensitive {
        /** Checks l. */
        public EntropyDiversity {
            Objects.requireNonNull(column, "column");
            if (!(l >= 1) || Double.isInfinite(l)) {
                throw new IllegalArgumentException("l must be >= 1 and finite, got " + l);
            }
        }
    }

    /**
     * In every class the most frequent sensitive value is less than c times as frequent as all values from the l-th
     * most frequent on together: r₁ &lt; c·(r_l + … + r_m).
     *
     * @param column the sensitive column
     * @param c the factor, &gt; 0 and finite; smaller is stricter
     * @param l from which place on values count, &ge; 2
     * @see <a href="https://doi.org/10.1145/1217299.1217302">Machanavajjhala et al. 2007, definition 4.2</a>
     */
    record RecursiveDiversity(String column, double c, int l) implements OfSensitive {
        /** Checks c and l. */
        public RecursiveDiversity {
            Objects.requireNonNull(column, "column");
            if (!(c > 0) || Double.isInfinite(c)) {
                throw new IllegalArgumentException("c must be > 0 and finite, got " + c);
            }
            if (l < 2) {
                throw new IllegalArgumentException("l must be >= 2, got " + l);
            }
        }
    }

    /**
     * In every class the distribution of a sensitive column is within t of that in the whole table, all values being
     * equally far apart: half the sum of the differences.
     *
     * <p>The whole table are all rows for an anonymiser and the rows that are not suppressed for a check, so that a
     * share s of suppressed rows can make the two distances differ by up to s.
     *
     * @param column the sensitive column
     * @param t the greatest distance, in [0, 1]
     * @see <a href="https://doi.org/10.1109/ICDE.2007.367856">Li, Li, Venkatasubramanian 2007, equal distance</a>
     */
    record EqualCloseness(String column, double t) implements OfSensitive {
        /** Checks t. */
        public EqualCloseness {
            Objects.requireNonNull(column, "column");
            share(t, "t");
        }
    }

    /**
     * As {@link EqualCloseness}, the distance of two values being the number of steps between them in an order divided
     * by the greatest such number.
     *
     * @param column the sensitive column
     * @param t the greatest distance, in [0, 1]
     * @param order all values of the column from low to high, distinct
     * @see <a href="https://doi.org/10.1109/ICDE.2007.367856">Li, Li, Venkatasubramanian 2007, ordered distance</a>
     */
    record OrderedCloseness(String column, double t, List<String> order) implements OfSensitive {
        /** Checks t and copies the order. */
        public OrderedCloseness {
            Objects.requireNonNull(column, "column");
            share(t, "t");
            order = List.copyOf(order);
            if (new HashSet<>(order).size() != order.size()) {
                throw new IllegalArgumentException("order must have distinct values, got one twice");
            }
        }
    }

    /**
     * As {@link EqualCloseness}, the distance of two values being the level of their closest common group divided by
     * the height of a hierarchy.
     *
     * @param column the sensitive column
     * @param t the greatest distance, in [0, 1]
     * @param hierarchy the hierarchy of the sensitive values, with a height of at least 1, that ends in a single group
     * @see <a href="https://doi.org/10.1109/ICDE.2007.367856">Li, Li, Venkatasubramanian 2007, hierarchical
     *     distance</a>
     */
    record HierarchicalCloseness(String column, double t, Hierarchy hierarchy) implements OfSensitive {
        /** Checks t and the height. */
        public HierarchicalCloseness {
            Objects.requireNonNull(column, "column");
            share(t, "t");
            if (hierarchy.height() < 1) {
                throw new IllegalArgumentException("hierarchy must have a height >= 1, got " + hierarchy.height());
            }
        }
    }

    /**
     * For everybody in a population, the share of people like them who are in the table lies between two bounds: being
     * in the table is itself a secret.
     *
     * <p>People whom no class fits count with a share of 0, and so do people like a suppressed row. The table must be
     * drawn from the population.
     *
     * @param min the least share, in [0, 1]
     * @param max the greatest share, in [min, 1]
     * @param population everybody who could be in the table, as {@link OfPopulation} describes it
     * @see <a href="https://doi.org/10.1145/1247480.1247554">Nergiz, Atzori, Clifton 2007</a>
     */
    record DeltaPresence(double min, double max, Table population) implements OfPopulation {
        /** Checks the bounds. */
        public DeltaPresence {
            share(min, "min");
            share(max, "max");
            if (min > max) {
                throw new IllegalArgumentException("min must be <= max = %s, got %s".formatted(max, min));
            }
            Objects.requireNonNull(population, "population");
        }
    }

    /**
     * Demands k rows a class.
     *
     * @param k at least this many rows, &ge; 1
     * @return the model
     * @throws IllegalArgumentException if k is less than 1
     */
    static PrivacyModel kAnonymity(int k) {
        return new KAnonymity(k);
    }

    /**
     * Demands k fitting people of a population for each class.
     *
     * @param k at least this many people, &ge; 1
     * @param population the population, as {@link OfPopulation} describes it
     * @return the model
     * @throws IllegalArgumentException if k is less than 1
     */
    static PrivacyModel kMap(int k, Table population) {
        return new KMap(k, population);
    }

    /**
     * Demands l different sensitive values a class.
     *
     * @param column the sensitive column
     * @param l at least this many values, &ge; 1
     * @return the model
     * @throws IllegalArgumentException if l is less than 1
     */
    static PrivacyModel distinctDiversity(String column, int l) {
        return new DistinctDiversity(column, l);
    }

    /**
     * Demands an entropy of log l in each class.
     *
     * @param column the sensitive column
     * @param l the effective number of values, &ge; 1
     * @return the model
     * @throws IllegalArgumentException if l is less than 1 or not finite
     */
    static PrivacyModel entropyDiversity(String column, double l) {
        return new EntropyDiversity(column, l);
    }

    /**
     * Demands recursive (c, l)-diversity.
     *
     * @param column the sensitive column
     * @param c the factor, &gt; 0 and finite
     * @param l from which place on values count, &ge; 2
     * @return the model
     * @throws IllegalArgumentException if a number is outside its range
     */
    static PrivacyModel recursiveDiversity(String column, double c, int l) {
        return new RecursiveDiversity(column, c, l);
    }

    /**
     * Demands t-closeness with equal distances.
     *
     * @param column the sensitive column
     * @param t the greatest distance, in [0, 1]
     * @return the model
     * @throws IllegalArgumentException if t is outside its range
     */
    static PrivacyModel equalCloseness(String column, double t) {
        return new EqualCloseness(column, t);
    }

    /**
     * Demands t-closeness with distances along an order.
     *
     * @param column the sensitive column
     * @param t the greatest distance, in [0, 1]
     * @param order all values from low to high
     * @return the model
     * @throws IllegalArgumentException if t is outside its range or a value occurs twice
     */
    static PrivacyModel orderedCloseness(String column, double t, List<String> order) {
        return new OrderedCloseness(column, t, order);
    }

    /**
     * Demands t-closeness with distances in a hierarchy.
     *
     * @param column the sensitive column
     * @param t the greatest distance, in [0, 1]
     * @param hierarchy the hierarchy of the sensitive values
     * @return the model
     * @throws IllegalArgumentException if t is outside its range or the hierarchy has only one level
     */
    static PrivacyModel hierarchicalCloseness(String column, double t, Hierarchy hierarchy) {
        return new HierarchicalCloseness(column, t, hierarchy);
    }

    /**
     * Demands δ-presence.
     *
     * @param min the least share, in [0, 1]
     * @param max the greatest share, in [min, 1]
     * @param population everybody who could be in the table
     * @return the model
     * @throws IllegalArgumentException if a bound is outside its range
     */
    static PrivacyModel deltaPresence(double min, double max, Table population) {
        return new DeltaPresence(min, max, population);
    }

    /**
     * Checks a table, whoever made it.
     *
     * <p>Rows are in the same class if they have the same text in every quasi-identifier. Cost: O(rows ·
     * quasi-identifiers), for diversity also O(rows · log rows) and for closeness O(classes · sensitive values).
     *
     * @param release the table
     * @param quasiIdentifiers the columns that somebody outside may know, at least one
     * @return whether it holds, and if not, for which classes
     * @throws IllegalArgumentException if a column is missing in the table or the population, no quasi-identifier is
     *     given, the sensitive column is one of them, or a sensitive value is not in the order or hierarchy
     */
    default Verification check(Table release, Set<String> quasiIdentifiers) {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(quasiIdentifiers, "quasiIdentifiers");
        return Verifier.check(this, release, quasiIdentifiers);
    }

    private static void atLeastOne(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, got " + value);
        }
    }

    private static void share(double value, String name) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }
}
