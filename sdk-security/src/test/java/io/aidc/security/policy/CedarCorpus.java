package io.aidc.security.policy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.aidc.security.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** Cedar's published tests: files in folders, and in whatever archives of the generated ones lie beside them. */
final class CedarCorpus {
    private static final int BLOCK = 512;

    private final Map<String, String> files = new HashMap<>();

    private CedarCorpus() {}

    static CedarCorpus read() throws IOException {
        Path folder = Vectors.folder("cedar");
        CedarCorpus corpus = new CedarCorpus();
        for (String part : List.of("tests", "sample-data", "corpus-tests")) {
            corpus.addFolder(folder, folder.resolve(part));
        }
        try (var archives = Files.list(folder)) {
            for (Path archive : archives.sorted().toList()) {
                corpus.addArchive(archive);
            }
        }
        return corpus;
    }

    /** The tests whose path begins like that: each is a JSON file that names its other files. */
    List<String> tests(String prefix) {
        return new TreeSet<>(files.keySet())
                .stream()
                        .filter(name -> name.startsWith(prefix) && name.endsWith(".json"))
                        .filter(name -> !name.endsWith(".entities.json"))
                        .toList();
    }

    String file(String path) {
        String text = files.get(path);
        if (text == null) {
            throw new AssertionError("no file " + path);
        }
        return text;
    }

    private void addFolder(Path root, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
        }
    }

    private void addArchive(Path archive) throws IOException {
        String name = archive.getFileName().toString();
        if (!name.matches("corpus-tests.*\\.tar\\.(xz|gz)")) {
            return;
        }
        try (InputStream file = Files.newInputStream(archive);
                InputStream tar = name.endsWith(".xz") ? new XZInputStream(file) : new GZIPInputStream(file)) {
            addTar(tar);
        }
    }

    /** Reads the old header and the prefix of ustar, which is all that these archives use. */
    private void addTar(InputStream tar) throws IOException {
        while (true) {
            byte[] header = tar.readNBytes(BLOCK);
            if (header.length < BLOCK || header[0] == 0) {
                return;
            }
            String prefix = text(header, 345, 155);
            String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
            int size = Integer.parseInt(text(header, 124, 12).trim(), 8);
            byte[] content = tar.readNBytes(size);
            tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            if (header[156] == '0' || header[156] == 0) {
                files.put(name.substring(Math.max(0, name.indexOf("corpus-tests/"))), new String(content, UTF_8));
            }
        }
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, US_ASCII);
    }
}
