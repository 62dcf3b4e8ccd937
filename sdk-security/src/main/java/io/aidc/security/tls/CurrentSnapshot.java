package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.VaultException;
import io.aidc.security.VaultIoException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds the snapshot in use and replaces it when the files hold something else that is good. <em>Thread-safe.</em> */
final class CurrentSnapshot implements Supplier<TlsSnapshot> {
    private final TlsFiles files;
    private final TlsPolicy policy;
    private final Clock clock;

    /** Null once closed. Written under the lock of this object, read without. */
    private volatile @Nullable InUse inUse;

    /** What the last look was refused for, under the lock of this object. */
    private @Nullable String lastRefusal;

    private record InUse(Map<Path, String> digests, TlsSnapshot snapshot) {}

    /**
     * What a look came to.
     *
     * @param isNews false if nothing changed, or the look before was refused for the same
     */
    record Look(TlsReload outcome, boolean isNews) {}

    CurrentSnapshot(TlsFiles files, TlsPolicy policy, Clock clock) {
        this.files = files;
        this.policy = policy;
        this.clock = clock;
        try (TlsFiles.Content content = files.read()) {
            inUse = new InUse(content.digests(), content.snapshot(policy, clock.instant()));
        }
    }

    @Override
    public TlsSnapshot get() {
        InUse now = inUse;
        if (now == null) {
            throw new IllegalStateException("this TLS context is closed");
        }
        return now.snapshot();
    }

    /** Reads the files again. Once closed, it finds nothing changed. */
    synchronized Look look() {
        InUse before = inUse;
        if (before == null) {
            return new Look(new TlsReload.Unchanged(), false);
        }
        try {
            List<Path> changed = replace(before);
            lastRefusal = null;
            return changed.isEmpty()
                    ? new Look(new TlsReload.Unchanged(), false)
                    : new Look(new TlsReload.Replaced(changed), true);
        } catch (TlsMaterialException | VaultIoException e) {
            return refused(e);
        }
    }

    synchronized void close() {
        inUse = null;
    }

    private List<Path> replace(InUse before) {
        try (TlsFiles.Content content = files.read()) {
            Map<Path, String> digests = content.digests();
            List<Path> changed = digests.entrySet().stream()
                    .filter(file -> !file.getValue().equals(before.digests().get(file.getKey())))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            if (!changed.isEmpty()) {
                inUse = new InUse(digests, content.snapshot(policy, clock.instant()));
            }
            return changed;
        }
    }

    private Look refused(VaultException failure) {
        String refusal = String.valueOf(failure.getMessage());
        boolean isNews = !refusal.equals(lastRefusal);
        lastRefusal = refusal;
        return new Look(new TlsReload.Refused(failure), isNews);
    }
}
