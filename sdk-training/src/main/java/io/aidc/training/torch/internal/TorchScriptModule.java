package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.torch.internal.TorchScriptFile.Input;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A loaded TorchScript module and its arrays. */
final class TorchScriptModule implements AutoCloseable {
    /** An array of the module; several tensors if they show the same memory. */
    record Slot(Parameter parameter, List<Tensor> tensors) {}

    private final String name;
    private final Kept kept = new Kept();
    private final JitModule module;
    private final List<Slot> trained = new ArrayList<>();
    private final List<Slot> statistics = new ArrayList<>();
    private boolean training;

    private TorchScriptModule(String name, JitModule module) {
        this.name = name;
        this.module = kept.keep(module);
        var parameters = module.named_parameters();
        var next = parameters.begin();
        for (var end = parameters.end(); next.notEquals(end); next.increment()) {
            add(next.multiply(), true);
        }
        var buffers = module.named_buffers();
        var following = buffers.begin();
        for (var end = buffers.end(); following.notEquals(end); following.increment()) {
            add(following.multiply(), false);
        }
        requireApart();
        module.eval();
    }

    /** Loads a file; {@code name} is what messages call it. */
    static TorchScriptModule load(Path file, String name) {
        Tensors.load();
        // Whether there are convolutions is not known.
        OneDnn.settle();
        return Tensors.scoped(() -> {
            JitModule module = attempt(
                    name + " is not a TorchScript file that this libtorch reads",
                    () -> torch.load(file.toString(), new DeviceOptional(Tensors.nativeOf(Device.CPU)), true));
            return new TorchScriptModule(name, module);
        });
    }

    private void add(NamedTensor named, boolean isParameter) {
        // The value is part of the pair, which goes with the scope; a tensor of its own shares the array and stays.
        var tensor = new Tensor(named.value());
        String array = named.name().getString();
        boolean floats = tensor.scalar_type().intern() == torch.ScalarType.Float;
        if (!floats && isParameter && tensor.requires_grad()) {
            throw new IllegalArgumentException("parameter '%s' of %s must be float32, got %s"
                    .formatted(array, name, tensor.scalar_type().intern()));
        }
        if (!floats || tensor.numel() == 0 || (isParameter && !tensor.requires_grad())) {
            return;
        }
        List<Slot> slots = isParameter ? trained : statistics;
        for (Slot slot : slots) {
            if (slot.tensors().get(0).const_data_ptr().address()
                            == tensor.const_data_ptr().address()
                    && slot.parameter().shape().equals(shape(tensor))) {
                if (slot.tensors().stream().noneMatch(known -> known.is_same(tensor))) {
                    slot.tensors().add(kept.keep(tensor));
                }
                return;
            }
        }
        slots.add(new Slot(new Parameter(array, shape(tensor)), new ArrayList<>(List.of(kept.keep(tensor)))));
    }

    /** Arrays that overlap in part have no place in flat numbers. */
    private void requireApart() {
        Map<Long, String> owners = new HashMap<>();
        for (List<Slot> slots : List.of(trained, statistics)) {
            for (Slot slot : slots) {
                long storage =
                        slot.tensors().get(0).storage().unsafeGetStorageImpl().address();
                String other = owners.putIfAbsent(storage, slot.parameter().name());
                if (other != null) {
                    throw new IllegalArgumentException("'%s' and '%s' of %s show different parts of the same memory"
                            .formatted(other, slot.parameter().name(), name));
                }
            }
        }
    }

    private static Shape shape(Tensor tensor) {
        List<Integer> extents = new ArrayList<>();
        for (int axis = 0; axis < tensor.dim(); axis++) {
            extents.add(Math.toIntExact(tensor.size(axis)));
        }
        return new Shape(extents);
    }

    List<Parameter> parameters() {
        return trained.stream().map(Slot::parameter).toList();
    }

    List<Parameter> statistics() {
        return statistics.stream().map(Slot::parameter).toList();
    }

    List<Slot> trained() {
        return trained;
    }

    /** Copies of all arrays, parameters first. */
    float[] numbers() {
        List<Slot> all = all();
        float[] numbers =
                new float[all.stream().mapToInt(slot -> slot.parameter().size()).sum()];
        int offset = 0;
        for (Slot slot : all) {
            int from = offset;
            int size = slot.parameter().size();
            Tensors.inScope(() ->
                    slot.tensors().get(0).detach().contiguous().data_ptr_float().get(numbers, from, size));
            offset += size;
        }
        return numbers;
    }

    /** Puts the arrays on these numbers, which the caller keeps reachable: parameters, then statistics. */
    void bind(FloatBuffer numbers) {
        Tensors.inScope(() -> {
            int offset = 0;
            for (Slot slot : all()) {
                int size = slot.parameter().size();
                Tensor view = Tensors.over(
                        numbers.slice(offset, size),
                        Tensors.shape(slot.parameter().shape()));
                slot.tensors().forEach(tensor -> tensor.set_data(view));
                offset += size;
            }
        });
    }

    /** Copies numbers into the arrays: parameters, then statistics. */
    void fill(FloatBuffer numbers) {
        Tensors.inScope(() -> {
            int offset = 0;
            for (Slot slot : all()) {
                int size = slot.parameter().size();
                Tensor values = Tensors.over(
                        numbers.slice(offset, size),
                        Tensors.shape(slot.parameter().shape()));
                slot.tensors().get(0).detach().copy_(values);
                offset += size;
            }
        });
    }

    private List<Slot> all() {
        List<Slot> all = new ArrayList<>(trained);
        all.addAll(statistics);
        return all;
    }

    /** Answers in training mode, within the caller's scope and within the graph; {@code [rows, outputs]}. */
    Tensor train(int rows, FloatBuffer features, Input input, int outputs) {
        mode(true);
        return answer(rows, features, input, outputs);
    }

    /** Answers in evaluation mode, {@code [rows, outputs]} flat. */
    float[] evaluate(int rows, FloatBuffer features, Input input, int outputs) {
        return Tensors.scoped(() -> floats(evaluated(rows, features, input, outputs)));
    }

    /**
     * Answers in evaluation mode, within the caller's scope.
     *
     * <p>Nothing requires a gradient for the time, rather than gradients being off: see {@link Forward#recurrent}.
     */
    Tensor evaluated(int rows, FloatBuffer features, Input input, int outputs) {
        mode(false);
        requireGradients(false);
        try {
            return answer(rows, features, input, outputs);
        } finally {
            requireGradients(true);
        }
    }

    private void requireGradients(boolean required) {
        for (Slot slot : trained) {
            slot.tensors().forEach(tensor -> tensor.set_requires_grad(required));
        }
    }

    private void mode(boolean train) {
        if (training != train) {
            module.train(train);
            training = train;
        }
    }

    private Tensor answer(int rows, FloatBuffer features, Input input, int outputs) {
        Tensor floats = Tensors.over(features, Tensors.shape(rows, input.row()));
        Tensor given = input.ids() ? floats.to(torch.ScalarType.Long) : floats;
        IValue value = attempt(
                "%s does not take rows of shape %s".formatted(name, input.row()),
                () -> module.forward(new IValueVector(new IValue(given))));
        if (!value.isTensor()) {
            throw new IllegalArgumentException("%s must answer with a tensor, got %s"
                    .formatted(name, value.tagKind().getString()));
        }
        Tensor answer = value.toTensor();
        long[] shape = new long[Math.toIntExact(answer.dim())];
        Arrays.setAll(shape, answer::size);
        if (shape.length == 0 || shape[0] != rows || answer.numel() != (long) rows * outputs) {
            throw new IllegalArgumentException("%s must answer with shape [%d, %d], got %s"
                    .formatted(name, rows, outputs, Arrays.toString(shape)));
        }
        if (answer.scalar_type().intern() != torch.ScalarType.Float) {
            throw new IllegalArgumentException("%s must answer with float32, got %s"
                    .formatted(name, answer.scalar_type().intern()));
        }
        return answer.reshape(rows, outputs);
    }

    /** Saves the module with what its arrays are. */
    void save(Path file) {
        Tensors.inScope(() -> {
            mode(false);
            module.save(file.toString());
        });
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        tensor.detach().contiguous().data_ptr_float().get(values);
        return values;
    }

    /** Calls libtorch; its message is long, the reason is one line of it. */
    private static <T> T attempt(String problem, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            String reason = message.lines()
                    .filter(line -> line.startsWith("RuntimeError"))
                    .findFirst()
                    .orElseGet(() -> message.lines().findFirst().orElse("no reason given"));
            throw new IllegalArgumentException(problem + ": " + reason, e);
        }
    }

    @Override
    public void close() {
        kept.close();
    }
}
