package io.aidc.storage.internal.restic;

import java.util.Locale;

/** What a blob holds: a piece of a file, or a directory. */
public enum BlobType {
    DATA,
    TREE;

    String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BlobType parse(String json) {
        for (BlobType type : values()) {
            if (type.json().equals(json)) {
                return type;
            }
        }
        throw new IllegalArgumentException("blob type must be data or tree, got '" + json + "'");
    }
}
