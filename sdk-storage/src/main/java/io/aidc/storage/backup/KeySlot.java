package io.aidc.storage.backup;

import java.time.OffsetDateTime;

/**
 * A password of a repository, of which only this is known.
 *
 * @param id 64 hex digits
 * @param host where it was added
 * @param user who added it
 * @param created when
 * @param isCurrent true for the one this repository was opened with
 */
public record KeySlot(String id, String host, String user, OffsetDateTime created, boolean isCurrent) {}
