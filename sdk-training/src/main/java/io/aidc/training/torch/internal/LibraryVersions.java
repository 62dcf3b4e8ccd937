package io.aidc.training.torch.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Reads the versions of libraries from the Maven properties in their jars. */
public final class LibraryVersions {
    private LibraryVersions() {}

    public static Map<String, String> present(String group, String... artifacts) {
        Map<String, String> versions = new TreeMap<>();
        for (String artifact : artifacts) {
            String path = "/META-INF/maven/%s/%s/pom.properties".formatted(group, artifact);
            try (InputStream in = LibraryVersions.class.getResourceAsStream(path)) {
                if (in != null) {
                    var properties = new Properties();
                    properties.load(in);
                    versions.put(artifact, properties.getProperty("version", "unknown"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + path, e);
            }
        }
        return versions;
    }
}
