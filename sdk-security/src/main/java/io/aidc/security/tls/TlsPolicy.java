package io.aidc.security.tls;

/** What is demanded of peers beyond a chain to an authority. */
record TlsPolicy(Clients clients, ServerNames serverNames) {
    /** What this side, as a server, wants of its clients. */
    enum Clients {
        ANONYMOUS,
        CERTIFIED
    }

    /** Whether this side, as a client, compares the server's certificate with the name it called. */
    enum ServerNames {
        CHECKED,
        ANY
    }
}
