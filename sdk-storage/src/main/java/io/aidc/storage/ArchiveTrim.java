package io.aidc.storage;

import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.MetadataLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of archived commands that no restore needs.
 *
 * <p>{@code g/archived} holds the number of the latest entry in the state of the oldest backup that is kept: a restore to any later
 * moment begins there or later. Whoever made a backup writes it; each node deletes the segments of its own archive up to it.
 *
 * <p>Thread-safe: holds no state.
 */
final class ArchiveTrim {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveTrim.class);
    private static final String KEY = "g/archived";

    private final MetadataLog log;
    private final Catalog catalog;

    ArchiveTrim(MetadataLog log, Catalog catalog) {
        this.log = log;
        this.catalog = catalog;
    }

    /** Deletes this node's segments up to an entry, and tells all nodes to. */
    void release(long upTo) throws IOException {
        String number = Long.toString(upTo);
        Entry known = log.state().get(KEY);
        if (known == null || !text(known).equals(number)) {
            catalog.mark(KEY, number);
        }
        delete(upTo);
    }

    /** Deletes this node's segments up to the entry that it was told. */
    void run() {
        Entry known = log.state().get(KEY);
        if (known != null) {
            delete(Long.parseLong(text(known)));
        }
    }

    private void delete(long upTo) {
        CommandArchive archive = log.archive();
        if (archive == null) {
            return;
        }
        try {
            archive.deleteUpTo(upTo);
        } catch (IOException e) {
            LOG.warn("Deleting archived commands failed and is tried again", e);
        }
    }

    private static String text(Entry entry) {
        return new String(entry.value(), StandardCharsets.UTF_8);
    }
}
