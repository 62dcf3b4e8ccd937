package io.aidc.storage.internal.restic;

import java.time.OffsetDateTime;

/** Who made a key, and when. */
public record KeyOrigin(String host, String user, OffsetDateTime time) {}
