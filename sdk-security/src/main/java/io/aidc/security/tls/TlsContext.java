package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.VaultIoException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an {@link SSLContext} that speaks TLS 1.3 and nothing older, made from PEM files, and follows the files when they
 * change.
 *
 * {@snippet class="io.aidc.security.tls.TlsSnippetsTest" region="mutual"}
 *
 * <p><b>What holds, whatever the user of the context does.</b> No handshake of another protocol version completes. As a
 * server it shows its certificate only, if {@link Builder#requireClientCertificate} was called, where the client's is
 * demanded. As a client it compares the server's certificate with the host that was called, unless
 * {@link Builder#acceptingAnyName} was called. Peers' chains are held to the same strength as our own. Engines and sockets
 * come with the right settings. Settings made later, such as {@link SSLEngine#setEnabledProtocols} with TLS 1.2 or
 * {@link SSLEngine#setNeedClientAuth} with false, are kept by the JDK, but the handshake then fails instead of being weaker.
 *
 * <p>An engine must be told the host it calls ({@link SSLContext#createSSLEngine(String, int)}), and a socket must be
 * connected by it, as {@code java.net.http.HttpClient}, gRPC and {@code SSLSocketFactory} do; without a host the handshake
 * of a client fails.
 *
 * <p><b>What is taken.</b> Keys: RSA and RSASSA-PSS of at least 2048 bits, EC on P-256, P-384 and P-521, Ed25519, as PKCS#8,
 * SEC 1 or PKCS#1, unencrypted. Certificates: signed with RSA, RSASSA-PSS or ECDSA with SHA-256 and up, or Ed25519; a chain
 * in order and valid now, the issuer of all may be left out; authorities with basic constraints that say so, of which those not
 * valid now are left out. At most 64 blocks a file, 64 KiB a key, 1 MiB of certificates. Text around the blocks is skipped.
 *
 * <p><b>Reloading.</b> The files are compared by content. If it changed and is good, handshakes that begin later use it, and
 * no session from before is resumed; connections live on. If it is not good, what was in use stays in use. Files that are
 * replaced one after another are taken once they match. A file that is written in place, rather than renamed, may be read half
 * written; that is put right at the next look.
 *
 * <p>Not promised: revocation is not checked; an authority or certificate in use that expires meanwhile is not noticed here
 * (peers do); the private key lies in the heap.
 *
 * <p><em>Thread-safe: all of it; the builder is not.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446">RFC 8446, TLS 1.3</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468, PEM</a>
 */
public final class TlsContext implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofDays(36_500);

    private final CurrentSnapshot current;
    private final SSLContext context;
    private final Consumer<TlsReload> listener;
    private final Ticking.Ticks ticks;

    private TlsContext(Builder options) {
        this.current = new CurrentSnapshot(
                new TlsFiles(options.chain, options.key, options.authorities), options.policy(), options.clock);
        this.context = Tls13ContextSpi.context(current);
        this.listener = options.listener == null ? reload -> {} : options.listener;
        this.ticks = options.every == null ? () -> {} : options.ticking.start(options.every, this::look);
    }

    /**
     * Begins a context.
     *
     * @return collects options
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the context. It is one and the same at each call and follows the files. Its {@code init} fails. Its session
     * contexts are those in use at the call; settings made on them are lost with the next change of the files.
     *
     * @return for whatever takes a context of the JDK; makes no engine or socket once this object is closed
     * @throws IllegalStateException if closed
     */
    public SSLContext sslContext() {
        current.get();
        return context;
    }

    /**
     * Returns parameters for code that wants to be given some: TLS 1.3, its cipher suites, and the demand for a client's
     * certificate. Engines and sockets of {@link #sslContext()} have them already. They name no endpoint identification,
     * since for a server that would be wrong; a client's is added in the handshake.
     *
     * @return a fresh copy, the caller's to change
     * @throws IllegalStateException if closed
     */
    public SSLParameters parameters() {
        return current.get().parameters();
    }

    /**
     * Looks at the files at once. Cost: reads them; parses them if they changed. The listener is told, before this returns
     * and on this thread, unless there is nothing new.
     *
     * @return what came of it
     * @throws IllegalStateException if closed
     */
    public TlsReload reload() {
        current.get();
        return look();
    }

    /**
     * Ends the looking and forgets the key. Connections live on; {@link #sslContext()} makes no more of them: engines and
     * sockets are refused with {@link IllegalStateException}, as is every other call here. The thread is gone when this
     * returns, unless a listener keeps it for more than 5 seconds or is the caller. Closing twice is harmless.
     */
    @Override
    public void close() {
        try {
            ticks.close();
        } finally {
            current.close();
        }
    }

    private TlsReload look() {
        CurrentSnapshot.Look look = current.look();
        TlsReload outcome = look.outcome();
        if (outcome instanceof TlsReload.Refused refused && look.isNews()) {
            LOG.warn(
                    "TLS files refused, those from before stay in use: reason={}",
                    refused.failure().getMessage());
        } else if (outcome instanceof TlsReload.Refused refused) {
            LOG.debug("TLS files refused again: reason={}", refused.failure().getMessage());
        } else if (outcome instanceof TlsReload.Replaced replaced) {
            LOG.info("TLS files replaced: files={}", replaced.files());
        }
        if (look.isNews()) {
            tell(outcome);
        }
        return outcome;
    }

    @SuppressWarnings("IllegalCatch") // a listener's failure must end neither the caller's look nor the thread
    private void tell(TlsReload outcome) {
        try {
            listener.accept(outcome);
        } catch (Exception e) { // in other languages of the JVM a listener may throw checked ones
            LOG.warn("TLS reload listener failed", e);
        }
    }

    /**
     * Collects what a context needs: {@link #certificate} and {@link #privateKey} for a server, {@link #trusting} for a
     * client, all three for either side of mutual TLS.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private @Nullable Path chain;
        private @Nullable Path key;
        private @Nullable Path authorities;
        private TlsPolicy.Clients clients = TlsPolicy.Clients.ANONYMOUS;
        private TlsPolicy.ServerNames serverNames = TlsPolicy.ServerNames.CHECKED;
        private @Nullable Duration every;
        private @Nullable Consumer<TlsReload> listener;
        private Clock clock = Clock.systemUTC();
        private Ticking ticking = TickingThread::start;

        private Builder() {}

        /**
         * Names the certificate to show. Needs {@link #privateKey}.
         *
         * @param chain a PEM file: the certificate, then those that lead from it to an authority, in order
         * @return this
         * @throws IllegalStateException if one was named already
         */
        public Builder certificate(Path chain) {
            requireFirst("certificate", this.chain);
            this.chain = Objects.requireNonNull(chain, "chain");
            return this;
        }

        /**
         * Names the private key of the certificate. Needs {@link #certificate}. Keep the file its owner's (0600).
         *
         * @param key a PEM file with one private key, unencrypted; may be that of the certificates
         * @return this
         * @throws IllegalStateException if one was named already
         */
        public Builder privateKey(Path key) {
            requireFirst("privateKey", this.key);
            this.key = Objects.requireNonNull(key, "key");
            return this;
        }

        /**
         * Names the authorities whose certificates are trusted, and no others: the JVM's own list is not used. By default
         * nobody is trusted, and the context is a server's.
         *
         * @param authorities a PEM file of certificates
         * @return this
         * @throws IllegalStateException if they were named already
         */
        public Builder trusting(Path authorities) {
            requireFirst("trusting", this.authorities);
            this.authorities = Objects.requireNonNull(authorities, "authorities");
            return this;
        }

        /**
         * Has servers demand a certificate of their clients. Needs {@link #certificate} and {@link #trusting}. By default
         * clients may be anonymous. Who a client is, its user finds in the session; any client that the authorities
         * certified is let in.
         *
         * @return this
         */
        public Builder requireClientCertificate() {
            clients = TlsPolicy.Clients.CERTIFIED;
            return this;
        }

        /**
         * Has clients accept a certificate of the authorities whatever name it carries. Right only where every holder of
         * such a certificate may play the server; needs {@link #trusting}. By default the host that was called must be among
         * the certificate's names (RFC 2818), and where the user asked for that himself it still must.
         *
         * @return this
         */
        public Builder acceptingAnyName() {
            serverNames = TlsPolicy.ServerNames.ANY;
            return this;
        }

        /**
         * Looks at the files again and again, on a thread {@code aidc-security-tls}. By default nobody looks but
         * {@link TlsContext#reload}.
         *
         * @param every the pause between two looks, at least 1 second, at most 36 500 days
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder reloadEvery(Duration every) {
            requireFirst("reloadEvery", this.every);
            if (every.compareTo(MIN_PAUSE) < 0 || every.compareTo(MAX_PAUSE) > 0) {
                throw new IllegalArgumentException(
                        "reloadEvery must be from %s to %s, got %s".formatted(MIN_PAUSE, MAX_PAUSE, every));
            }
            this.every = every;
            return this;
        }

        /**
         * Tells of each replacement, and of each refusal the first time. Not of looks that found nothing changed.
         *
         * @param listener called without locks, on the thread that looked: that of {@link #reloadEvery} or the caller of
         *     {@link TlsContext#reload}; what it throws is logged
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder onReload(Consumer<TlsReload> listener) {
            requireFirst("onReload", this.listener);
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Reads the files and opens the context.
         *
         * @return the open context
         * @throws TlsMaterialException if the files hold what is not to be used
         * @throws VaultIoException if one cannot be read
         * @throws IllegalStateException if an option is missing that another needs, or there are none
         */
        public TlsContext open() {
            require(chain != null || authorities != null || key != null, "certificate or trusting");
            require(chain != null || key == null, "certificate, which privateKey needs,");
            require(key != null || chain == null, "privateKey, which certificate needs,");
            if (clients == TlsPolicy.Clients.CERTIFIED) {
                require(chain != null, "certificate, which requireClientCertificate needs,");
                require(authorities != null, "trusting, which requireClientCertificate needs,");
            }
            if (serverNames == TlsPolicy.ServerNames.ANY) {
                require(authorities != null, "trusting, which acceptingAnyName needs,");
            }
            return new TlsContext(this);
        }

        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        Builder ticking(Ticking ticking) {
            this.ticking = ticking;
            return this;
        }

        private TlsPolicy policy() {
            return new TlsPolicy(clients, serverNames);
        }

        private static void requireFirst(String option, @Nullable Object first) {
            if (first != null) {
                throw new IllegalStateException("%s is given already: %s".formatted(option, first));
            }
        }

        private static void require(boolean condition, String missing) {
            if (!condition) {
                throw new IllegalStateException(missing + " is missing");
            }
        }
    }
}
