package io.aidc.storage.chunk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Loads the 256 published Gear constants. */
final class GearTable {
    private static final String RESOURCE = "gear-table.txt";

    private GearTable() {}

    static long[] load() {
        try (var in = Objects.requireNonNull(GearTable.class.getResourceAsStream(RESOURCE), RESOURCE);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            long[] table = lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .mapToLong(line -> Long.parseUnsignedLong(line, 16))
                    .toArray();
            if (table.length != 256) {
                throw new IllegalStateException("%s has %d constants, expected 256".formatted(RESOURCE, table.length));
            }
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
