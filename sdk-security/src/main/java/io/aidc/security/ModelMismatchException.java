package io.aidc.security;

import io.aidc.security.internal.Printable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says that the files of a model are not those which its valid signature lists. Nothing of those files has been handed out.
 * Loading can succeed after the files are put right. The message shows the first names of each kind, escaped; the lists
 * hold all, as they are.
 *
 * <p><em>Immutable.</em>
 */
public final class ModelMismatchException extends VaultException {
    private static final long serialVersionUID = 1L;

    private static final int MAX_SHOWN = 10;

    /** Kept as an array, which serializes. */
    private final String[] missing;

    /** Kept as an array, which serializes. */
    private final String[] extra;

    /** Kept as an array, which serializes. */
    private final String[] changed;

    /**
     * Lists the differences.
     *
     * @param model the model as the caller named it
     * @param missing names that are signed but absent
     * @param extra names that are present but not signed
     * @param changed names whose content differs from what was signed
     */
    public ModelMismatchException(String model, List<String> missing, List<String> extra, List<String> changed) {
        super(
                "Model %s differs from its signature: missing %s, extra %s, changed %s"
                        .formatted(Printable.of(model), shown(missing), shown(extra), shown(changed)),
                null);
        this.missing = missing.toArray(String[]::new);
        this.extra = extra.toArray(String[]::new);
        this.changed = changed.toArray(String[]::new);
    }

    /**
     * Returns the names that are signed but absent.
     *
     * @return unmodifiable, in the order of the signature
     */
    public List<String> missing() {
        return List.of(missing);
    }

    /**
     * Returns the names that are present but not signed.
     *
     * @return unmodifiable, in path order
     */
    public List<String> extra() {
        return List.of(extra);
    }

    /**
     * Returns the names whose content differs from what was signed.
     *
     * @return unmodifiable, in the order of the signature
     */
    public List<String> changed() {
        return List.of(changed);
    }

    private static String shown(List<String> names) {
        String first = names.stream().limit(MAX_SHOWN).map(Printable::of).collect(Collectors.joining(", "));
        return names.size() <= MAX_SHOWN
                ? "[" + first + "]"
                : "[%s and %d more]".formatted(first, names.size() - MAX_SHOWN);
    }
}
