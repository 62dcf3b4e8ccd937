package io.aidc.security.signing;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Paths that are left out of a signature, each with all below it. */
record Ignored(Set<String> paths) {
    static final Ignored NOTHING = new Ignored(Set.of());

    /** What version control leaves in a directory; never part of a model. */
    static final Ignored VERSION_CONTROL = new Ignored(Set.of(".git", ".gitattributes", ".github", ".gitignore"));

    Ignored and(Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(paths);
        all.addAll(more);
        return new Ignored(all);
    }

    /** All but those that stand for one of these files. */
    Ignored butNot(Collection<String> files) {
        Set<String> needed = new HashSet<>();
        for (String file : files) {
            for (String path = file; !path.isEmpty(); path = parent(path)) {
                if (paths.contains(path)) {
                    needed.add(path);
                }
            }
        }
        Set<String> rest = new LinkedHashSet<>(paths);
        rest.removeAll(needed);
        return new Ignored(rest);
    }

    boolean covers(String name) {
        boolean covered = false;
        for (String path = name; !covered && !path.isEmpty(); path = parent(path)) {
            covered = paths.contains(path);
        }
        return covered;
    }

    Json toJson() {
        List<Json> items = new ArrayList<>();
        paths.stream().sorted(ResourceName.ORDER).forEach(path -> items.add(new Json.Text(path)));
        return new Json.Items(items);
    }

    static Ignored parse(Json items) throws JsonException {
        Set<String> paths = new LinkedHashSet<>();
        for (Json path : items.asItems()) {
            paths.add(path.asText());
        }
        return new Ignored(paths);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
