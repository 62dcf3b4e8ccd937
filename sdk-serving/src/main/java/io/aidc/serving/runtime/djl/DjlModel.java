package io.aidc.serving.runtime.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.aidc.serving.ElementType;
import io.aidc.serving.InferenceException;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import io.aidc.serving.internal.Leases;
import io.aidc.serving.internal.OrtErrors;
import io.aidc.serving.internal.OrtSessions;
import io.aidc.serving.onnx.OnnxModel;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A DJL model and one predictor for each run that ever went on at once, since a predictor serves one thread. */
final class DjlModel implements LoadedModel {
    private static final String ENGINE = "OnnxRuntime";

    private final Model model;
    private final String version;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final TensorTranslator translator;
    private final Leases leases;
    private final ConcurrentLinkedQueue<Predictor<Map<String, Tensor>, Map<String, Tensor>>> idle =
            new ConcurrentLinkedQueue<>();

    private DjlModel(Model model, String version, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.model = model;
        this.version = version;
        this.inputs = inputs;
        this.outputs = outputs;
        this.translator = new TensorTranslator(inputs, outputs);
        this.leases = new Leases("Model '" + version + "'");
    }

    static String engineName() {
        return "djl " + Engine.getDjlVersion();
    }

    static DjlModel load(OnnxModel graph, LoadOptions options) {
        // DJL leaves the shapes out, so they come from the file
        List<TensorSpec> inputs = graph.inputs();
        List<TensorSpec> outputs = graph.outputs();
        refuseWhatDjlCannotFeed(inputs, options.version());
        Model model = Model.newInstance(options.version(), Device.cpu(), ENGINE);
        try (SessionOptions session = OrtSessions.options(options.threadsPerRun())) {
            model.load(new ByteArrayInputStream(graph.bytes()), Map.of("sessionOptions", session));
            deleteIfEmpty(model.getModelPath());
            return new DjlModel(model, options.version(), inputs, outputs);
        } catch (OrtException | MalformedModelException | IOException | RuntimeException e) {
            deleteIfEmpty(model.getModelPath());
            model.close();
            throw refusal(options.version(), e);
        }
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> tensors) {
        leases.enter();
        try {
            Predictor<Map<String, Tensor>, Map<String, Tensor>> free = idle.poll();
            var predictor = free == null ? model.newPredictor(translator) : free;
            try {
                return predictor.predict(tensors);
            } finally {
                idle.add(predictor);
            }
        } catch (TranslateException | RuntimeException e) {
            throw new InferenceException("Model '%s' failed: %s".formatted(version, e.getMessage()), e);
        } finally {
            leases.exit();
        }
    }

    @Override
    public void close() {
        if (leases.closeAndDrain()) {
            idle.forEach(Predictor::close);
            model.close();
        }
    }

    private static void refuseWhatDjlCannotFeed(List<TensorSpec> inputs, String version) {
        if (inputs.isEmpty()) {
            throw new ModelLoadException(
                    ModelLoadException.Reason.REFUSED,
                    "Model '%s' has no inputs, which DJL cannot run: use OrtRuntime".formatted(version),
                    null);
        }
        for (TensorSpec input : inputs) {
            if (input.type() == ElementType.INT16) {
                throw new ModelLoadException(
                        ModelLoadException.Reason.UNSUPPORTED_TYPE,
                        "Model '%s': input '%s' is INT16, which DJL cannot hold: use OrtRuntime"
                                .formatted(version, input.name()),
                        null);
            }
        }
    }

    private static RuntimeException refusal(String version, Exception e) {
        if (e instanceof OrtException refused) {
            return OrtErrors.refusal(version, refused);
        }
        if (e.getCause() instanceof OrtException refused) {
            return OrtErrors.refusal(version, refused);
        }
        return new ModelLoadException(
                ModelLoadException.Reason.REFUSED,
                "Model '%s' cannot be loaded by DJL: %s".formatted(version, e.getMessage()),
                e);
    }

    /** DJL makes a folder in the temporary directory for every model that does not come from a file. */
    private static void deleteIfEmpty(@Nullable Path folder) {
        try {
            if (folder != null) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            // it is empty and in the temporary directory, and DJL deletes it at exit
            return;
        }
    }
}
