package io.aidc.security.keys;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Key rings whose passphrase costs next to nothing to check. */
public final class TestRings {
    static final PassphraseCost CHEAP = new PassphraseCost(64, 1, 1);
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");

    private TestRings() {}

    public static KeyRing create(Path file, String passphrase) {
        return KeyRing.create(file, passphrase.toCharArray(), CHEAP, Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
