package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Names with slashes, such as {@code models/fraud/7}, as entities in folders. */
final class ResourceNames {
    static final String RESOURCE = "Resource";
    private static final String FOLDER = "Folder";
    private static final int MAX_LENGTH = 1024;
    private static final int MAX_PARTS = 64;

    private ResourceNames() {}

    /** The resource with all folders that it is in. */
    static Entity resource(String name) {
        requireName("resource", name, name);
        Set<EntityUid> folders = new LinkedHashSet<>();
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            folders.add(new EntityUid(FOLDER, name.substring(0, slash)));
        }
        return new Entity(new EntityUid(RESOURCE, name), Map.of(), Map.of(), folders);
    }

    /** What a pattern asks of the resource, as it stands in the head of a policy. */
    static String scope(String pattern) {
        if (Objects.requireNonNull(pattern, "pattern").equals("*")) {
            return "resource is " + RESOURCE;
        }
        if (pattern.endsWith("/*")) {
            String folder = pattern.substring(0, pattern.length() - 2);
            requireName("pattern", folder, pattern);
            return "resource in " + new EntityUid(FOLDER, folder);
        }
        requireName("pattern", pattern, pattern);
        return "resource == " + new EntityUid(RESOURCE, pattern);
    }

    private static void requireName(String what, String name, String given) {
        String[] parts = name.split("/", -1);
        boolean isName = name.length() <= MAX_LENGTH && parts.length <= MAX_PARTS && name.indexOf('*') < 0;
        for (String part : parts) {
            isName &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
        }
        if (!isName) {
            String allowed = what.equals("pattern") ? ", or those and /*, or * alone" : "";
            throw new IllegalArgumentException(
                    "%s must be parts with / between them, none empty, . or .., and no star%s, at most %d characters and %d parts, got %s"
                            .formatted(what, allowed, MAX_LENGTH, MAX_PARTS, Printable.of(given)));
        }
    }
}
