package io.aidc.security;

import io.aidc.security.internal.Workers;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.seal.Identity;
import io.aidc.security.seal.Recipient;
import io.aidc.security.seal.Rewrap;
import io.aidc.security.seal.SealBinding;
import io.aidc.security.seal.SealReader;
import io.aidc.security.seal.SealSuite;
import io.aidc.security.seal.SealWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a vault and its views share: keys, threads and context, until they are closed. <em>Thread-safe.</em> */
final class VaultMaterial {
    private final @Nullable KeyRing ring;
    private final boolean ringIsOurs;
    private final List<Recipient> recipients;
    private final List<Identity> identities;
    private final @Nullable SealWriter writer;
    private final @Nullable SealReader reader;
    private final Workers workers;
    private final Map<String, String> context;
    private volatile boolean closed;

    VaultMaterial(
            @Nullable KeyRing ring,
            boolean ringIsOurs,
            List<Recipient> recipients,
            List<Identity> identities,
            SealSuite suite,
            Workers workers,
            Map<String, String> context) {
        List<Recipient> to = new ArrayList<>(recipients);
        List<Identity> as = new ArrayList<>(identities);
        if (ring != null) {
            to.add(0, Recipient.of(ring));
            as.add(0, Identity.of(ring));
        }
        this.ring = ring;
        this.ringIsOurs = ringIsOurs;
        this.recipients = List.copyOf(to);
        this.identities = List.copyOf(as);
        this.workers = workers;
        this.context = Map.copyOf(context);
        this.writer = to.isEmpty() ? null : SealWriter.to(to).suite(suite).on(workers.executor(), workers.width());
        this.reader = as.isEmpty() ? null : SealReader.as(as).on(workers.executor(), workers.width());
    }

    Map<String, String> context() {
        return context;
    }

    SealBinding binding(String name) {
        Objects.requireNonNull(name, "name");
        requireOpen();
        return new SealBinding(name, context);
    }

    SealWriter writer() {
        requireOpen();
        if (writer == null) {
            throw new IllegalStateException("this vault seals for nobody: call keyStore, keys or recipient");
        }
        return writer;
    }

    SealReader reader() {
        requireOpen();
        if (reader == null) {
            throw new IllegalStateException("this vault has nothing to open with: call keyStore, keys or identity");
        }
        return reader;
    }

    KeyRing ring() {
        requireOpen();
        if (ring == null) {
            throw new IllegalStateException("this vault has no key ring: call keyStore or keys");
        }
        return ring;
    }

    Rewrap rewrap() {
        reader();
        writer();
        return Rewrap.of(identities, recipients).on(workers.executor(), workers.width());
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this vault is closed");
        }
    }

    void close() {
        closed = true;
        workers.close();
        if (ringIsOurs && ring != null) {
            ring.close();
        }
    }
}
