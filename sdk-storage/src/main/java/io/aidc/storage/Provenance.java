package io.aidc.storage;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Where a version comes from, as its publisher says.
 *
 * <p>Part of the version's digest, so that it cannot be changed afterwards. It is not proved: sign what must be believed.
 *
 * <p>Immutable.
 *
 * @param by who published it; empty if not said
 * @param dataFingerprint names the data it was made from, in whatever form the publisher uses; empty if not said
 * @param parameters what it was made with, sorted by name
 */
public record Provenance(String by, String dataFingerprint, Map<String, String> parameters) {
    /** Nothing said. */
    public static final Provenance NONE = new Provenance("", "", Map.of());

    /** Copies the parameters. */
    public Provenance {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(dataFingerprint, "dataFingerprint");
        parameters = java.util.Collections.unmodifiableMap(new TreeMap<>(parameters));
    }
}
