package io.aidc.storage.chunk;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the tensors in files that belong together.
 *
 * <p>{@code .safetensors} files are described by their header, {@code .onnx} files and the data files they name by the model.
 * A file whose description is malformed, contradicts itself or does not fit the file is cut by content alone; the reason is
 * logged at DEBUG. Content is never refused. Cost: one header per safetensors file, and what an ONNX file holds beside its
 * tensors; at most 16 MiB are held.
 *
 * <p>A model's author chooses the names of its data files, so only those of {@code files} are looked at: absolute names,
 * {@code ..} and links lead nowhere (CVE-2022-25882, CVE-2024-27318).
 */
public final class Layouts {
    private static final Logger LOG = LoggerFactory.getLogger(Layouts.class);

    private final Map<String, Content> files;
    private final Map<String, Layout> layouts = new HashMap<>();

    private Layouts(Map<String, Content> files) {
        this.files = files;
    }

    /**
     * Looks at every file.
     *
     * @param files by relative name
     * @return a layout for each file
     * @throws IOException if one cannot be read
     */
    public static Map<String, Layout> of(Map<String, Content> files) throws IOException {
        var layouts = new Layouts(files);
        for (String name : files.keySet()) {
            layouts.layouts.putIfAbsent(name, Layout.none());
            layouts.describe(name);
        }
        return Map.copyOf(layouts.layouts);
    }

    private void describe(String name) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        try {
            if (lower.endsWith(".safetensors")) {
                try (InputStream in = content(name).open()) {
                    add(Map.of(name, Safetensors.layout(in, content(name).size())));
                }
            } else if (lower.endsWith(".onnx")) {
                add(onnx(name));
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("Tensors not used as cut points file={} reason={}", name, e.getMessage());
        }
    }

    private void add(Map<String, Layout> found) {
        found.forEach((name, layout) -> layouts.merge(name, layout, Layout::and));
    }

    private Map<String, Layout> onnx(String name) throws IOException {
        OnnxModel.Tensors tensors;
        try (InputStream in = content(name).open()) {
            tensors = OnnxModel.tensors(in, content(name).size());
        }
        Map<String, Layout> found = new HashMap<>();
        found.put(name, tensors.inside());
        String directory = name.substring(0, name.lastIndexOf('/') + 1);
        for (var data : tensors.outside().entrySet()) {
            String file = directory + RelativeName.check("location", data.getKey());
            found.merge(file, outside(content(file).size(), data.getValue()), Layout::and);
        }
        return found;
    }

    private static Layout outside(long fileBytes, Map<Long, Long> ranges) {
        LongStream.Builder boundaries = LongStream.builder();
        ranges.forEach((offset, length) ->
                boundaries.add(offset).add(length == OnnxModel.TO_THE_END ? fileBytes : offset + length));
        return Layout.of(fileBytes, boundaries.build());
    }

    private Content content(String name) {
        Content content = files.get(name);
        if (content == null) {
            throw new IllegalArgumentException("the model names a data file that is not published with it");
        }
        return content;
    }
}
