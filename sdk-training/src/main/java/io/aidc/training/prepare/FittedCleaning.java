package io.aidc.training.prepare;

import io.aidc.training.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cleans tables by steps whose constants are known; made by {@link Cleaning#fit} or read from JSON.
 *
 * <p>Immutable.
 *
 * @param steps what is done, in order
 */
public record FittedCleaning(List<CleaningStep> steps) {
    private static final String FORMAT = "aidc-cleaning";
    private static final int VERSION = 1;

    /** Copies the list. */
    public FittedCleaning {
        steps = List.copyOf(steps);
    }

    /**
     * Does all steps: for rows to train with or to judge by.
     *
     * @param table the data; not changed
     * @return the cleaned rows and what was changed
     * @throws IllegalArgumentException if a column is lacking
     * @throws UnreadableCellException if a cell is neither missing nor a number where bounds apply
     */
    public Cleaned apply(Table table) {
        return apply(table, steps);
    }

    /**
     * Does all steps but those that drop rows: for rows that each need an answer.
     *
     * @param table the data; not changed
     * @return as many rows as before, and what was changed
     * @throws IllegalArgumentException if a column is lacking
     * @throws UnreadableCellException if a cell is neither missing nor a number where bounds apply
     */
    public Cleaned applyKeepingRows(Table table) {
        return apply(table, steps.stream().filter(step -> !step.dropsRows()).toList());
    }

    private static Cleaned apply(Table table, List<CleaningStep> steps) {
        var cells = new Cells(table);
        List<Cleaned.Change> changes = new ArrayList<>();
        steps.forEach(step -> changes.addAll(cells.apply(step)));
        return cells.cleaned(changes);
    }

    /**
     * Writes the steps and their constants.
     *
     * @return JSON that {@link #fromJson} reads
     */
    public String toJson() {
        List<Object> items = new ArrayList<>();
        steps.forEach(step -> items.add(item(step)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("version", VERSION);
        document.put("steps", items);
        return Json.write(document);
    }

    private static Map<String, Object> item(CleaningStep step) {
        Map<String, Object> item = new LinkedHashMap<>();
        if (step instanceof CleaningStep.Empty empty) {
            item.put("step", "empty");
            item.put("markers", empty.markers());
        } else if (step instanceof CleaningStep.DropDuplicates) {
            item.put("step", "dropDuplicates");
        } else if (step instanceof CleaningStep.DropMissing missing) {
            item.put("step", "dropMissing");
            item.put("columns", missing.columns());
        } else if (step instanceof CleaningStep.DropOutside outside) {
            item.put("step", "dropOutside");
            item.put("column", outside.column());
            item.put("low", outside.low());
            item.put("high", outside.high());
        } else if (step instanceof CleaningStep.Clip clip) {
            item.put("step", "clip");
            item.put("column", clip.column());
            item.put("low", clip.low());
            item.put("high", clip.high());
        } else if (step instanceof CleaningStep.Fill fill) {
            item.put("step", "fill");
            item.put("column", fill.column());
            item.put("text", fill.text());
        }
        return item;
    }

    /**
     * Reads steps that {@link #toJson} wrote. At most 16 Mi characters and 100,000 steps.
     *
     * @param json the document; may come from outside
     * @return the steps
     * @throws IllegalArgumentException if the document is not as it must be, naming the field
     */
    public static FittedCleaning fromJson(String json) {
        List<CleaningStep> steps = new ArrayList<>();
        for (Json.Fields item : Json.read("cleaning", json, FORMAT, VERSION).objects("steps")) {
            steps.add(step(item));
        }
        return new FittedCleaning(steps);
    }

    private static CleaningStep step(Json.Fields item) {
        String name = item.text("step");
        return switch (name) {
            case "empty" -> new CleaningStep.Empty(item.texts("markers"));
            case "dropDuplicates" -> new CleaningStep.DropDuplicates();
            case "dropMissing" -> new CleaningStep.DropMissing(item.texts("columns"));
            case "dropOutside" ->
                new CleaningStep.DropOutside(item.text("column"), item.number("low"), item.number("high"));
            case "clip" -> new CleaningStep.Clip(item.text("column"), item.number("low"), item.number("high"));
            case "fill" -> new CleaningStep.Fill(item.text("column"), item.text("text"));
            default -> throw new IllegalArgumentException(item.path() + ".step is of no known kind");
        };
    }
}
