package io.aidc.training.checkpoint;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The three files of a checkpoint: two with arrays, and one that says what they mean and what their digests are.
 *
 * <p>{@code model.safetensors} has parameters and buffers under their own names; {@code optimizer.safetensors} has {@code
 * optimizer/<name>} and {@code average/<set>/<name>}.
 */
final class CheckpointFiles {
    static final String MODEL = "model.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String STATE = "state.json";
    static final Set<String> ALL = Set.of(MODEL, OPTIMIZER, STATE);

    private CheckpointFiles() {}

    /** Writes all three files into an empty directory; they and the directory are flushed when the call returns. */
    static Manifest write(CheckpointState state, long sequence, Path directory, Disk disk) throws IOException {
        Map<String, Tensor> model = new LinkedHashMap<>(state.parameters());
        model.putAll(state.buffers());
        Map<String, Tensor> rest = new LinkedHashMap<>();
        state.optimizer().arrays().forEach((name, tensor) -> rest.put(optimizerName(name), tensor));
        state.averages()
                .forEach((set, arrays) -> arrays.forEach((name, tensor) -> rest.put(averageName(set, name), tensor)));
        Map<String, Manifest.FileDigest> files = new TreeMap<>();
        files.put(MODEL, arrays(model, Map.of("format", "pt"), directory.resolve(MODEL), disk));
        files.put(OPTIMIZER, arrays(rest, Map.of(), directory.resolve(OPTIMIZER), disk));
        byte[] json = StateJson.encode(state, sequence, files);
        Path stateFile = directory.resolve(STATE);
        try (FileOutputStream out = disk.create(stateFile)) {
            out.write(json);
            disk.force(out, stateFile);
        }
        disk.forceDirectory(directory);
        return StateJson.decode(json);
    }

    private static Manifest.FileDigest arrays(
            Map<String, Tensor> tensors, Map<String, String> metadata, Path file, Disk disk) throws IOException {
        try (FileOutputStream out = disk.create(file)) {
            var flush = new EarlyFlush(disk, out, file);
            var digesting = new Digesting(out, flush);
            try {
                Safetensors.write(digesting, tensors, metadata);
            } finally {
                flush.await();
            }
            disk.force(out, file);
            return new Manifest.FileDigest(digesting.bytes, Sha256.hex(digesting.digest));
        }
    }

    static String optimizerName(String name) {
        return "optimizer/" + name;
    }

    static String averageName(String set, String name) {
        return "average/" + set + "/" + name;
    }

    /** Reads {@code state.json} and sees that the other files have the lengths it says. */
    static Manifest manifest(Path directory) throws IOException {
        Path file = directory.resolve(STATE);
        long bytes = length(file);
        if (bytes > StateJson.MAX_BYTES) {
            throw new IOException(
                    "state.json has %d bytes, at most %d are allowed".formatted(bytes, StateJson.MAX_BYTES));
        }
        Manifest manifest;
        try (InputStream in = new FileInputStream(file.toFile())) {
            manifest = StateJson.decode(in.readNBytes(StateJson.MAX_BYTES + 1));
        }
        if (!manifest.files().keySet().equals(Set.of(MODEL, OPTIMIZER))) {
            throw new IOException("state.json must name %s and %s, got %s"
                    .formatted(MODEL, OPTIMIZER, manifest.files().keySet()));
        }
        for (Map.Entry<String, Manifest.FileDigest> named : manifest.files().entrySet()) {
            long actual = length(directory.resolve(named.getKey()));
            if (actual != named.getValue().bytes()) {
                throw new IOException("%s has %d bytes, it should have %d"
                        .formatted(named.getKey(), actual, named.getValue().bytes()));
            }
        }
        return manifest;
    }

    private static long length(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("%s is missing or not a regular file".formatted(file.getFileName()));
        }
        return Files.size(file);
    }

    /** Sees that every byte is as it was written. */
    static void verify(Path directory, Manifest manifest) throws IOException {
        for (Map.Entry<String, Manifest.FileDigest> named : manifest.files().entrySet()) {
            requireDigest(named.getKey(), named.getValue(), Sha256.of(directory.resolve(named.getKey())));
        }
    }

    private static void requireDigest(String file, Manifest.FileDigest expected, String actual) throws IOException {
        if (!actual.equals(expected.sha256())) {
            throw new IOException("%s has SHA-256 %s, it should have %s".formatted(file, actual, expected.sha256()));
        }
    }

    /** Reads all, verifying the very bytes that are used. */
    static CheckpointState read(Path directory, Manifest manifest) throws IOException {
        Map<String, Tensor> model = arrays(directory, MODEL, manifest);
        Map<String, Tensor> rest = arrays(directory, OPTIMIZER, manifest);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, List<Long>> parameter :
                manifest.model().parameters().entrySet()) {
            Tensor tensor = take(model, parameter.getKey(), MODEL);
            if (!tensor.shape().equals(parameter.getValue())) {
                throw new IOException("parameter '%s' has shape %s, it should have %s"
                        .formatted(parameter.getKey(), tensor.shape(), parameter.getValue()));
            }
            parameters.put(parameter.getKey(), tensor);
        }
        Map<String, Tensor> buffers = new LinkedHashMap<>();
        for (String name : manifest.buffers()) {
            buffers.put(name, take(model, name, MODEL));
        }
        Map<String, Tensor> optimizer = new LinkedHashMap<>();
        for (String name : manifest.optimizerArrays()) {
            optimizer.put(name, take(rest, optimizerName(name), OPTIMIZER));
        }
        Map<String, Map<String, Tensor>> averages = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> set : manifest.averages().entrySet()) {
            Map<String, Tensor> arrays = new LinkedHashMap<>();
            for (String name : set.getValue()) {
                arrays.put(name, take(rest, averageName(set.getKey(), name), OPTIMIZER));
            }
            averages.put(set.getKey(), arrays);
        }
        if (!model.isEmpty() || !rest.isEmpty()) {
            throw new IOException(
                    "there are arrays that state.json does not name: %s %s".formatted(model.keySet(), rest.keySet()));
        }
        OptimizerState described = manifest.state().optimizer();
        return manifest.state()
                .with(
                        parameters,
                        buffers,
                        new OptimizerState(described.description(), described.counters(), optimizer),
                        averages);
    }

    private static Tensor take(Map<String, Tensor> arrays, String name, String file) throws IOException {
        Tensor tensor = arrays.remove(name);
        if (tensor == null) {
            throw new IOException("%s lacks the array '%s'".formatted(file, name));
        }
        return tensor;
    }

    private static Map<String, Tensor> arrays(Path directory, String name, Manifest manifest) throws IOException {
        Manifest.FileDigest expected = manifest.files().get(name);
        if (expected == null) {
            throw new IOException("state.json does not name " + name);
        }
        MessageDigest digest = Sha256.start();
        try (InputStream in = new FileInputStream(directory.resolve(name).toFile());
                var digesting = new DigestInputStream(in, digest)) {
            Map<String, Tensor> arrays = Safetensors.readAll(digesting, expected.bytes(), name);
            requireDigest(name, expected, Sha256.hex(digest));
            return arrays;
        }
    }

    /** Digests and counts what passes through, and lets the disk begin with it. */
    private static final class Digesting extends FilterOutputStream {
        private final MessageDigest digest = Sha256.start();
        private final EarlyFlush flush;
        private long bytes;

        Digesting(OutputStream out, EarlyFlush flush) {
            super(out);
            this.flush = flush;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            out.write(content, offset, length);
            digest.update(content, offset, length);
            bytes += length;
            flush.wrote(length);
        }
    }
}
