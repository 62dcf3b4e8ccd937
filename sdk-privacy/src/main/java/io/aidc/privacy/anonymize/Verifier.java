package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Checks a published table as it stands. */
final class Verifier {
    private Verifier() {}

    static Verification check(PrivacyModel model, Table release, Set<String> quasiIdentifiers) {
        checkQuasiIdentifiers(quasiIdentifiers);
        if (model instanceof PrivacyModel.OfSensitive sensitive && quasiIdentifiers.contains(sensitive.column())) {
            throw new IllegalArgumentException("column must not be a quasi-identifier, got " + sensitive.column());
        }
        int[] rows = shown(release);
        Table shown = release.only(rows);
        List<Column> columns = shown.columns(quasiIdentifiers);
        Classes classes = shown.classes(quasiIdentifiers);
        Requirement requirement = new Requirements(
                        shown, classes.classOf(), population -> Population.alike(columns, population))
                .of(model)
                .at(new int[columns.size()]);
        List<Verification.Violation> violations = IntStream.range(0, classes.count())
                .filter(cls -> !requirement.holds(classes, cls))
                .mapToObj(cls -> new Verification.Violation(cls, rows[classes.first(cls)], classes.size(cls)))
                .toList();
        int absent = model instanceof PrivacyModel.DeltaPresence presence && presence.min() > 0
                ? Population.alike(columns, presence.population())
                        .at(new int[columns.size()])
                        .absent(classes.classOf())
                : 0;
        int suppressed = release.rows() - rows.length;
        return violations.isEmpty() && absent == 0
                ? new Verification.Holds(classes.count(), suppressed)
                : new Verification.Violated(classes.count(), suppressed, violations, absent);
    }

    /** The classes of a table, leaving out suppressed rows. */
    static Classes classes(Table table, Set<String> quasiIdentifiers) {
        checkQuasiIdentifiers(quasiIdentifiers);
        Classes all = table.classes(quasiIdentifiers);
        int[] classOf = new int[table.rows()];
        Arrays.fill(classOf, Classes.SUPPRESSED);
        int[] newNumber = new int[all.count()];
        Arrays.fill(newNumber, Classes.SUPPRESSED);
        int count = 0;
        for (int row : shown(table)) {
            int old = all.classOf()[row];
            if (newNumber[old] == Classes.SUPPRESSED) {
                newNumber[old] = count++;
            }
            classOf[row] = newNumber[old];
        }
        return new Classes(classOf, count);
    }

    /** The rows that show something else than {@code *} in some column; all rows if none does. */
    private static int[] shown(Table table) {
        List<Column> columns = table.columns(Set.copyOf(table.columns()));
        int[] shown = IntStream.range(0, table.rows())
                .filter(row ->
                        columns.stream().anyMatch(column -> !column.cell(row).equals(Hierarchy.ANY)))
                .toArray();
        return shown.length == 0 ? IntStream.range(0, table.rows()).toArray() : shown;
    }

    private static void checkQuasiIdentifiers(Set<String> quasiIdentifiers) {
        if (quasiIdentifiers.isEmpty()) {
            throw new IllegalArgumentException("quasiIdentifiers must have at least one");
        }
    }
}
