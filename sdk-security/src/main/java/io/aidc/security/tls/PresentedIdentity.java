package io.aidc.security.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the one certificate there is, or none. Nothing is shown to a peer that negotiated another protocol than TLS 1.3, nor
 * by a server that must demand the client's certificate and was told by its user not to: without a certificate the handshake
 * fails. So no setting of an engine or socket weakens what the context promises.
 */
final class PresentedIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "identity";

    private final @Nullable Identity identity;
    private final TlsPolicy.Clients clients;

    PresentedIdentity(@Nullable Identity identity, TlsPolicy.Clients clients) {
        this.identity = identity;
        this.clients = clients;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return serverAlias(keyType, Handshake.of(engine));
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return serverAlias(keyType, Handshake.of(socket));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return clientAlias(keyTypes, Handshake.of(engine));
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return clientAlias(keyTypes, Handshake.of(socket));
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return identity != null && alias.equals(ALIAS) ? identity.chainArray() : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return identity != null && alias.equals(ALIAS) ? identity.key() : null;
    }

    private @Nullable String serverAlias(String keyType, Optional<Handshake> handshake) {
        boolean permitted = handshake
                .filter(h -> clients == TlsPolicy.Clients.ANONYMOUS || h.demandsClientCertificate())
                .filter(Handshake::isTls13)
                .isPresent();
        return permitted && fits(keyType) ? ALIAS : null;
    }

    private @Nullable String clientAlias(String[] keyTypes, Optional<Handshake> handshake) {
        boolean permitted = handshake.filter(Handshake::isTls13).isPresent();
        return permitted && Arrays.stream(keyTypes).anyMatch(this::fits) ? ALIAS : null;
    }

    private String @Nullable [] aliases(String keyType) {
        return fits(keyType) ? new String[] {ALIAS} : null;
    }

    private boolean fits(String keyType) {
        return identity != null && identity.key().getAlgorithm().equals(keyType);
    }
}
