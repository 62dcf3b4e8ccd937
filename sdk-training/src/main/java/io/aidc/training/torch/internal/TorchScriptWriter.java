package io.aidc.training.torch.internal;

import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.internal.WholeFile;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.SingletonTypePtr;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;

/** Writes TorchScript files: a tree of modules that hold the arrays, and one method of the root that computes. */
public final class TorchScriptWriter {
    /** libtorch names the folder in the file after the file; the same bytes need the same name. */
    private static final String FILE = "network.pt";

    private final Map<String, float[]> arrays;
    private final CompilationUnit unit = new CompilationUnit();
    private final Map<String, JitModule> modules = new HashMap<>();

    private TorchScriptWriter(Map<String, float[]> arrays) {
        this.arrays = arrays;
    }

    /** Writes a network of layers; {@code arrays} are its parameters and statistics by name. */
    public static void write(Network network, Map<String, float[]> arrays, Path file) {
        Tensors.load();
        place(
                file,
                temporary -> Tensors.inScope(
                        () -> new TorchScriptWriter(arrays).module(network).save(temporary.toString())));
    }

    /** Writes the module of a file with other numbers in it. */
    public static void write(TorchScriptFile source, Map<String, float[]> arrays, Path file) {
        List<Parameter> all = new ArrayList<>(source.parameters());
        all.addAll(source.statistics());
        FloatBuffer numbers =
                FlatBuffers.floats(all.stream().mapToInt(Parameter::size).sum());
        for (Parameter array : all) {
            numbers.put(Objects.requireNonNull(arrays.get(array.name()), array.name()));
        }
        try (TorchScriptModule module = source.open()) {
            module.fill(numbers.flip());
            place(file, module::save);
        }
    }

    private JitModule module(Network network) {
        JitModule root = module("");
        for (Parameter parameter : network.parameters()) {
            register(parameter.name(), values(parameter.name()), parameter.shape(), false);
        }
        for (Parameter statistic : network.statistics()) {
            register(statistic.name(), values(statistic.name()), statistic.shape(), true);
        }
        var source = new TorchScriptSource(network);
        source.constants().forEach(constant -> register(constant.name(), constant.values(), constant.shape(), true));
        root.define(source.text());
        return root;
    }

    private float[] values(String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    private void register(String name, float[] values, Shape shape, boolean isBuffer) {
        int dot = name.lastIndexOf('.');
        Tensor tensor =
                Tensors.over(FlatBuffers.floats(values), Tensors.shape(shape)).clone();
        module(name.substring(0, Math.max(dot, 0)))
                .register_parameter(name.substring(dot + 1), tensor.set_requires_grad(!isBuffer), isBuffer);
    }

    /** The module of a place such as {@code 3.1}, made with those it is within; the root's place is empty. */
    private JitModule module(String place) {
        JitModule known = modules.get(place);
        if (known != null) {
            return known;
        }
        String name = place.isEmpty() ? "Network" : "Layer_" + place.replace('.', '_');
        JitModule made = new JitModule(new QualifiedName("__torch__.aidc.training." + name), unit, false);
        var bool = new Type.TypePtr(new SingletonTypePtr(BoolType.get().get()));
        made.register_attribute("training", bool, new IValue(false), false, false);
        modules.put(place, made);
        if (!place.isEmpty()) {
            int dot = place.lastIndexOf('.');
            module(place.substring(0, Math.max(dot, 0))).register_module(place.substring(dot + 1), made);
        }
        return made;
    }

    /** Lets a file appear whole or not at all. */
    private static void place(Path file, Consumer<Path> save) {
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null) {
            throw new IllegalArgumentException("file must not be a root directory, got " + file);
        }
        try {
            Path workplace = Files.createTempDirectory(directory, ".torchscript-");
            Path whole = workplace.resolve(FILE);
            try {
                save.accept(whole);
                WholeFile.place(whole, target);
            } finally {
                Files.deleteIfExists(whole);
                Files.deleteIfExists(workplace);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
