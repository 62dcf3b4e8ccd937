package io.aidc.training.prepare;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes tables into features, always in the same way; made by {@link FeaturePlan} or read from JSON.
 *
 * <p>Immutable.
 */
public final class TableEncoder {
    /** How many features an encoder may make at most. */
    public static final int MAX_FEATURES = 1_000_000;

    private static final String FORMAT = "aidc-table-encoder";
    private static final int VERSION = 1;

    private final List<Encoding> encodings;
    private final List<String> featureNames;
    /** Empty if there are no classes. */
    private final String label;

    private final List<String> classNames;
    private final List<String> targets;

    private TableEncoder(List<Encoding> encodings, String label, List<String> classNames, List<String> targets) {
        this.encodings = List.copyOf(encodings);
        this.label = label;
        this.classNames = List.copyOf(classNames);
        this.targets = List.copyOf(targets);
        List<String> names = new ArrayList<>();
        for (Encoding encoding : this.encodings) {
            if (encoding.column().equals(label) || targets.contains(encoding.column())) {
                throw new IllegalArgumentException(
                        "column '%s' is to be predicted and cannot be a feature".formatted(encoding.column()));
            }
            names.addAll(encoding.featureNames());
            if (names.size() > MAX_FEATURES) {
                throw new IllegalArgumentException("features must be at most " + MAX_FEATURES);
            }
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("two features have the name '" + name + "'");
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("an encoder needs at least 1 feature, got 0");
        }
        featureNames = List.copyOf(names);
    }

    static TableEncoder forClasses(List<Encoding> encodings, String label, List<String> classNames) {
        return new TableEncoder(encodings, label, requireClasses(label, classNames), List.of());
    }

    static TableEncoder forTargets(List<Encoding> encodings, List<String> targets) {
        return new TableEncoder(encodings, "", List.of(), targets);
    }

    static List<String> requireClasses(String column, List<String> names) {
        if (names.size() < 2
                || new HashSet<>(names).size() < names.size()
                || names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("classes of '%s' must be at least 2, differ and not be blank, got %d"
                    .formatted(column, names.size()));
        }
        return List.copyOf(names);
    }

    /**
     * Lists how columns are encoded.
     *
     * @return one for each, in the order of the plan
     */
    public List<Encoding> encodings() {
        return encodings;
    }

    /**
     * Lists the features.
     *
     * @return one name for each, such as {@code age} or {@code city=Paris}, no two equal
     */
    public List<String> featureNames() {
        return featureNames;
    }

    /**
     * Lists the classes.
     *
     * @return their names by index; empty if the plan named no label
     */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Encodes the features alone: for rows that want a prediction.
     *
     * @param table a table with the columns of the plan; others are passed over
     * @return shape {@code [rows, features]}, finite
     * @throws IllegalArgumentException if a column is lacking
     * @throws UnreadableCellException if a cell is missing or cannot be encoded
     */
    public float[][] encode(Table table) {
        float[][] features = new float[table.rows()][featureNames.size()];
        int at = 0;
        for (Encoding encoding : encodings) {
            at += ColumnWriter.write(encoding, table.texts(encoding.column()), features, at);
        }
        return features;
    }

    /**
     * Encodes features and what is to be predicted.
     *
     * @param table a table with the columns of the plan; others are passed over
     * @return the data, its features named as {@link #featureNames} has them
     * @throws IllegalArgumentException if a column is lacking or there are no rows
     * @throws UnreadableCellException if a cell is missing or cannot be encoded, or a label is no known class
     * @throws IllegalStateException if the plan named neither a label nor targets
     */
    public Dataset dataset(Table table) {
        if (!classNames.isEmpty()) {
            return Dataset.classification(encode(table), labels(table.texts(label)), featureNames, classNames);
        }
        if (targets.isEmpty()) {
            throw new IllegalStateException("the plan named neither a label nor targets");
        }
        float[][] numbers = new float[table.rows()][targets.size()];
        for (int j = 0; j < targets.size(); j++) {
            ColumnWriter.write(new Encoding.Affine(targets.get(j), 0, 1), table.texts(targets.get(j)), numbers, j);
        }
        return Dataset.regression(encode(table), numbers).withFeatureNames(featureNames);
    }

    private int[] labels(List<String> cells) {
        Map<String, Integer> indices = new HashMap<>();
        classNames.forEach(name -> indices.put(name, indices.size()));
        int[] labels = new int[cells.size()];
        for (int i = 0; i < labels.length; i++) {
            Integer index = indices.get(cells.get(i));
            if (index == null) {
                throw new UnreadableCellException(
                        i, label, cells.get(i).isBlank() ? "the label is missing" : "the label is no known class");
            }
            labels[i] = index;
        }
        return labels;
    }

    /**
     * Writes the encoder with all its constants, category texts included.
     *
     * @return JSON that {@link #fromJson} reads
     */
    public String toJson() {
        List<Object> items = new ArrayList<>();
        encodings.forEach(encoding -> items.add(EncodingJson.write(encoding)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("version", VERSION);
        document.put("features", items);
        document.put("label", label);
        document.put("classes", classNames);
        document.put("targets", targets);
        return Json.write(document);
    }

    /**
     * Reads an encoder that {@link #toJson} wrote. At most 16 Mi characters, 100,000 columns and {@value #MAX_FEATURES}
     * features.
     *
     * @param json the document; may come from outside
     * @return the encoder
     * @throws IllegalArgumentException if the document is not as it must be, naming the field
     */
    public static TableEncoder fromJson(String json) {
        Json.Fields document = Json.read("encoder", json, FORMAT, VERSION);
        List<Encoding> encodings = new ArrayList<>();
        document.objects("features").forEach(item -> encodings.add(EncodingJson.read(item)));
        String label = document.text("label");
        List<String> classes = document.texts("classes");
        List<String> targets = document.texts("targets");
        if (classes.isEmpty()) {
            return forTargets(encodings, targets);
        }
        if (!targets.isEmpty()) {
            throw new IllegalArgumentException("encoder.targets must be empty beside classes");
        }
        if (label.isBlank()) {
            throw new IllegalArgumentException("encoder.label must not be blank beside classes");
        }
        return forClasses(encodings, label, classes);
    }
}
