package io.aidc.training.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Holds everything a run needs to go on from a step as if it had not been interrupted; begin with {@link #at}.
 *
 * {@snippet class="io.aidc.training.checkpoint.CheckpointSnippetsTest" region="save"}
 *
 * <p>It must hold no state of a generator that makes privacy noise: whoever reads it could subtract the noise, and a run that
 * goes on must draw fresh noise.
 *
 * <p>Immutable, except where its arrays are views. Maps of texts and scores are sorted by name; arrays keep their order.
 *
 * @param step the steps completed, ≥ 0
 * @param epoch the passes over the data completed, ≥ 0
 * @param seed what the run draws from
 * @param groupSize the workers that share a batch, ≥ 1
 * @param architecture a text that tells the model from others, see {@link ModelDescription}
 * @param parameters the trained arrays by name; named as in PyTorch's state dict, Python reads them into the same module
 * @param buffers the arrays a model keeps but does not train, such as running statistics; no name of a parameter
 * @param optimizer what the optimiser remembers
 * @param averages sets of averaged parameters by name, such as {@code ema} and {@code swa}
 * @param sampler where the run is in its data
 * @param schedule what the learning-rate schedule remembers
 * @param earlyStopping what the rule that ends the run early remembers
 * @param lossScaling what the loss scaling of mixed precision remembers
 * @param generators states of random generators, those of noise excepted
 * @param privacy what the caller's privacy account wants back, opaque to the run
 * @param scores validation scores by name, such as {@code loss}
 * @param dataFingerprint identifies the data
 * @param hyperParameters every option by name
 * @param versions libraries, Java and platform
 * @param provenance what else is known of where the run comes from
 */
public record CheckpointState(
        long step,
        int epoch,
        long seed,
        int groupSize,
        String architecture,
        Map<String, Tensor> parameters,
        Map<String, Tensor> buffers,
        OptimizerState optimizer,
        Map<String, Map<String, Tensor>> averages,
        NamedValues sampler,
        NamedValues schedule,
        NamedValues earlyStopping,
        NamedValues lossScaling,
        NamedValues generators,
        NamedValues privacy,
        Map<String, Double> scores,
        String dataFingerprint,
        Map<String, String> hyperParameters,
        Map<String, String> versions,
        Map<String, String> provenance) {
    /** Checks numbers and names, and copies the maps. */
    public CheckpointState {
        atLeast("step", 0, step);
        atLeast("epoch", 0, epoch);
        atLeast("groupSize", 1, groupSize);
        for (Object part : List.of(
                architecture,
                optimizer,
                sampler,
                schedule,
                earlyStopping,
                lossScaling,
                generators,
                privacy,
                dataFingerprint)) {
            Objects.requireNonNull(part, "part");
        }
        parameters = arrays(parameters);
        buffers = arrays(buffers);
        for (String name : buffers.keySet()) {
            if (parameters.containsKey(name)) {
                throw new IllegalArgumentException("'%s' is both a parameter and a buffer".formatted(name));
            }
        }
        Map<String, Map<String, Tensor>> sets = new TreeMap<>();
        averages.forEach((name, set) -> sets.put(requireSetName(name), arrays(set)));
        averages = Collections.unmodifiableMap(sets);
        scores = sorted(scores);
        hyperParameters = sorted(hyperParameters);
        versions = sorted(versions);
        provenance = sorted(provenance);
    }

    private static void atLeast(String name, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException("%s must be >= %d, got %d".formatted(name, least, value));
        }
    }

    private static String requireSetName(String name) {
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException(
                    "a set of averages must be named by 1 to 64 letters, digits, '_' or '-', got '%s'".formatted(name));
        }
        return name;
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        map.values().forEach(value -> Objects.requireNonNull(value, "value"));
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    static Map<String, Tensor> arrays(Map<String, Tensor> map) {
        Map<String, Tensor> copy = new LinkedHashMap<>();
        map.forEach(
                (name, tensor) -> copy.put(SafetensorsHeader.requireName(name), Objects.requireNonNull(tensor, name)));
        return Collections.unmodifiableMap(copy);
    }

    /**
     * Begins a state.
     *
     * @param step the steps completed, ≥ 0
     * @return a builder with nothing else set
     */
    public static Builder at(long step) {
        atLeast("step", 0, step);
        return new Builder(step);
    }

    /**
     * Describes the model the state is of.
     *
     * @return the architecture and the names and shapes of the parameters
     */
    public ModelDescription model() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return new ModelDescription(architecture, shapes);
    }

    /** Copies the arrays that are views. */
    CheckpointState detached() {
        Map<String, Map<String, Tensor>> sets = new TreeMap<>();
        averages.forEach((name, set) -> sets.put(name, detached(set)));
        return with(
                detached(parameters),
                detached(buffers),
                new OptimizerState(optimizer.description(), optimizer.counters(), detached(optimizer.arrays())),
                sets);
    }

    private static Map<String, Tensor> detached(Map<String, Tensor> arrays) {
        Map<String, Tensor> copy = new LinkedHashMap<>();
        arrays.forEach((name, tensor) -> copy.put(name, tensor.detached()));
        return copy;
    }

    /** Exchanges the arrays. */
    CheckpointState with(
            Map<String, Tensor> newParameters,
            Map<String, Tensor> newBuffers,
            OptimizerState newOptimizer,
            Map<String, Map<String, Tensor>> newAverages) {
        return new CheckpointState(
                step,
                epoch,
                seed,
                groupSize,
                architecture,
                newParameters,
                newBuffers,
                newOptimizer,
                newAverages,
                sampler,
                schedule,
                earlyStopping,
                lossScaling,
                generators,
                privacy,
                scores,
                dataFingerprint,
                hyperParameters,
                versions,
                provenance);
    }

    /** Shows where the run was, not what it held. */
    @Override
    public String toString() {
        return "CheckpointState[step=%d, epoch=%d, parameters=%d, scores=%s]"
                .formatted(step, epoch, parameters.size(), scores);
    }

    /**
     * Collects a state. Parts not set are empty, zero, or for the group size one; setting a part again replaces it.
     *
     * <p>Confined: one thread at a time.
     */
    public static final class Builder {
        private final long step;
        private int epoch;
        private long seed;
        private int groupSize = 1;
        private String architecture = "";
        private final Map<String, Tensor> parameters = new LinkedHashMap<>();
        private final Map<String, Tensor> buffers = new LinkedHashMap<>();
        private OptimizerState optimizer = OptimizerState.none();
        private final Map<String, Map<String, Tensor>> averages = new TreeMap<>();
        private NamedValues sampler = NamedValues.none();
        private NamedValues schedule = NamedValues.none();
        private NamedValues earlyStopping = NamedValues.none();
        private NamedValues lossScaling = NamedValues.none();
        private NamedValues generators = NamedValues.none();
        private NamedValues privacy = NamedValues.none();
        private final Map<String, Double> scores = new TreeMap<>();
        private String dataFingerprint = "";
        private Map<String, String> hyperParameters = Map.of();
        private Map<String, String> versions = Map.of();
        private Map<String, String> provenance = Map.of();

        private Builder(long step) {
            this.step = step;
        }

        /**
         * Sets the passes over the data.
         *
         * @param completed how many were completed, ≥ 0; checked by {@link #build}
         * @return this
         */
        public Builder epoch(int completed) {
            epoch = completed;
            return this;
        }

        /**
         * Sets what the run draws from.
         *
         * @param value any number
         * @return this
         */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * Sets how many workers share a batch.
         *
         * @param workers how many, ≥ 1; checked by {@link #build}
         * @return this
         */
        public Builder groupSize(int workers) {
            groupSize = workers;
            return this;
        }

        /**
         * Sets what tells the model from others of equal arrays.
         *
         * @param text such as its layers in a row
         * @return this
         */
        public Builder architecture(String text) {
            architecture = Objects.requireNonNull(text, "architecture");
            return this;
        }

        /**
         * Adds a trained array.
         *
         * @param name as in PyTorch's state dict, such as {@code 0.weight}
         * @param value its numbers
         * @return this
         */
        public Builder parameter(String name, Tensor value) {
            parameters.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Adds an array that the model keeps but does not train.
         *
         * @param name as in PyTorch's state dict, such as {@code 1.running_mean}
         * @param value its numbers
         * @return this
         */
        public Builder buffer(String name, Tensor value) {
            buffers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets what the optimiser remembers.
         *
         * @param state its description, counters and arrays
         * @return this
         */
        public Builder optimizer(OptimizerState state) {
            optimizer = Objects.requireNonNull(state, "optimizer");
            return this;
        }

        /**
         * Adds a set of averaged parameters.
         *
         * @param set such as {@code ema} or {@code swa}: letters, digits, '_' and '-'; checked by {@link #build}
         * @param arrays the averages by parameter name
         * @return this
         */
        public Builder averages(String set, Map<String, Tensor> arrays) {
            averages.put(Objects.requireNonNull(set, "set"), Objects.requireNonNull(arrays, "arrays"));
            return this;
        }

        /**
         * Sets where the run is in its data.
         *
         * @param position such as the rows already drawn in this pass
         * @return this
         */
        public Builder sampler(NamedValues position) {
            sampler = Objects.requireNonNull(position, "sampler");
            return this;
        }

        /**
         * Sets what the learning-rate schedule remembers.
         *
         * @param state its numbers
         * @return this
         */
        public Builder schedule(NamedValues state) {
            schedule = Objects.requireNonNull(state, "schedule");
            return this;
        }

        /**
         * Sets what the rule that ends the run early remembers.
         *
         * @param state such as the best score and the epochs without gain
         * @return this
         */
        public Builder earlyStopping(NamedValues state) {
            earlyStopping = Objects.requireNonNull(state, "earlyStopping");
            return this;
        }

        /**
         * Sets what the loss scaling of mixed precision remembers.
         *
         * @param state such as the scale and the good steps since it changed
         * @return this
         */
        public Builder lossScaling(NamedValues state) {
            lossScaling = Objects.requireNonNull(state, "lossScaling");
            return this;
        }

        /**
         * Sets the states of random generators. That of a generator of privacy noise must not be among them.
         *
         * @param states bytes by generator
         * @return this
         */
        public Builder generators(NamedValues states) {
            generators = Objects.requireNonNull(states, "generators");
            return this;
        }

        /**
         * Sets what the caller's privacy account wants back. The state of a generator of noise must not be part of it.
         *
         * @param state opaque to the run
         * @return this
         */
        public Builder privacy(NamedValues state) {
            privacy = Objects.requireNonNull(state, "privacy");
            return this;
        }

        /**
         * Adds a validation score.
         *
         * @param name such as {@code loss}
         * @param value any number; NaN is never the best
         * @return this
         */
        public Builder score(String name, double value) {
            scores.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /**
         * Sets what identifies the data.
         *
         * @param text such as the hexadecimal digits of a digest
         * @return this
         */
        public Builder dataFingerprint(String text) {
            dataFingerprint = Objects.requireNonNull(text, "dataFingerprint");
            return this;
        }

        /**
         * Sets the options of the run.
         *
         * @param options every option by name
         * @return this
         */
        public Builder hyperParameters(Map<String, String> options) {
            hyperParameters = Map.copyOf(options);
            return this;
        }

        /**
         * Sets what computed.
         *
         * @param libraries versions of libraries, Java and platform
         * @return this
         */
        public Builder versions(Map<String, String> libraries) {
            versions = Map.copyOf(libraries);
            return this;
        }

        /**
         * Sets what else is known of where the run comes from.
         *
         * @param facts texts by name, such as the commit of the program
         * @return this
         */
        public Builder provenance(Map<String, String> facts) {
            provenance = Map.copyOf(facts);
            return this;
        }

        /**
         * Makes the state.
         *
         * @return a state that later changes of this builder do not change
         * @throws IllegalArgumentException if a number or a name is not allowed, or a name is both a parameter and a buffer
         */
        public CheckpointState build() {
            return new CheckpointState(
                    step,
                    epoch,
                    seed,
                    groupSize,
                    architecture,
                    parameters,
                    buffers,
                    optimizer,
                    averages,
                    sampler,
                    schedule,
                    earlyStopping,
                    lossScaling,
                    generators,
                    privacy,
                    scores,
                    dataFingerprint,
                    hyperParameters,
                    versions,
                    provenance);
        }
    }
}
