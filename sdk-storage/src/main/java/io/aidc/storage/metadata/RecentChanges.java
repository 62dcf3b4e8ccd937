package io.aidc.storage.metadata;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest changes of keys, for watchers; confined to the state's lock. */
final class RecentChanges {
    private static final int MAX_CHANGES = 1 << 16;
    private static final int MAX_BYTES = 16 << 20;

    private final Deque<WatchEvent.Changed> changes = new ArrayDeque<>();
    private long bytes;
    private long forgottenUpTo;

    void add(String key, byte @Nullable [] value, long revision) {
        changes.add(new WatchEvent.Changed(key, value, revision));
        bytes += bytes(changes.getLast());
        while (changes.size() > MAX_CHANGES || bytes > MAX_BYTES) {
            WatchEvent.Changed oldest = changes.remove();
            bytes -= bytes(oldest);
            forgottenUpTo = oldest.revision();
        }
    }

    private static long bytes(WatchEvent.Changed change) {
        byte @Nullable [] value = change.value();
        return (long) change.key().length() + (value == null ? 0 : value.length);
    }

    /** Forgets all; what happened up to the revision is not known one by one. */
    void restart(long revision) {
        changes.clear();
        bytes = 0;
        forgottenUpTo = revision;
    }

    /** Returns the changes after a revision, or that they are not known. */
    List<WatchEvent> after(long revision, long current) {
        if (revision < forgottenUpTo) {
            return List.of(new WatchEvent.Missed(current));
        }
        List<WatchEvent> found = new ArrayList<>();
        for (var newest = changes.descendingIterator(); newest.hasNext(); ) {
            WatchEvent.Changed change = newest.next();
            if (change.revision() <= revision) {
                break;
            }
            found.add(change);
        }
        Collections.reverse(found);
        return found;
    }
}
