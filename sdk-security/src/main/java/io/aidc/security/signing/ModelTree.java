package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Printable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of a model in the file system: all below a directory, or one file. */
final class ModelTree implements ModelFiles {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ENTRIES = 1_000_000;

    private final Path root;
    private final Links links;
    private final Ignored ignored;

    /** What is done about symbolic links inside the model. */
    enum Links {
        REFUSED,
        FOLLOWED;

        private LinkOption[] options() {
            return this == REFUSED ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
        }
    }

    /** Ignored files and directories are not looked at. */
    ModelTree(Path root, Links links, Ignored ignored) {
        this.root = root;
        this.links = links;
        this.ignored = ignored;
    }

    boolean isSingleFile() {
        return Files.isRegularFile(root);
    }

    @Override
    public List<String> names() throws IOException {
        if (isSingleFile()) {
            return List.of(ResourceName.SINGLE_FILE);
        }
        Walk walk = new Walk();
        walk.collect(root);
        return walk.names;
    }

    @Override
    public SeekableByteChannel open(String name) throws IOException {
        Set<OpenOption> options = links == Links.REFUSED
                ? Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
                : Set.of(StandardOpenOption.READ);
        return Files.newByteChannel(resolve(name), options);
    }

    BasicFileAttributes attributes(String name) throws IOException {
        return Files.readAttributes(resolve(name), BasicFileAttributes.class, links.options());
    }

    private Path resolve(String name) throws IOException {
        if (name.equals(ResourceName.SINGLE_FILE)) {
            return root.toRealPath();
        }
        if (!ResourceName.isPlain(name)) {
            throw new IllegalArgumentException("name must be one of names(), got " + Printable.of(name));
        }
        return root.resolve(name);
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }

    /** One listing, which knows where it has come from. */
    private final class Walk {
        private final List<String> names = new ArrayList<>();
        private final List<Path> ancestors = new ArrayList<>();
        private int entries;

        void collect(Path directory) throws IOException {
            if (ancestors.size() > MAX_DEPTH) {
                throw unsafe(directory, "lies deeper than %d directories".formatted(MAX_DEPTH));
            }
            Path real = directory.toRealPath();
            if (ancestors.contains(real)) {
                throw unsafe(directory, "is a symbolic link to a directory it lies in");
            }
            ancestors.add(real);
            try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
                for (Path child : children) {
                    if (!ignored.paths().contains(name(child))) {
                        visit(child);
                    }
                }
            }
            ancestors.remove(ancestors.size() - 1);
        }

        private void visit(Path entry) throws IOException {
            if (++entries > MAX_ENTRIES) {
                throw unsafe(entry, "is one more than %d files and directories".formatted(MAX_ENTRIES));
            }
            BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class, links.options());
            if (attributes.isDirectory()) {
                collect(entry);
            } else if (attributes.isRegularFile()) {
                names.add(name(entry));
            } else {
                throw unsafe(entry, "is a symbolic link or no regular file");
            }
        }

        private ModelRejectedException unsafe(Path path, String fault) {
            return new ModelRejectedException(
                    Reason.UNSAFE_FILE, "Model file %s %s".formatted(Printable.of(name(path)), fault));
        }
    }
}
