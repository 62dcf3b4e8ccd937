package io.aidc.serving;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/** Third-party data from the folder in {@code -Daidc.testdata}; tests that need it are skipped without it. */
final class TestData {
    private static final Logger LOG = LoggerFactory.getLogger(TestData.class);
    private static final int BLOCK = 512;

    private TestData() {}

    static Path folder(String name) {
        Path root = Path.of(System.getProperty("aidc.root", "."));
        Path folder = root.resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
                .resolve(name);
        if (!Files.isDirectory(folder)) {
            LOG.warn("SKIPPED: CONFORMANCE DATA IS ABSENT, no folder {} (set -Daidc.testdata)", folder);
        }
        assumeTrue(Files.isDirectory(folder), "no folder " + folder);
        return folder;
    }

    /** Reads all files of a {@code .tar.xz} into memory, by path. */
    static Map<String, byte[]> archive(Path file) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (InputStream in = new XZInputStream(Files.newInputStream(file))) {
            String longName = "";
            for (byte[] header = in.readNBytes(BLOCK);
                    header.length == BLOCK && header[0] != 0;
                    header = in.readNBytes(BLOCK)) {
                int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
                byte[] content = in.readNBytes(size);
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
                char type = (char) header[156];
                if (type == 'L') {
                    longName = text(content, 0, size);
                    continue;
                }
                if (type == '0' || type == 0) {
                    files.put(longName.isEmpty() ? text(header, 0, 100) : longName, content);
                }
                longName = "";
            }
        }
        return files;
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }
}
