package io.aidc.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** One node as a process: arguments are directory, own address, the peers' addresses; ends with its standard input. */
final class NodeProcess {
    private NodeProcess() {}

    public static void main(String[] args) throws IOException {
        try (ReplicatedStore store = ReplicatedStore.builder()
                .node(args[1])
                .peers(Arrays.copyOfRange(args, 2, args.length))
                .directory(Path.of(args[0]))
                .open()) {
            System.out.println("open " + store.status().node());
            while (System.in.read() >= 0) {
                // until the parent closes the pipe or is gone
            }
        }
    }
}
