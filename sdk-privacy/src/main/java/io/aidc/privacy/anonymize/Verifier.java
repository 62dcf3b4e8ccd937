package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Checks a published table as it stands. */
final class Verifier {
    private Verifier() {}

    static Verification check(PrivacyModel model, Table release, Set<String> quasiIdentifiers) {
        checkQuasiIdentifiers(quasiIdentifiers);
        Set<String> identifying = new HashSet<>(quasiIdentifiers);
        if (model instanceof PrivacyModel.OfSensitive sensitive && !identifying.add(sensitive.column())) {
            throw new IllegalArgumentException("column must not be a quasi-identifier, got " + sensitive.column());
        }
        List<Column> columns = release.columns(quasiIdentifiers);
        Classes classes = withoutSuppressed(release.classes(quasiIdentifiers), release.columns(identifying));
        Requirement requirement = new Requirements(
                        release, classes.classOf(), population -> Population.alike(columns, population))
                .of(model)
                .at(new int[columns.size()]);
        List<Verification.Violation> violations = IntStream.range(0, classes.count())
                .filter(cls -> !requirement.holds(classes, cls))
                .mapToObj(cls -> new Verification.Violation(cls, classes.first(cls), classes.size(cls)))
                .toList();
        int absent = model instanceof PrivacyModel.DeltaPresence presence && presence.min() > 0
                ? Population.alike(columns, presence.population())
                        .at(new int[columns.size()])
                        .absent(classes.classOf())
                : 0;
        return violations.isEmpty() && absent == 0
                ? new Verification.Holds(classes.count(), classes.suppressed())
                : new Verification.Violated(classes.count(), classes.suppressed(), violations, absent);
    }

    /** The classes of a table, leaving out rows that show nothing of who they are about. */
    static Classes classes(Table table, Set<String> quasiIdentifiers) {
        checkQuasiIdentifiers(quasiIdentifiers);
        return withoutSuppressed(table.classes(quasiIdentifiers), table.columns(quasiIdentifiers));
    }

    private static void checkQuasiIdentifiers(Set<String> quasiIdentifiers) {
        if (quasiIdentifiers.isEmpty()) {
            throw new IllegalArgumentException("quasiIdentifiers must have at least one");
        }
    }

    /**
     * Leaves out the rows that show {@code *} in all columns, unless all rows do, and numbers what is left in the order of
     * first rows.
     */
    private static Classes withoutSuppressed(Classes all, List<Column> columns) {
        int[] newNumber = new int[all.count()];
        Arrays.fill(newNumber, Classes.SUPPRESSED);
        int[] classOf = all.classOf().clone();
        int count = 0;
        for (int row = 0; row < classOf.length; row++) {
            int at = row;
            int old = classOf[row];
            if (columns.stream().allMatch(column -> column.cell(at).equals(Hierarchy.ANY))) {
                classOf[row] = Classes.SUPPRESSED;
            } else {
                if (newNumber[old] == Classes.SUPPRESSED) {
                    newNumber[old] = count++;
                }
                classOf[row] = newNumber[old];
            }
        }
        return count == 0 ? all : new Classes(classOf, count);
    }
}
