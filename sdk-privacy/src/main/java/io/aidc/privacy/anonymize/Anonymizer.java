package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a table coarser until it satisfies the given {@linkplain PrivacyModel privacy models}, losing as little as
 * possible.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="anonymize"}
 *
 * <p>Every column needs a role, so that none is published by oversight: what others may know of a person is a
 * quasi-identifier, what they must not learn is sensitive, what names a person is removed, the rest is kept as it is.
 *
 * <p>{@link #optimal()} gives each column one level of its hierarchy and suppresses rows that still stand out;
 * {@link #mondrian()} gives each class its own ranges and suppresses nothing; it loses less where hierarchies are
 * intervals of many values, may lose more where they are few coarse groups, and does not give the best such table. No
 * result is differentially private; see {@link PrivacyModel} for what is not protected. Immutable: each option returns
 * another anonymiser.
 *
 * @see <a href="https://doi.org/10.1109/ICDE.2006.101">LeFevre, DeWitt, Ramakrishnan 2006</a> for local recoding
 */
public final class Anonymizer {
    private static final LossMeasure DEFAULT_LOSS = LossMeasure.CERTAINTY_PENALTY;

    private enum Role {
        QUASI_IDENTIFIER("a quasi-identifier"),
        SENSITIVE("sensitive"),
        INSENSITIVE("insensitive"),
        IDENTIFYING("identifying");

        private final String words;

        Role(String words) {
            this.words = words;
        }
    }

    private final Table table;
    private final Map<String, Role> roles;
    private final Map<String, Hierarchy> hierarchies;
    private final List<PrivacyModel> models;
    private double suppressAtMost;
    private LossMeasure loss;
    private SearchProgress progress;

    private Anonymizer(Table table) {
        this.table = table;
        roles = new LinkedHashMap<>();
        hierarchies = new LinkedHashMap<>();
        models = new ArrayList<>();
        loss = DEFAULT_LOSS;
        progress = (done, total) -> {};
    }

    private Anonymizer(Anonymizer other) {
        table = other.table;
        roles = new LinkedHashMap<>(other.roles);
        hierarchies = new LinkedHashMap<>(other.hierarchies);
        models = new ArrayList<>(other.models);
        suppressAtMost = other.suppressAtMost;
        loss = other.loss;
        progress = other.progress;
    }

    /**
     * Starts with a table.
     *
     * @param table the table, one row a person, at least one row
     * @return an anonymiser in which no column has a role
     * @throws IllegalArgumentException if the table is empty
     */
    public static Anonymizer of(Table table) {
        if (table.rows() == 0) {
            throw new IllegalArgumentException("table must have at least one row, got 0");
        }
        return new Anonymizer(table);
    }

    /**
     * Names a column that somebody may know of a person, and how it may be made coarser.
     *
     * @param column the column
     * @param hierarchy covers every value of the column
     * @return an anonymiser with this column
     * @throws IllegalArgumentException if there is no such column, or a value is not covered; the message names the row
     * @throws IllegalStateException if the column has a role already
     */
    public Anonymizer quasiIdentifier(String column, Hierarchy hierarchy) {
        Objects.requireNonNull(hierarchy, "hierarchy").on(table.column(column));
        Anonymizer next = role(Role.QUASI_IDENTIFIER, column);
        next.hierarchies.put(column, hierarchy);
        return next;
    }

    /**
     * Names columns whose values must not be learnt; they are published as they are, and as {@code *} in suppressed
     * rows.
     *
     * <p>They are protected only as far as a {@linkplain PrivacyModel.OfSensitive model} about them says.
     *
     * @param columns the columns
     * @return an anonymiser with these columns
     * @throws IllegalArgumentException if there is no such column
     * @throws IllegalStateException if one has a role already
     */
    public Anonymizer sensitive(String... columns) {
        return role(Role.SENSITIVE, columns);
    }

    /**
     * Names columns that are published as they are, and as {@code *} in suppressed rows; whoever knows one of them can
     * use it to find a person.
     *
     * @param columns the columns
     * @return an anonymiser with these columns
     * @throws IllegalArgumentException if there is no such column
     * @throws IllegalStateException if one has a role already
     */
    public Anonymizer insensitive(String... columns) {
        return role(Role.INSENSITIVE, columns);
    }

    /**
     * Names columns that are removed.
     *
     * @param columns the columns
     * @return an anonymiser with these columns
     * @throws IllegalArgumentException if there is no such column
     * @throws IllegalStateException if one has a role already
     */
    public Anonymizer identifying(String... columns) {
        return role(Role.IDENTIFYING, columns);
    }

    /**
     * Adds a model that the published table must satisfy, together with those added before.
     *
     * @param model the model
     * @return an anonymiser with this model
     */
    public Anonymizer require(PrivacyModel model) {
        Anonymizer next = new Anonymizer(this);
        next.models.add(Objects.requireNonNull(model, "model"));
        return next;
    }

    /**
     * Allows {@link #optimal()} to hide rows that would force the whole table to be coarser: their quasi-identifiers
     * and sensitive columns become {@code *}.
     *
     * @param share the greatest share of rows, in [0, 1), rounded down to whole rows; 0 unless set
     * @return an anonymiser with this limit
     * @throws IllegalArgumentException if the share is outside [0, 1)
     */
    public Anonymizer suppressAtMost(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("share must be in [0, 1), got " + share);
        }
        Anonymizer next = new Anonymizer(this);
        next.suppressAtMost = share;
        return next;
    }

    /**
     * Chooses what {@link #optimal()} makes as small as possible.
     *
     * @param measure the measure; {@link LossMeasure#CERTAINTY_PENALTY} unless set
     * @return an anonymiser with this measure
     */
    public Anonymizer loss(LossMeasure measure) {
        Anonymizer next = new Anonymizer(this);
        next.loss = Objects.requireNonNull(measure, "measure");
        return next;
    }

    /**
     * Watches {@link #optimal()}.
     *
     * @param listener is told how far the search has come
     * @return an anonymiser with this listener
     */
    public Anonymizer progress(SearchProgress listener) {
        Anonymizer next = new Anonymizer(this);
        next.progress = Objects.requireNonNull(listener, "listener");
        return next;
    }

    /**
     * Finds the best table in which each column shows one level of its hierarchy.
     *
     * <p>Cost: time grows with the number of combinations of levels, of which there may be a million. Testing one takes
     * up to O(rows), for diversity O(rows · log rows), for closeness also O(classes · sensitive values), and for k-map
     * and δ-presence also O((rows + people) · quasi-identifiers). Uses all processors.
     *
     * @return the table of least loss, or that there is none
     * @throws IllegalStateException if a column has no role, there is no quasi-identifier or no model, or a model's
     *     sensitive column is not {@link #sensitive}; and if rows may be suppressed although δ-presence has a least
     *     share above 0
     * @throws IllegalArgumentException if there are more than a million combinations of levels, or a model does not fit
     *     the table, as {@link PrivacyModel#check} says
     */
    public Anonymisation optimal() {
        checkComplete();
        for (PrivacyModel model : models) {
            if (model instanceof PrivacyModel.DeltaPresence presence && presence.min() > 0 && suppressAtMost > 0) {
                throw new IllegalStateException(
                        "suppressAtMost must be 0 with δ-presence of min > 0: people like a suppressed row would count as absent");
            }
        }
        List<Generalisation> columns = generalisations();
        Optional<LatticeSearch.Optimum> found =
                new LatticeSearch(dimensions(columns), requirements(), suppressAtMost, loss).run(progress);
        if (found.isEmpty()) {
            return new Anonymisation.Impossible();
        }
        return publish(
                Recoding.fullDomain(columns, found.get().node(), found.get().classes()));
    }

    /**
     * Cuts the table into small classes, each of which shows its own ranges of numbers and closest common groups.
     *
     * <p>Cost: O(rows · log rows) for each quasi-identifier. Deterministic.
     *
     * @return the table, or that not even a single class of all rows satisfies the models
     * @throws IllegalStateException as for {@link #optimal()}, and if a model compares with a population, which needs
     *     one level a column
     * @throws IllegalArgumentException if a model does not fit the table, as {@link PrivacyModel#check} says
     */
    public Anonymisation mondrian() {
        checkComplete();
        if (models.stream().anyMatch(PrivacyModel.OfPopulation.class::isInstance)) {
            throw new IllegalStateException("mondrian() cannot compare with a population; use optimal()");
        }
        List<Generalisation> columns = generalisations();
        Optional<Boxes> found = Mondrian.run(dimensions(columns), requirements());
        if (found.isEmpty()) {
            return new Anonymisation.Impossible();
        }
        return publish(Recoding.local(columns, found.get()));
    }

    private Anonymizer role(Role role, String... columns) {
        Anonymizer next = new Anonymizer(this);
        for (String column : columns) {
            table.column(column);
            Role first = next.roles.putIfAbsent(column, role);
            if (first != null) {
                throw new IllegalStateException("column %s is %s already".formatted(column, first.words));
            }
        }
        return next;
    }

    private void checkComplete() {
        List<String> missing = table.columns().stream()
                .filter(column -> !roles.containsKey(column))
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("every column needs a role, missing for " + missing);
        }
        if (hierarchies.isEmpty()) {
            throw new IllegalStateException("quasiIdentifier is missing");
        }
        if (models.isEmpty()) {
            throw new IllegalStateException("require is missing");
        }
        for (PrivacyModel model : models) {
            if (model instanceof PrivacyModel.OfSensitive sensitive
                    && roles.get(sensitive.column()) != Role.SENSITIVE) {
                throw new IllegalStateException(
                        "a model is about column %s, which is not sensitive".formatted(sensitive.column()));
            }
        }
    }

    /** In the order of the table, as everything about quasi-identifiers is. */
    private List<Generalisation> generalisations() {
        return table.columns(hierarchies.keySet()).stream()
                .map(column -> hierarchyOf(column).on(column))
                .toList();
    }

    private Hierarchy hierarchyOf(Column column) {
        return Objects.requireNonNull(hierarchies.get(column.name()));
    }

    private static List<Dimension> dimensions(List<Generalisation> columns) {
        return columns.stream().map(Generalisation::dimension).toList();
    }

    private List<Requirement> requirements() {
        List<Column> columns = table.columns(hierarchies.keySet());
        List<Hierarchy> ordered = columns.stream().map(this::hierarchyOf).toList();
        Requirements requirements = new Requirements(
                table, new int[table.rows()], population -> Population.generalised(columns, ordered, population));
        return models.stream()
                .flatMap(model -> Stream.concat(Stream.of(requirements.of(model)), requirements.ofNode(model).stream()))
                .toList();
    }

    private Anonymised publish(Recoding recoding) {
        Map<String, Column> shown = recoding.columns();
        List<Column> columns = new ArrayList<>();
        for (Column column : table.columns(roles.keySet())) {
            switch (Objects.requireNonNull(roles.get(column.name()))) {
                case QUASI_IDENTIFIER -> columns.add(Objects.requireNonNull(shown.get(column.name())));
                case SENSITIVE, INSENSITIVE -> columns.add(recoding.withoutSuppressed(column));
                case IDENTIFYING -> {}
            }
        }
        return new Anonymised(table, new Table(table.rows(), columns), recoding, hierarchies);
    }
}
