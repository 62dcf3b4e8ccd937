package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Printable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of a model: all below a directory, or one file. */
final class ModelTree {
    /** What version control leaves in a directory; never part of a model. */
    static final Set<String> VERSION_CONTROL = Set.of(".git", ".gitattributes", ".github", ".gitignore");

    private static final int MAX_DEPTH = 64;

    private final Path root;
    private final Path signature;

    /** Both are made real, so that the signature is found inside the model however it was spelled. */
    ModelTree(Path model, Path signatureFile) throws IOException {
        this.root = model.toRealPath();
        Path absolute = signatureFile.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        this.signature = directory == null ? absolute : directory.toRealPath().resolve(absolute.getFileName());
    }

    String name() {
        Path last = root.getFileName();
        return last == null ? "" : last.toString();
    }

    boolean isSingleFile() {
        return Files.isRegularFile(root);
    }

    /** The signature file's name, if it lies inside the directory. */
    Optional<String> signatureName() {
        return !isSingleFile() && signature.startsWith(root) ? Optional.of(name(signature)) : Optional.empty();
    }

    /** Version control, the signature, and what else is named. */
    Set<String> ignoring(Collection<String> more) {
        Set<String> ignored = new LinkedHashSet<>(VERSION_CONTROL);
        signatureName().ifPresent(ignored::add);
        ignored.addAll(more);
        return ignored;
    }

    Path resolve(String name) {
        return name.equals(ResourceName.SINGLE_FILE) ? root : root.resolve(name);
    }

    /** Names in signing order; ignored files and directories are not looked at. */
    List<String> names(Set<String> ignored) throws IOException {
        if (isSingleFile()) {
            return List.of(ResourceName.SINGLE_FILE);
        }
        List<String> names = new ArrayList<>();
        collect(root, ignored, names, 0);
        names.sort(ResourceName.ORDER);
        return names;
    }

    Map<String, String> digests(Collection<String> names) throws IOException {
        Map<String, String> digests = new LinkedHashMap<>();
        for (String name : names) {
            digests.put(name, Sha256.ofFile(resolve(name)));
        }
        return digests;
    }

    private void collect(Path directory, Set<String> ignored, List<String> names, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw unsafe(directory, "lies deeper than %d directories".formatted(MAX_DEPTH));
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = name(entry);
                if (ignored.contains(name)) {
                    continue;
                }
                BasicFileAttributes attributes =
                        Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isDirectory()) {
                    collect(entry, ignored, names, depth + 1);
                } else if (attributes.isRegularFile()) {
                    names.add(name);
                } else {
                    throw unsafe(entry, "is a symbolic link or no regular file");
                }
            }
        }
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }

    private ModelRejectedException unsafe(Path path, String fault) {
        return new ModelRejectedException(
                Reason.UNSAFE_FILE, "Model file %s %s".formatted(Printable.of(name(path)), fault));
    }
}
