package io.aidc.training.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the checkpoints in a directory.
 *
 * <p>A checkpoint named {@code step-N} that is written again is {@code .replaced-step-N} while the other takes its name. Where
 * a writer died in between, the replaced one is still the checkpoint of that step.
 */
final class CheckpointFolder {
    static final String TEMPORARY = ".tmp-";
    static final String DEAD = ".dead-";
    static final String REPLACED = ".replaced-";

    private static final Pattern NAME = Pattern.compile("step-(\\d{10,19})");
    private static final int ATTEMPTS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);

    private final Path directory;
    private final Set<Path> warned = ConcurrentHashMap.newKeySet();

    CheckpointFolder(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    static String name(long step) {
        return "step-%010d".formatted(step);
    }

    Path target(long step) {
        return directory.resolve(name(step));
    }

    Path replaced(long step) {
        return directory.resolve(REPLACED + name(step));
    }

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** All whose {@code state.json} is sound and whose files have their lengths, oldest first. */
    List<Checkpoint> list() {
        List<Checkpoint> found = new ArrayList<>();
        for (Path path : children()) {
            String name = path.getFileName().toString();
            boolean isReplaced = name.startsWith(REPLACED);
            Matcher matcher = NAME.matcher(isReplaced ? name.substring(REPLACED.length()) : name);
            if (matcher.matches() && !(isReplaced && exists(directory.resolve(matcher.group())))) {
                try {
                    found.add(read(path, matcher.group()));
                } catch (IOException e) {
                    passOver(path, e);
                }
            }
        }
        found.sort(Comparator.comparingLong(Checkpoint::sequence).thenComparingLong(Checkpoint::step));
        return found;
    }

    List<Path> children() {
        try (Stream<Path> listed = Files.list(directory)) {
            return listed.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the checkpoints in " + directory, e);
        }
    }

    private static Checkpoint read(Path path, String name) throws IOException {
        var checkpoint = new Checkpoint(path, CheckpointFiles.manifest(path));
        if (!checkpoint.name().equals(name)) {
            throw new IOException("state.json is of %s".formatted(checkpoint.name()));
        }
        return checkpoint;
    }

    /** The first that is whole, in an order made of all; those that are not are warned of. */
    Optional<Checkpoint> firstWhole(Function<List<Checkpoint>, List<Checkpoint>> order) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean someWent = false;
            for (Checkpoint checkpoint : order.apply(list())) {
                try {
                    checkpoint.verify();
                    return Optional.of(checkpoint);
                } catch (IOException e) {
                    someWent |= !passOver(checkpoint.directory(), e);
                }
            }
            if (!someWent) {
                break;
            }
        }
        return Optional.empty();
    }

    /** Warns, unless a writer removed the checkpoint meanwhile; tells whether it is still there. */
    private boolean passOver(Path path, IOException reason) {
        if (!exists(path)) {
            return false;
        }
        if (warned.add(path)) {
            LOG.warn("checkpoint passed over, it is not whole: directory={} reason={}", path, reason.getMessage());
        } else {
            LOG.debug("checkpoint passed over again: directory={} reason={}", path, reason.getMessage());
        }
        return true;
    }

    Optional<Checkpoint> at(long step) {
        Path path = exists(target(step)) || !exists(replaced(step)) ? target(step) : replaced(step);
        try {
            Checkpoint checkpoint = read(path, name(step));
            checkpoint.verify();
            return Optional.of(checkpoint);
        } catch (IOException e) {
            if (!exists(path)) {
                return Optional.empty();
            }
            throw new DamagedCheckpointException(path, String.valueOf(e.getMessage()), e);
        }
    }
}
