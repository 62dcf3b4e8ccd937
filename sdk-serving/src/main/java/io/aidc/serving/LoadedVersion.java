package io.aidc.serving;

import io.aidc.serving.ModelLoadException.Reason;
import io.aidc.serving.internal.batch.BatchProbe;
import io.aidc.serving.onnx.GraphScan;
import io.aidc.serving.onnx.OnnxModel;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadOptions.Secrecy;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that passed admission: hashed, looked through, loaded and probed.
 *
 * @param scan what the graph holds
 */
record LoadedVersion(LoadedModel model, ModelInfo info, GraphScan scan) {
    private static final int SHORT_DIGEST = 12;

    /** Loads a model; if anything fails, nothing stays open. */
    static LoadedVersion load(ModelSource source, ModelRuntime runtime, int threadsPerRun, int batchRows) {
        LoadedVersion[] loaded = new LoadedVersion[1];
        try {
            // the source may fail after the load, in closing what it decrypted to
            source.lend(bytes -> loaded[0] = admit(source, bytes, runtime, threadsPerRun));
            return loaded[0].probed(batchRows);
        } catch (Throwable e) {
            if (loaded[0] != null) {
                loaded[0].closeAfter(e);
            }
            throw e;
        }
    }

    void closeAfter(Throwable failure) {
        closeAfter(failure, model);
    }

    private static LoadedVersion admit(ModelSource source, ByteBuffer bytes, ModelRuntime runtime, int threadsPerRun) {
        String digest = sha256(bytes);
        String named = source.version();
        String version = named == null ? digest.substring(0, SHORT_DIGEST) : named;
        GraphScan scan = GraphScan.of(bytes);
        if (scan.hasExternalData()) {
            throw new ModelLoadException(
                    Reason.EXTERNAL_DATA,
                    "Model '%s' must hold its weights, got references to other files".formatted(version),
                    null);
        }
        Secrecy secrecy = source.confidential() ? Secrecy.CONFIDENTIAL : Secrecy.OPEN;
        LoadOptions options = new LoadOptions(version, threadsPerRun, secrecy);
        Map<String, List<String>> labels = Map.of();
        ByteBuffer image = bytes;
        if (scan.operators().contains("ZipMap")) {
            OnnxModel graph = editable(bytes, options);
            labels = graph.classLabels();
            byte[] edited = graph.withoutZipMap().bytes();
            image = ByteBuffer.allocateDirect(edited.length).put(edited).flip();
        }
        LoadedModel model = runtime.load(image, options);
        try {
            Batching off = new Batching.Off("not asked for");
            ModelInfo info =
                    new ModelInfo(version, digest, runtime.name(), model.inputs(), model.outputs(), labels, off);
            return new LoadedVersion(model, info, scan);
        } catch (Throwable e) {
            closeAfter(e, model);
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, LoadedModel model) {
        try {
            model.close();
        } catch (Throwable e) {
            failure.addSuppressed(e);
        }
    }

    private static OnnxModel editable(ByteBuffer bytes, LoadOptions options) {
        if (options.secrecy() == Secrecy.CONFIDENTIAL) {
            throw new ModelLoadException(
                    Reason.CONFIDENTIAL,
                    "Model '%s' is confidential and has a ZipMap, which cannot be removed without copying the plaintext: seal OnnxModel.withoutZipMap() instead"
                            .formatted(options.version()),
                    null);
        }
        return OnnxModel.read(bytes);
    }

    private LoadedVersion probed(int batchRows) {
        if (batchRows < 2) {
            return this;
        }
        // such as DynamicQuantizeLinear, whose range spans all rows of a run
        Optional<String> shared = scan.operators().stream()
                .filter(operator -> operator.startsWith("DynamicQuantize"))
                .sorted()
                .findFirst();
        Batching batching = shared.<Batching>map(operator ->
                        new Batching.Off("operator '%s' takes its range over all rows of a run".formatted(operator)))
                .orElseGet(() -> BatchProbe.of(model, batchRows));
        ModelInfo probed = new ModelInfo(
                info.version(),
                info.sha256(),
                info.runtime(),
                info.inputs(),
                info.outputs(),
                info.classLabels(),
                batching);
        return new LoadedVersion(model, probed, scan);
    }

    /** By way of an array of our own that is wiped: the digest would copy a direct buffer to one that is not. */
    private static String sha256(ByteBuffer bytes) {
        byte[] piece = new byte[8192];
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer left = bytes.duplicate();
            while (left.hasRemaining()) {
                int length = Math.min(piece.length, left.remaining());
                left.get(piece, 0, length);
                digest.update(piece, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } finally {
            Arrays.fill(piece, (byte) 0);
        }
    }
}
