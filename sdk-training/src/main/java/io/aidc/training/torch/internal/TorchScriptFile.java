package io.aidc.training.torch.internal;

import io.aidc.training.engine.Replica;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Holds the bytes of a TorchScript file; each module made of them is independent of the others. */
public final class TorchScriptFile {
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

    private final String name;
    private final byte[] bytes;
    private final List<Parameter> parameters;
    private final List<Parameter> statistics;

    private TorchScriptFile(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
        try (TorchScriptModule module = open()) {
            parameters = module.parameters();
            statistics = module.statistics();
        }
        long count = 0;
        for (Parameter array : parameters) {
            count += array.size();
        }
        for (Parameter array : statistics) {
            count += array.size();
        }
        if (parameters.isEmpty() || count > Network.MAX_PARAMETERS) {
            throw new IllegalArgumentException(
                    "%s must have between 1 and %d parameters that require a gradient, got %d"
                            .formatted(name, Network.MAX_PARAMETERS, parameters.isEmpty() ? 0 : count));
        }
    }

    /** What a module takes: rows of this shape, as float32 or as int64. */
    public record Input(Shape row, boolean ids) {}

    public static TorchScriptFile read(Path path) {
        try {
            long size = Files.size(path);
            if (size > MAX_BYTES) {
                throw new IllegalArgumentException("%s must be smaller than 2 GiB, got %d bytes".formatted(path, size));
            }
            return new TorchScriptFile(String.valueOf(path.getFileName()), Files.readAllBytes(path));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    public String name() {
        return name;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public List<Parameter> statistics() {
        return statistics;
    }

    /** The values in the file: parameters, then statistics. */
    public float[] numbers() {
        try (TorchScriptModule module = open()) {
            return module.numbers();
        }
    }

    /** Makes a replica on these numbers. */
    public Replica replica(FloatBuffer numbers, Input input, Loss loss, int outputs, long seed) {
        TorchScriptModule module = open();
        try {
            return new TorchScriptReplica(module, numbers, input, loss, outputs, seed);
        } catch (RuntimeException e) {
            module.close();
            throw e;
        }
    }

    /** Sees that the module takes such rows and answers with so many numbers. */
    public void requireAnswer(Input input, int outputs) {
        try (TorchScriptModule module = open()) {
            module.evaluate(1, FlatBuffers.floats(input.row().size()), input, outputs);
        }
    }

    /** Sees that data fits a loss and a network with the same ends. */
    public static void requireFit(Network ends, Loss loss, int features, int classes, int targets) {
        new TorchTrainable(ends, loss).requireFit(features, classes, targets);
    }

    /** Makes a module; libtorch reads files only, so the bytes pass through one. */
    TorchScriptModule open() {
        try {
            Path copy = Files.createTempFile("aidc-training-", ".pt");
            try {
                Files.write(copy, bytes);
                return TorchScriptModule.load(copy, name);
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy %s to the temporary directory".formatted(name), e);
        }
    }
}
