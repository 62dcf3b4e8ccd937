package io.aidc.security.tls;

import java.io.IOException;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Accepts connections and lays TLS of the current snapshot over each; a server socket of the JDK would stay with the snapshot
 * it was made from. Settings for the sockets to come are kept in an engine that never runs, which checks and copies them.
 */
final class Tls13ServerSocket extends SSLServerSocket {
    private final Supplier<TlsSnapshot> current;
    private final SSLEngine settings;

    Tls13ServerSocket(Supplier<TlsSnapshot> current) throws IOException {
        TlsSnapshot snapshot = current.get();
        this.current = current;
        this.settings = snapshot.context().createSSLEngine();
        settings.setUseClientMode(false);
        settings.setSSLParameters(snapshot.parameters());
    }

    @Override
    public Socket accept() throws IOException {
        Socket below = new Socket();
        boolean accepted = false;
        try {
            implAccept(below);
            SSLSocket socket =
                    (SSLSocket) current.get().context().getSocketFactory().createSocket(below, null, true);
            socket.setSSLParameters(settings.getSSLParameters());
            socket.setEnableSessionCreation(settings.getEnableSessionCreation());
            accepted = true;
            return socket;
        } finally {
            if (!accepted) {
                below.close();
            }
        }
    }

    @Override
    public SSLParameters getSSLParameters() {
        return settings.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        settings.setSSLParameters(parameters);
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return settings.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        settings.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return current.get().supportedParameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedProtocols() {
        return current.get().supportedParameters().getProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return settings.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        settings.setEnabledProtocols(protocols);
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        settings.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return settings.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        settings.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return settings.getWantClientAuth();
    }

    @Override
    public void setUseClientMode(boolean client) {
        if (client) {
            throw new IllegalArgumentException("sockets accepted here are the server's side of TLS");
        }
    }

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean enabled) {
        settings.setEnableSessionCreation(enabled);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return settings.getEnableSessionCreation();
    }
}
