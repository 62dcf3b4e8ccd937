package io.aidc.security.signing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where a model lies, and which of its files are its own signature. */
final class ModelPlace {
    private final Path root;
    private final Path signature;

    /** Both are made real, so that the signature is found inside the model however it was spelled. */
    ModelPlace(Path model, Path signatureFile) throws IOException {
        this.root = model.toRealPath();
        this.signature = real(signatureFile);
    }

    /** The last part of the path. */
    String name() {
        Path last = root.getFileName();
        return last == null ? "" : last.toString();
    }

    String path() {
        return root.toString();
    }

    boolean contains(Path file) throws IOException {
        return real(file).startsWith(root);
    }

    /** The signature and its sibling, if they lie inside the model, whether they are there or not. */
    Ignored ignoring(Ignored more) {
        if (!signature.startsWith(root) || signature.equals(root)) {
            return more;
        }
        String name = root.relativize(signature)
                .toString()
                .replace(root.getFileSystem().getSeparator(), "/");
        return more.and(List.of(name, name + SignatureFiles.SECOND_SUFFIX));
    }

    ModelTree tree(ModelTree.Links links, Ignored ignored) {
        return new ModelTree(root, links, ignored);
    }

    private static Path real(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        Path last = absolute.getFileName();
        return directory == null || last == null
                ? absolute
                : directory.toRealPath().resolve(last);
    }
}
