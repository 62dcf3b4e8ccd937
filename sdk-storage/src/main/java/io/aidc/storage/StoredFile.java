package io.aidc.storage;

/**
 * One file of a version.
 *
 * <p>Immutable.
 *
 * @param name relative, parts separated by {@code /}
 * @param size bytes
 * @param sha256 of the whole file, 64 lower-case hex digits
 */
public record StoredFile(String name, long size, String sha256) {}
