package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Device;
import io.aidc.training.network.Parameter;
import io.aidc.training.torch.internal.Segments.Segment;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * One worker's network in libtorch: parameters are views of the shared flat numbers, gradients come from autograd.
 *
 * <p>Weights of few bits are rounded copies of their views. The gradient that autograd gives for a copy is taken for that of the
 * view: the straight-through estimator (Bengio et al. 2013, arXiv:1308.3432).
 */
final class TorchReplica implements VectorReplica {
    private final TorchTrainable model;
    private final Device device;
    private final boolean recompute;
    private final Autocast autocast;
    private final List<Segment> segments;

    @SuppressWarnings("UnusedVariable") // keeps the memory of the views reachable
    private final Vector numbers;

    private final Kept kept = new Kept();
    private final int weightBits;
    private final List<Integer> copies = new ArrayList<>();
    private final List<Tensor> views = new ArrayList<>();
    /** What is computed with: each the view itself or a rounded copy of it. */
    private final List<Tensor> used = new ArrayList<>();

    private final List<Tensor> leaves = new ArrayList<>();
    private final List<Tensor> statistics = new ArrayList<>();
    private final Randomness randomness;
    private final GhostWorkspace workspace = new GhostWorkspace();

    /**
     * Makes a replica.
     *
     * @param numbers parameters, then statistics
     * @param setting how it computes
     * @param workers how many workers there are: several exchange parts of the gradient early
     */
    TorchReplica(TorchTrainable model, Vector numbers, Compute setting, int workers) {
        if (setting.deterministic()) {
            Determinism.require();
        }
        this.model = model;
        this.device = numbers.device();
        this.recompute = setting.recompute();
        this.autocast = new Autocast(device, setting.precision());
        this.weightBits = setting.weightBits();
        this.numbers = numbers;
        this.randomness = new Randomness(device);
        if (recompute) {
            segments = Segments.smallest(model.network());
        } else {
            segments = workers > 1 ? Segments.forTraffic(model.network()) : Segments.whole(model.network());
        }
        Tensors.inScope(() -> {
            int trained = model.network().parameterCount();
            List<Boolean> rounded = WeightGrid.rounded(model.network());
            for (Tensor view : split(numbers.tensor().narrow(0, 0, trained), model.parameters())) {
                Tensor own = view;
                if (weightBits > 0 && rounded.get(views.size())) {
                    own = kept.keep(view.clone());
                    copies.add(views.size());
                }
                views.add(kept.keep(view));
                used.add(own);
                leaves.add(kept.keep(own.detach().requires_grad_(true)));
            }
            Tensor rest = numbers.tensor().narrow(0, trained, numbers.length() - trained);
            for (Tensor view : split(rest, model.network().statistics())) {
                statistics.add(kept.keep(view));
            }
        });
        parametersChanged();
    }

    private static List<Tensor> split(Tensor flat, List<Parameter> arrays) {
        List<Tensor> parts = new ArrayList<>();
        long offset = 0;
        for (Parameter array : arrays) {
            parts.add(flat.narrow(0, offset, array.size()).view(Tensors.shape(array.shape())));
            offset += array.size();
        }
        return parts;
    }

    @Override
    public double gradient(Batch batch, double weight, Vector into, boolean add, Ready ready) {
        return Tensors.scoped(() -> {
            List<Tensor> targets = split(into.tensor(), model.parameters());
            List<Passed> passed = forward(features(batch));
            Tensor output = last(passed).output();
            Tensor loss = Losses.sum(model.loss(), output.flatten(1, -1), batch, device);
            Tensor flowing = loss.mul(Tensors.scalar(weight));
            @Nullable Tensor gradient = null;
            for (int i = segments.size() - 1; i >= 0; i--) {
                Segment segment = segments.get(i);
                Passed pass = passed.get(i);
                Tensor from = gradient == null ? flowing : again(segment, pass);
                TensorVector gradients = back(from, gradient, segment, pass, i > 0);
                write(gradients, segment, targets, add);
                ready.ready(segment.from(), segment.length());
                gradient = i > 0 ? gradients.get(segment.parameters()) : null;
            }
            return loss.item_double();
        });
    }

    /** What went into a segment, what came out, and the randomness before, which is there if it is to be computed again. */
    private record Passed(
            Tensor input, Tensor output, @Nullable Tensor randomness) {}

    private List<Passed> forward(Tensor features) {
        List<Passed> passed = new ArrayList<>();
        Tensor rows = features;
        for (int i = 0; i < segments.size(); i++) {
            boolean isLast = i == segments.size() - 1;
            if (i > 0) {
                rows = rows.detach().requires_grad_(true);
            }
            Tensor input = rows;
            Segment segment = segments.get(i);
            Tensor before = recompute && !isLast ? randomness.state() : null;
            rows = before == null ? train(segment, input) : Tensors.withoutGradient(() -> train(segment, input));
            passed.add(new Passed(input, rows, before));
        }
        return passed;
    }

    private static Passed last(List<Passed> passed) {
        return passed.get(passed.size() - 1);
    }

    private Tensor again(Segment segment, Passed pass) {
        Tensor before = pass.randomness();
        return before == null ? pass.output() : randomness.replay(before, () -> train(segment, pass.input()));
    }

    private Tensor train(Segment segment, Tensor input) {
        return autocast.run(() -> new Forward(
                        device,
                        leaves.subList(segment.firstParameter(), segment.firstParameter() + segment.parameters()),
                        statistics.subList(segment.firstStatistic(), segment.firstStatistic() + segment.statistics()),
                        randomness,
                        null,
                        null)
                .through(segment.layers(), input));
    }

    /** The gradients of a segment's arrays, and behind them that of its input if wanted. */
    private TensorVector back(Tensor from, @Nullable Tensor gradient, Segment segment, Passed pass, boolean withInput) {
        List<Tensor> wanted = new ArrayList<>(
                leaves.subList(segment.firstParameter(), segment.firstParameter() + segment.parameters()));
        if (withInput) {
            wanted.add(pass.input());
        }
        return gradient == null
                ? torch.grad(new TensorVector(from), vector(wanted))
                : torch.grad(
                        new TensorVector(from),
                        vector(wanted),
                        new TensorVector(gradient),
                        new BoolOptional(),
                        false,
                        false);
    }

    private static void write(TensorVector gradients, Segment segment, List<Tensor> targets, boolean add) {
        for (int i = 0; i < segment.parameters(); i++) {
            Tensor target = targets.get(segment.firstParameter() + i);
            if (add) {
                target.add_(gradients.get(i));
            } else {
                target.copy_(gradients.get(i));
            }
        }
    }

    @Override
    public double clippedGradient(Batch batch, double clipNorm, Vector into, boolean add) {
        return Tensors.scoped(() -> {
            List<Tensor> targets = split(into.tensor(), model.parameters());
            if (!Taps.coverAll(model.network())) {
                return new RowByRowClip(leaves, row -> loss(row, leaves, null)).sumInto(targets, batch, clipNorm, add);
            }
            var taps = new Taps();
            Tensor loss = loss(batch, used, taps);
            new GhostClip(taps, loss, workspace).sumInto(targets, clipNorm, add);
            return loss.item_double();
        });
    }

    /** The sum of row losses of one pass through all layers. */
    private Tensor loss(Batch batch, List<Tensor> parameters, @Nullable Taps taps) {
        Tensor output = autocast.run(() -> new Forward(device, parameters, statistics, randomness, taps, null)
                .through(model.network().layers(), features(batch)));
        return Losses.sum(model.loss(), output.flatten(1, -1), batch, device);
    }

    @Override
    public Judged judge(Batch batch) {
        return Tensors.scoped(() -> {
            Tensor outputs = inUse(features(batch)).flatten(1, -1);
            return new Judged(Losses.sum(model.loss(), outputs, batch, device).item_double(), floats(outputs));
        });
    }

    @Override
    public float[] predict(int rows, FloatBuffer features) {
        return Tensors.scoped(() -> floats(inUse(features(rows, features))));
    }

    private static float[] floats(Tensor tensor) {
        Tensor flat = tensor.cpu().contiguous();
        float[] values = new float[Math.toIntExact(flat.numel())];
        flat.data_ptr_float().get(values);
        return values;
    }

    private Tensor inUse(Tensor features) {
        return Tensors.withoutGradient(() -> new Forward(device, used, statistics, null, null, null)
                .through(model.network().layers(), features));
    }

    private Tensor features(Batch batch) {
        return features(batch.rows(), batch.features());
    }

    private Tensor features(int rows, FloatBuffer features) {
        return Tensors.on(
                device,
                Tensors.over(features, Tensors.shape(rows, model.network().input())));
    }

    @Override
    public void parametersChanged() {
        forEachCopy((view, copy) -> copy.copy_(WeightGrid.rounded(view, weightBits)));
    }

    @Override
    public void settle() {
        forEachCopy((view, copy) -> view.copy_(copy));
    }

    private void forEachCopy(BiConsumer<Tensor, Tensor> action) {
        if (!copies.isEmpty()) {
            Tensors.inScope(() -> copies.forEach(i -> action.accept(views.get(i), used.get(i))));
        }
    }

    @Override
    public void beginStep(long seed) {
        randomness.begin(seed);
    }

    @Override
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (int i = segments.size() - 1; i >= 0; i--) {
            parts.add(new Part(segments.get(i).from(), segments.get(i).length()));
        }
        return parts;
    }

    @Override
    public String firstNotFinite(Batch batch) {
        return Tensors.scoped(() -> {
            var found = new ArrayList<String>();
            new Forward(device, used, statistics, null, null, (path, layer, output) -> {
                        if (!output.isfinite().all().item_bool()) {
                            found.add("first in layer %s (%s)".formatted(path, layer));
                        }
                    })
                    .through(model.network().layers(), features(batch));
            return found.isEmpty() ? "" : found.get(0);
        });
    }

    @Override
    public void close() {
        kept.close();
        randomness.close();
        workspace.close();
    }

    private static TensorVector vector(List<Tensor> tensors) {
        return new TensorVector(tensors.toArray(Tensor[]::new));
    }
}
