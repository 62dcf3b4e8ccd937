package io.aidc.privacy.anonymize;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What each class shows of each quasi-identifier, and what that loses. Immutable. */
final class Recoding {
    private final List<Generalisation> quasiIdentifiers;
    private final List<Integer> node;
    private final Classes classes;
    private final Labels labels;
    private final Map<LossMeasure, Double> losses = new EnumMap<>(LossMeasure.class);

    @FunctionalInterface
    private interface Labels {
        String of(int quasiIdentifier, int cls);
    }

    private Recoding(List<Generalisation> quasiIdentifiers, List<Integer> node, Classes classes, Labels labels) {
        this.quasiIdentifiers = quasiIdentifiers;
        this.node = node;
        this.classes = classes;
        this.labels = labels;
    }

    /** One level for each quasi-identifier. */
    static Recoding fullDomain(List<Generalisation> quasiIdentifiers, List<Integer> node, Classes classes) {
        List<Dimension> dimensions =
                quasiIdentifiers.stream().map(Generalisation::dimension).toList();
        LossMeasure.Cells cells = (d, cls) -> {
            Dimension dimension = dimensions.get(d);
            return dimension.cell(node.get(d), dimension.generalised(node.get(d), dimension.code(classes.first(cls))));
        };
        Labels labels = (d, cls) -> {
            Generalisation column = quasiIdentifiers.get(d);
            int level = node.get(d);
            return column.label(level, column.levels()[level][column.column().codes()[classes.first(cls)]]);
        };
        return new Recoding(quasiIdentifiers, node, classes, labels)
                .measured(measure -> measure.of(dimensions, classes, cells));
    }

    /** The range of each class. */
    static Recoding local(List<Generalisation> quasiIdentifiers, Boxes boxes) {
        Labels labels = (d, cls) -> quasiIdentifiers.get(d).rangeLabel(boxes.lowest(d, cls), boxes.highest(d, cls));
        return new Recoding(quasiIdentifiers, List.of(), boxes.classes(), labels).measured(boxes::loss);
    }

    private Recoding measured(ToDoubleFunction<LossMeasure> loss) {
        for (LossMeasure measure : LossMeasure.values()) {
            losses.put(measure, loss.applyAsDouble(measure));
        }
        return this;
    }

    Classes classes() {
        return classes;
    }

    double loss(LossMeasure measure) {
        return Objects.requireNonNull(losses.get(measure));
    }

    /** Column → level, empty if classes differ in it. */
    Map<String, Integer> node() {
        Map<String, Integer> levels = new LinkedHashMap<>();
        for (int d = 0; d < node.size(); d++) {
            levels.put(quasiIdentifiers.get(d).column().name(), node.get(d));
        }
        return levels;
    }

    /** The quasi-identifiers as they are published. */
    Map<String, Column> columns() {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (int i = 0; i < quasiIdentifiers.size(); i++) {
            int d = i;
            String name = quasiIdentifiers.get(d).column().name();
            List<String> shown = IntStream.range(0, classes.count())
                    .mapToObj(cls -> labels.of(d, cls))
                    .toList();
            columns.put(
                    name,
                    Column.of(
                            name,
                            IntStream.of(classes.classOf())
                                    .mapToObj(cls -> cls == Classes.SUPPRESSED ? Hierarchy.ANY : shown.get(cls))
                                    .toList()));
        }
        return columns;
    }

    /** A column with its cells in suppressed rows hidden. */
    Column withoutSuppressed(Column column) {
        return Column.of(
                column.name(),
                IntStream.range(0, classes.classOf().length)
                        .mapToObj(
                                row -> classes.classOf()[row] == Classes.SUPPRESSED ? Hierarchy.ANY : column.cell(row))
                        .toList());
    }
}
