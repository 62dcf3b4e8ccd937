package io.aidc.storage.ratis;

import java.util.Objects;

/**
 * One node of a Raft group.
 *
 * <p>Immutable.
 *
 * @param id unique in the group
 * @param host where it listens, as the other nodes reach it
 * @param port 1 to 65535
 */
public record RatisMember(String id, String host, int port) {
    /** Checks that nothing is null. */
    public RatisMember {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(host, "host");
    }

    String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
