package io.aidc.storage;

import java.util.Map;
import java.util.TreeMap;

/** A version's provenance among the metadata of its manifest, under reserved keys. */
final class VersionText {
    static final String RESERVED = "aidc.";

    private static final String BY = RESERVED + "by";
    private static final String DATA = RESERVED + "data";
    private static final String PARAMETER = RESERVED + "parameter.";

    private VersionText() {}

    static Map<String, String> write(Map<String, String> metadata, Provenance provenance) {
        Map<String, String> all = new TreeMap<>(metadata);
        if (!provenance.by().isEmpty()) {
            all.put(BY, provenance.by());
        }
        if (!provenance.dataFingerprint().isEmpty()) {
            all.put(DATA, provenance.dataFingerprint());
        }
        provenance.parameters().forEach((key, value) -> all.put(PARAMETER + key, value));
        return all;
    }

    static Provenance provenance(Map<String, String> all) {
        Map<String, String> parameters = new TreeMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(PARAMETER)) {
                parameters.put(key.substring(PARAMETER.length()), value);
            }
        });
        return new Provenance(all.getOrDefault(BY, ""), all.getOrDefault(DATA, ""), parameters);
    }

    static Map<String, String> metadata(Map<String, String> all) {
        Map<String, String> metadata = new TreeMap<>(all);
        metadata.keySet().removeIf(key -> key.startsWith(RESERVED));
        return metadata;
    }
}
