package io.aidc.storage.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A network namespace for each node, joined by a bridge in one more: links that can be cut, made lossy and slow. Needs root.
 *
 * <p>Nothing of it is outside the namespaces, so deleting them removes all.
 */
final class Network implements AutoCloseable {
    private final String prefix;
    private final List<String> nodes;

    private Network(String prefix, List<String> nodes) {
        this.prefix = prefix;
        this.nodes = nodes;
    }

    static Network create(String prefix, List<String> nodes) throws IOException {
        var network = new Network(prefix, nodes);
        network.close(); // what an earlier run that was killed may have left
        try {
            network.build();
        } catch (IOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void build() throws IOException {
        String hub = namespace("hub");
        Shell.run("ip", "netns", "add", hub);
        Shell.run("ip", "-n", hub, "link", "add", "br0", "type", "bridge");
        Shell.run("ip", "-n", hub, "link", "set", "br0", "up");
        for (String node : nodes) {
            String space = namespace(node);
            String port = "to-" + node;
            Shell.run("ip", "netns", "add", space);
            Shell.run(
                    "ip", "-n", hub, "link", "add", "name", port, "type", "veth", "peer", "name", "eth0", "netns",
                    space);
            Shell.run("ip", "-n", hub, "link", "set", port, "master", "br0", "up");
            Shell.run("ip", "-n", space, "addr", "add", host(node) + "/24", "dev", "eth0");
            Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
            Shell.run("ip", "-n", space, "link", "set", "lo", "up");
        }
    }

    private String namespace(String node) {
        return prefix + "-" + node;
    }

    String host(String node) {
        return "10.207.0." + (1 + nodes.indexOf(node));
    }

    /**
     * What a command line must begin with to run as a node. Not {@code ip netns exec}: that copies all mounts, and a disk whose
     * power was cut would live on in the copies of the other nodes.
     */
    List<String> entering(String node) {
        return List.of("nsenter", "--net=/run/netns/" + namespace(node));
    }

    /** Drops what comes to one node from others. */
    void cut(String to, Collection<String> from) throws IOException {
        drop(to, from, "");
    }

    /** Drops a part of what comes to one node from others, at random. */
    void lose(String to, Collection<String> from, int percent) throws IOException {
        drop(to, from, "numgen random mod 100 < %d ".formatted(percent));
    }

    private void drop(String to, Collection<String> from, String when) throws IOException {
        var rules = new StringBuilder("table ip faults {\nchain in {\n type filter hook input priority 0;\n");
        for (String node : from) {
            rules.append("ip saddr %s %sdrop\n".formatted(host(node), when));
        }
        Shell.feed(rules.append("}\n}\n").toString(), command(to, "nft", "-f", "-"));
    }

    /** Lets a node send no more than 2 Mbit/s. */
    void slow(String node) throws IOException {
        Shell.run(command(
                node, "tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", "2mbit", "burst", "32kbit",
                "latency", "400ms"));
    }

    /** Delays what a node sends by 40 to 160 ms. */
    void delay(String node) throws IOException {
        Shell.run(command(node, "tc", "qdisc", "replace", "dev", "eth0", "root", "netem", "delay", "100ms", "60ms"));
    }

    void heal() {
        for (String node : nodes) {
            Shell.works(command(node, "nft", "flush", "ruleset"));
            Shell.works(command(node, "tc", "qdisc", "del", "dev", "eth0", "root"));
        }
    }

    private String[] command(String node, String... words) {
        List<String> command = new ArrayList<>(entering(node));
        command.addAll(List.of(words));
        return command.toArray(String[]::new);
    }

    @Override
    public void close() {
        nodes.forEach(node -> Shell.works("ip", "netns", "del", namespace(node)));
        Shell.works("ip", "netns", "del", namespace("hub"));
    }
}
