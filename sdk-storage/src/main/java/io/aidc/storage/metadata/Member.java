package io.aidc.storage.metadata;

import java.util.Objects;

/**
 * One node of a cluster and where it listens.
 *
 * <p>Immutable.
 *
 * @param id unique in the cluster, and never used again for another directory
 * @param host where it listens, as the other nodes reach it
 * @param raftPort for the metadata log, 1 to 65535
 * @param dataPort for content, 1 to 65535
 */
public record Member(String id, String host, int raftPort, int dataPort) {
    /** Checks that nothing is null. */
    public Member {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(host, "host");
    }

    /**
     * Returns where the metadata log listens.
     *
     * @return host and port, an IPv6 address in brackets
     */
    public String raftAddress() {
        return address(raftPort);
    }

    /**
     * Returns where content is served.
     *
     * @return host and port, an IPv6 address in brackets
     */
    public String dataAddress() {
        return address(dataPort);
    }

    private String address(int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
