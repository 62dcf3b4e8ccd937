package io.aidc.training.checkpoint;

import java.io.DataInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes and opens safetensors files, the format in which PyTorch, JAX and others exchange named arrays without code in
 * them.
 *
 * {@snippet class="io.aidc.training.checkpoint.CheckpointSnippetsTest" region="safetensors"}
 *
 * <p>Files are byte for byte those of the reference implementation: arrays ordered by type and name, the header padded to a
 * multiple of eight. Named as PyTorch names them, such as {@code 0.weight}, the arrays are read there by {@code
 * load_state_dict(load_file(path))}. Numbers are converted part by part; the arrays are not held twice.
 *
 * <p>Immutable: this class has no state.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format</a>
 */
public final class Safetensors {
    private Safetensors() {}

    /**
     * Writes a file, in place of one that may be there: it appears whole or not at all, and is on the disk when the call
     * returns.
     *
     * @param file where to; its directory exists
     * @param tensors the arrays by name of 1 to 4096 characters, at most 262 144
     * @param metadata texts for the reader, such as {@code format} to {@code pt}
     * @throws IllegalArgumentException if a name is not allowed, or the header would be larger than 100 MB
     * @throws UncheckedIOException if the file system fails; what was there is unchanged
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        write(file, tensors, metadata, Disk.REAL);
    }

    static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata, Disk disk) {
        Path target = requireDefault(file).toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null || target.getFileName() == null) {
            throw new IllegalArgumentException("file must name a file, got " + file);
        }
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        Path temporary = directory.resolve(
                ".%s.%s.tmp".formatted(target.getFileName(), HexFormat.of().formatHex(random)));
        boolean moved = false;
        try {
            try (FileOutputStream out = disk.create(temporary)) {
                write(out, tensors, metadata);
                disk.force(out, temporary);
            }
            disk.move(temporary, target);
            moved = true;
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        } finally {
            if (!moved) {
                disk.discard(temporary);
            }
        }
    }

    static void write(OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        List<Map.Entry<String, Tensor>> ordered = SafetensorsHeader.order(tensors);
        out.write(SafetensorsHeader.encode(ordered, metadata));
        for (Map.Entry<String, Tensor> entry : ordered) {
            Tensor tensor = entry.getValue();
            Elements.write(tensor.type(), tensor.data(), out);
        }
    }

    /**
     * Opens a file and checks its header: at most 100 MB, no name twice, and arrays that cover the data without a gap or an
     * overlap.
     *
     * @param file the file
     * @return its arrays, to be read one by one; the caller closes it
     * @throws MalformedSafetensorsException if the file is not what the format allows
     * @throws UncheckedIOException if it cannot be read
     */
    public static SafetensorsFile open(Path file) {
        return SafetensorsFile.open(requireDefault(file));
    }

    /** Reads all arrays in one pass. */
    static Map<String, Tensor> readAll(InputStream in, long fileBytes, String file) throws IOException {
        var data = new DataInputStream(in);
        SafetensorsHeader header = SafetensorsHeader.read(data, fileBytes, file);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, SafetensorsFile.Entry> named : header.entries().entrySet()) {
            SafetensorsFile.Entry entry = named.getValue();
            int size = entry.requireSize(named.getKey());
            tensors.put(
                    named.getKey(),
                    new Tensor(entry.type(), entry.shape(), Elements.read(entry.type(), size, data), false));
        }
        return tensors;
    }

    static Path requireDefault(Path path) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException(
                    "must lie in the default file system, got %s in %s".formatted(path, path.getFileSystem()));
        }
        return path;
    }
}
