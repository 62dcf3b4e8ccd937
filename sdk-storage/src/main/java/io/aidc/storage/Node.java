package io.aidc.storage;

import io.aidc.storage.metadata.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node's id and where it listens, read from {@code id@host:raftPort/dataPort}. */
record Node(String id, String host, int raftPort, int dataPort) {
    private static final String ID = "[A-Za-z0-9_][A-Za-z0-9._-]{0,63}";
    private static final Pattern ADDRESS = Pattern.compile("(?:(?<id>" + ID
            + ")@)?(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9][A-Za-z0-9.-]*):(?<raft>\\d{1,5})(?:/(?<data>\\d{1,5}))?");
    private static final int NO_PORT = 0;

    static Node parse(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "node must look like a@10.0.0.1:7001 or a@10.0.0.1:7001/7002, got '%s'".formatted(text));
        }
        String host = matcher.group("host").replaceAll("[\\[\\]]", "");
        String id = matcher.group("id") == null ? host : matcher.group("id");
        int raftPort = port(matcher.group("raft"), text);
        String data = matcher.group("data");
        return new Node(id, host, raftPort, data == null ? port(raftPort + 1, text) : port(data, text));
    }

    /** A node that listens nowhere. */
    static Node withoutAddress(String id) {
        if (!id.matches(ID)) {
            throw new IllegalArgumentException(
                    "node id must be 1 to 64 letters, digits, '.', '_' or '-', got '%s'".formatted(id));
        }
        return new Node(id, "", NO_PORT, NO_PORT);
    }

    boolean hasAddress() {
        return raftPort != NO_PORT;
    }

    boolean isLoopback() throws IOException {
        return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    }

    Member member() {
        return new Member(id, host, raftPort, dataPort);
    }

    InetSocketAddress dataAddress() {
        return new InetSocketAddress(host, dataPort);
    }

    String raftAuthority() {
        return authority(raftPort);
    }

    String dataAuthority() {
        return authority(dataPort);
    }

    private String authority(int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static int port(String digits, String text) {
        return port(Integer.parseInt(digits), text);
    }

    private static int port(int port, String text) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("ports must be 1 to 65535, got %d in '%s'".formatted(port, text));
        }
        return port;
    }
}
