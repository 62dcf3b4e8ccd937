package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;

/** The directories of a repository; the name of each file in them is the SHA-256 of its bytes. */
public enum FileKind {
    KEY("keys"),
    LOCK("locks"),
    SNAPSHOT("snapshots"),
    INDEX("index"),
    PACK("data");

    private final String directory;

    FileKind(String directory) {
        this.directory = directory;
    }

    /** The object's key. */
    public String key(ChunkId id) {
        String hex = id.hex();
        return this == PACK ? directory + "/" + hex.substring(0, 2) + "/" + hex : directory + "/" + hex;
    }

    String prefix() {
        return directory + "/";
    }
}
