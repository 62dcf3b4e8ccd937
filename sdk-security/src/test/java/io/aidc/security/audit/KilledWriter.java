package io.aidc.security.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** Records events in batches of some dozens for as long as it lives, and prints the index of each that is durable. */
final class KilledWriter {
    private static final int ON_THE_WAY = 50;

    private KilledWriter() {}

    public static void main(String[] args) throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        Deque<CompletableFuture<Long>> onTheWay = new ArrayDeque<>();
        try (AuditLog log = TestLogs.open(Path.of(args[0]))) {
            for (long i = log.checkpoint().size(); ; i++) {
                onTheWay.add(log.recordLater(TestLogs.event((int) i)));
                if (onTheWay.size() == ON_THE_WAY) {
                    out.write((onTheWay.remove().join() + ".\n").getBytes(US_ASCII));
                }
            }
        }
    }
}
