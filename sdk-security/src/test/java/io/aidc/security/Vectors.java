package io.aidc.security;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Finds third-party test vectors and the seeds of random tests. */
public final class Vectors {
    private Vectors() {}

    /** The folder of vectors; without it the test is skipped with one loud line. */
    public static Path folder(String name) {
        Path root = Path.of(System.getProperty("aidc.root", ".."));
        Path folder = root.resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
                .resolve("security")
                .resolve(name);
        if (!Files.isDirectory(folder)) {
            System.err.println("CONFORMANCE TESTS SKIPPED: no vectors in " + folder + " (set -Daidc.testdata)");
            Assumptions.abort("no vectors in " + folder);
        }
        return folder;
    }

    public static Json json(Path file) throws IOException, JsonException {
        return JsonReader.read(Files.readAllBytes(file), 1_000_000);
    }

    public static byte[] hex(Json object, String member) throws JsonException {
        return HexFormat.of().parseHex(object.get(member).asText());
    }

    public static int integer(Json object, String member) throws JsonException {
        return ((Json.Numeral) object.get(member)).value().intValueExact();
    }

    public static void report(String what, int cases) {
        System.out.println("conformance: " + what + ", " + cases + " cases");
    }

    /** 0 to 49 and a fresh one. */
    public static Stream<Long> seeds() {
        long fresh = Long.getLong("test.seed", System.nanoTime());
        return Stream.concat(Stream.iterate(0L, seed -> seed + 1).limit(50), Stream.of(fresh));
    }
}
