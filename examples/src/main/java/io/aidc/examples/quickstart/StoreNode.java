package io.aidc.examples.quickstart;

import io.aidc.storage.ReplicatedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One node of the model store in a JVM of its own; it ends when its standard input does, so it never outlives its parent. */
public final class StoreNode {
    /** The gRPC inside Ratis speaks to java.util.logging; held here because loggers are weakly referenced there. */
    private static final Logger CHATTY = Logger.getLogger("org.apache.ratis.thirdparty");

    private StoreNode() {}

    static void quiet() {
        CHATTY.setLevel(Level.WARNING);
    }

    /**
     * Opens the node and waits.
     *
     * @param args the directory, this node's address, then its peers' addresses
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] args) throws IOException {
        quiet();
        String[] peers = new String[args.length - 2];
        System.arraycopy(args, 2, peers, 0, peers.length);
        ReplicatedStore node = ReplicatedStore.builder()
                .node(args[1])
                .peers(peers)
                .directory(Path.of(args[0]))
                .open();
        try {
            while (System.in.read() >= 0) {}
        } finally {
            node.close();
        }
        System.exit(0);
    }
}
