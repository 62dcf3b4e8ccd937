package io.aidc.training;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Holds rows of float32 features with what is to be learned from them: a class or numbers.
 *
 * <p>Everything is checked and copied when the data set is made: rows of one length, finite numbers, labels in range.
 * Only {@link #ofRows} takes an array over instead of copying it.
 *
 * <p>Immutable.
 */
public final class Dataset {
    /** What three fractions such as 0.7, 0.2 and 0.1 may lack of 1 in float64. */
    private static final double ROUNDING = 1e-9;

    private final int rows;
    private final int width;
    private final int targetWidth;
    private final float[] features;
    private final float[] targets;
    private final List<String> featureNames;
    private final List<String> classNames;

    /** Takes over arrays that are checked. */
    Dataset(float[] features, float[] targets, int rows, List<String> featureNames, List<String> classNames) {
        this.rows = rows;
        this.width = features.length / rows;
        this.targetWidth = targets.length / rows;
        this.features = features;
        this.targets = targets;
        this.featureNames = List.copyOf(featureNames);
        this.classNames = List.copyOf(classNames);
    }

    /**
     * Makes a data set that tells classes apart, with numbered names.
     *
     * @param features shape {@code [rows, features]}, finite; copied
     * @param labels class of each row, in {@code [0, classes)}; copied
     * @param classes how many classes there are, ≥ 2
     * @return the data
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static Dataset classification(float[][] features, int[] labels, int classes) {
        return ofRows(flatten("features", features), width(features)).classification(labels, classes);
    }

    /**
     * Makes a data set that tells classes apart.
     *
     * @param features shape {@code [rows, features]}, finite; copied
     * @param labels index of each row's class in {@code classNames}; copied
     * @param featureNames one name for each feature
     * @param classNames the classes, at least two
     * @return the data
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static Dataset classification(
            float[][] features, int[] labels, List<String> featureNames, List<String> classNames) {
        return ofRows(flatten("features", features), width(features))
                .named(featureNames)
                .classification(labels, classNames);
    }

    /**
     * Makes a data set that predicts numbers, with numbered feature names.
     *
     * @param features shape {@code [rows, features]}, finite; copied
     * @param targets shape {@code [rows, outputs]}, finite; copied
     * @return the data
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static Dataset regression(float[][] features, float[][] targets) {
        FlatRows rows = ofRows(flatten("features", features), width(features));
        return rows.regression(flatten("targets", targets), width(targets));
    }

    /**
     * Takes over features that lie row behind row, which needs no second copy of them in memory.
     *
     * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="flat"}
     *
     * @param features the numbers, finite; not copied: the caller must not change them afterwards
     * @param width how many make a row, &gt; 0
     * @return the rows, to be joined with what is to be learned from them
     * @throws IllegalArgumentException if there is no row, the last is not whole, or naming the row and column that is
     *     not finite
     */
    public static FlatRows ofRows(float[] features, int width) {
        return FlatRows.of(features, width);
    }

    /**
     * Counts the rows.
     *
     * @return the number of rows, &gt; 0
     */
    public int rows() {
        return rows;
    }

    /**
     * Gives the width of a row.
     *
     * @return the number of features, &gt; 0
     */
    public int features() {
        return width;
    }

    /**
     * Counts the classes.
     *
     * @return the number of classes, 0 for regression
     */
    public int classes() {
        return classNames.size();
    }

    /**
     * Gives the width of a target.
     *
     * @return the number of numbers to predict for each row, 1 for classes
     */
    public int targets() {
        return targetWidth;
    }

    /**
     * Lists the features.
     *
     * @return one name for each
     */
    public List<String> featureNames() {
        return featureNames;
    }

    /**
     * Lists the classes.
     *
     * @return their names by index; empty for regression
     */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Gives the features of one row.
     *
     * @param row the row, from 0
     * @return a copy
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public float[] row(int row) {
        Objects.checkIndex(row, rows);
        return Arrays.copyOfRange(features, row * width, (row + 1) * width);
    }

    /**
     * Gives one feature of all rows.
     *
     * @param feature the feature, from 0
     * @return a copy
     * @throws IndexOutOfBoundsException if there is no such feature
     */
    public float[] column(int feature) {
        Objects.checkIndex(feature, width);
        float[] column = new float[rows];
        for (int i = 0; i < rows; i++) {
            column[i] = features[i * width + feature];
        }
        return column;
    }

    /**
     * Gives the class of one row.
     *
     * @param row the row, from 0
     * @return the index of its class
     * @throws IndexOutOfBoundsException if there is no such row
     * @throws IllegalStateException if the data set has no classes
     */
    public int label(int row) {
        Objects.checkIndex(row, rows);
        requireClasses();
        return (int) targets[row];
    }

    /**
     * Gives what is to be predicted for one row.
     *
     * @param row the row, from 0
     * @return a copy; the class index as a single number where the data set has classes
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public float[] target(int row) {
        Objects.checkIndex(row, rows);
        return Arrays.copyOfRange(targets, row * targetWidth, (row + 1) * targetWidth);
    }

    /**
     * Picks rows.
     *
     * @param indices which rows, from 0, in the order wanted; at least one, repeats are allowed
     * @return a data set of them
     * @throws IllegalArgumentException if no row is picked
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public Dataset subset(int... indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("a data set needs at least 1 row, got 0");
        }
        float[] x = new float[Math.multiplyExact(indices.length, width)];
        float[] y = new float[Math.multiplyExact(indices.length, targetWidth)];
        copy(indices, FloatBuffer.wrap(x), FloatBuffer.wrap(y));
        return new Dataset(x, y, indices.length, featureNames, classNames);
    }

    /**
     * Divides the rows by chance into those to train with and those to judge by.
     *
     * @param heldAside the fraction of rows to hold aside, in (0, 1); at least one row goes to each side
     * @param seed selects the division; the same seed and number of rows give the same one on every machine
     * @return both parts
     * @throws IllegalArgumentException if the fraction is outside (0, 1) or there is only one row
     */
    public Split split(double heldAside, long seed) {
        requireFraction("heldAside", heldAside);
        if (rows < 2) {
            throw new IllegalArgumentException("a data set of " + rows + " row cannot be split, it needs at least 2");
        }
        int[] order = Shuffle.of(rows, seed);
        int aside = Division.share(rows, heldAside);
        return new Split(subset(Arrays.copyOfRange(order, aside, rows)), subset(Arrays.copyOfRange(order, 0, aside)));
    }

    /**
     * Divides the rows by chance, with the same fraction of each class on both sides.
     *
     * @param heldAside the fraction of each class to hold aside, in (0, 1), rounded; at least one row of each class
     *     goes to each side, and the row of a class that has one only goes to those to train with
     * @param seed selects the division; the same seed and labels give the same one on every machine
     * @return both parts
     * @throws IllegalArgumentException if the fraction is outside (0, 1) or no class has two rows
     * @throws IllegalStateException if the data set has no classes
     */
    public Split stratifiedSplit(double heldAside, long seed) {
        requireFraction("heldAside", heldAside);
        return Division.stratified(this, heldAside, seed);
    }

    /**
     * Divides the rows by chance into those to train with, those to choose between models by, and those to judge the
     * chosen one by.
     *
     * @param train the fraction to train with, in (0, 1)
     * @param validation the fraction to choose by, in (0, 1)
     * @param test the fraction to judge by, in (0, 1); the three make 1
     * @param seed selects the division; the same seed and number of rows give the same one on every machine
     * @return the three parts, each of at least one row
     * @throws IllegalArgumentException if a fraction is outside (0, 1), they do not add up to 1, or there are under 3
     *     rows
     */
    public Parts split(double train, double validation, double test, long seed) {
        requireFraction("train", train);
        requireFraction("validation", validation);
        requireFraction("test", test);
        if (Math.abs(train + validation + test - 1) > ROUNDING) {
            throw new IllegalArgumentException(
                    "train, validation and test must add up to 1, got %s + %s + %s".formatted(train, validation, test));
        }
        if (rows < 3) {
            throw new IllegalArgumentException("a data set of " + rows + " rows cannot be split in 3");
        }
        int[] order = Shuffle.of(rows, seed);
        int judged = Math.min(Division.share(rows, test), rows - 2);
        int chosen = Math.min(Division.share(rows, validation), rows - judged - 1);
        return new Parts(
                subset(Arrays.copyOfRange(order, judged + chosen, rows)),
                subset(Arrays.copyOfRange(order, judged, judged + chosen)),
                subset(Arrays.copyOfRange(order, 0, judged)));
    }

    /**
     * Divides the rows by chance into folds for cross-validation: each row is held aside in exactly one.
     *
     * @param folds how many, in [2, rows]; their sizes differ by one row at most
     * @param seed selects the division; the same seed and number of rows give the same one on every machine
     * @return one split a fold; its rows are copied each time it is asked for
     * @throws IllegalArgumentException if there are under two folds or more than rows
     */
    public List<Split> folds(int folds, long seed) {
        return Division.folds(this, folds, Shuffle.of(rows, seed));
    }

    /**
     * Divides the rows by chance into folds, the rows of each class spread over them as evenly as can be.
     *
     * @param folds how many, in [2, rows]; their sizes, and the rows of a class in them, differ by one at most
     * @param seed selects the division; the same seed and labels give the same one on every machine
     * @return one split a fold; its rows are copied each time it is asked for
     * @throws IllegalArgumentException if there are under two folds or more than rows
     * @throws IllegalStateException if the data set has no classes
     */
    public List<Split> stratifiedFolds(int folds, long seed) {
        return Division.folds(this, folds, Division.byClass(this, seed));
    }

    /**
     * Gives the rows of one worker: every {@code workers}-th, so that all workers together have each row once.
     *
     * @param worker which worker, in [0, workers)
     * @param workers how many share the rows, in [1, rows]; their shares differ by one row at most
     * @return the worker's rows, in their order
     * @throws IllegalArgumentException if there are more workers than rows
     * @throws IndexOutOfBoundsException if there is no such worker
     */
    public Dataset shard(int worker, int workers) {
        if (workers < 1 || workers > rows) {
            throw new IllegalArgumentException("workers must be in [1, %d], got %d".formatted(rows, workers));
        }
        Objects.checkIndex(worker, workers);
        return subset(IntStream.iterate(worker, row -> row < rows, row -> row + workers)
                .toArray());
    }

    /**
     * Puts the rows in an order drawn by chance.
     *
     * @param seed selects the order; the same seed and number of rows give the same one on every machine
     * @return all rows
     */
    public Dataset shuffled(long seed) {
        return subset(Shuffle.of(rows, seed));
    }

    /**
     * Appends the rows of another data set.
     *
     * @param other the rows to append, of the same features, classes and number of targets, by name and order
     * @return the rows of both
     * @throws IllegalArgumentException naming what differs
     */
    public Dataset concat(Dataset other) {
        requireSame("features", featureNames, other.featureNames);
        requireSame("classes", classNames, other.classNames);
        requireSame("targets", targetWidth, other.targetWidth);
        float[] x = Arrays.copyOf(features, Math.addExact(features.length, other.features.length));
        System.arraycopy(other.features, 0, x, features.length, other.features.length);
        float[] y = Arrays.copyOf(targets, Math.addExact(targets.length, other.targets.length));
        System.arraycopy(other.targets, 0, y, targets.length, other.targets.length);
        return new Dataset(x, y, rows + other.rows, featureNames, classNames);
    }

    /**
     * Picks features by name.
     *
     * @param names which features, in the order wanted; at least one
     * @return all rows with these features only
     * @throws IllegalArgumentException if no name is given, or naming one that is no feature or is given twice
     */
    public Dataset select(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("at least 1 feature must be selected, got 0");
        }
        int[] columns = new int[names.length];
        for (int j = 0; j < names.length; j++) {
            columns[j] = featureNames.indexOf(names[j]);
            if (columns[j] < 0) {
                throw new IllegalArgumentException("no feature '%s'; there are %s".formatted(names[j], featureNames));
            }
        }
        if (IntStream.of(columns).distinct().count() < columns.length) {
            throw new IllegalArgumentException("a feature is selected twice: " + List.of(names));
        }
        float[] x = new float[Math.multiplyExact(rows, columns.length)];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns.length; j++) {
                x[i * columns.length + j] = features[i * width + columns[j]];
            }
        }
        return new Dataset(x, targets, rows, List.of(names), classNames);
    }

    /**
     * Gives the features other names.
     *
     * @param names one for each feature
     * @return the same rows, which are not copied
     * @throws IllegalArgumentException if there are more or fewer names than features
     */
    public Dataset withFeatureNames(List<String> names) {
        FlatRows.requireNames(names, width);
        return new Dataset(features, targets, rows, names, classNames);
    }

    /**
     * Counts the rows of each class.
     *
     * @return the number of rows by index of the class
     * @throws IllegalStateException if the data set has no classes
     */
    public int[] classCounts() {
        requireClasses();
        int[] counts = new int[classNames.size()];
        for (float label : targets) {
            counts[(int) label]++;
        }
        return counts;
    }

    /**
     * Holds the two parts of a data set.
     *
     * @param train the rows to train with
     * @param heldAside the rows to judge by
     */
    public record Split(Dataset train, Dataset heldAside) {}

    /**
     * Holds the three parts of a data set.
     *
     * @param train the rows to train with
     * @param validation the rows to choose between models by
     * @param test the rows to judge the chosen one by
     */
    public record Parts(Dataset train, Dataset validation, Dataset test) {}

    /**
     * Identifies the data: names, shapes, every number and the order of rows. It is no secret and no summary: whoever
     * guesses the data can confirm the guess.
     *
     * @return SHA-256 in hexadecimal, 64 digits
     */
    public String fingerprint() {
        return new Fingerprint()
                .names(featureNames)
                .names(classNames)
                .numbers(rows, features)
                .numbers(rows, targets)
                .hex();
    }

    /**
     * Appends rows and their targets to buffers, which makes no garbage.
     *
     * @param indices which rows, from 0, in the order wanted
     * @param x takes the features, {@code indices.length · features()} float32
     * @param y takes the targets, {@code indices.length · targets()} float32
     * @throws IndexOutOfBoundsException if there is no such row; rows before it were appended
     * @throws java.nio.BufferOverflowException if a buffer has not the room
     */
    public void copy(int[] indices, FloatBuffer x, FloatBuffer y) {
        for (int row : indices) {
            Objects.checkIndex(row, rows);
            x.put(features, row * width, width);
            y.put(targets, row * targetWidth, targetWidth);
        }
    }

    /** Checks that targets are what a loss can read. The message does not tell the value, which may be a person's. */
    void requireTargetsWithin(float low, float high) {
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] < low || targets[i] > high) {
                throw new IllegalArgumentException("target %d of row %d must be in [%s, %s]"
                        .formatted(i % targetWidth, i / targetWidth, low, high));
            }
        }
    }

    private void requireClasses() {
        if (classNames.isEmpty()) {
            throw new IllegalStateException("a regression data set has targets, not labels");
        }
    }

    private static void requireFraction(String name, double fraction) {
        if (!(fraction > 0 && fraction < 1)) {
            throw new IllegalArgumentException(name + " must be in (0, 1), got " + fraction);
        }
    }

    private static void requireSame(String what, Object mine, Object other) {
        if (!mine.equals(other)) {
            throw new IllegalArgumentException("%s must be %s, got %s".formatted(what, mine, other));
        }
    }

    /** Checks that features are ids that an embedding knows. The message does not tell the value. */
    void requireIds(int vocabulary) {
        for (int i = 0; i < features.length; i++) {
            float id = features[i];
            if (!(id >= 0 && id < vocabulary) || id != (int) id) {
                throw new IllegalArgumentException("feature %d of row %d must be a whole number in [0, %d)"
                        .formatted(i % width, i / width, vocabulary));
            }
        }
    }

    private static int width(float[][] features) {
        if (features.length == 0) {
            throw new IllegalArgumentException("a data set needs at least 1 row, got 0");
        }
        return features[0].length;
    }

    private static float[] flatten(String name, float[][] rows) {
        int width = width(rows);
        float[] flat = new float[Math.multiplyExact(rows.length, width)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != width) {
                throw new IllegalArgumentException(
                        "%s: row %d has %d columns, but row 0 has %d".formatted(name, i, rows[i].length, width));
            }
            System.arraycopy(rows[i], 0, flat, i * width, width);
        }
        return flat;
    }
}
