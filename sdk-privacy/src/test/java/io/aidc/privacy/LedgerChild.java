package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A process that reserves, says so, and never gets to commit; or one with many threads that do both until killed. */
final class LedgerChild {
    static final double EACH = 0.0005;
    private static final int THREADS = 64;

    private LedgerChild() {}

    static PrivacyLedger open(Path file) {
        return PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .open();
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        if (args.length > 1) {
            manyThreads(Path.of(args[0]));
            return;
        }
        try (PrivacyLedger ledger = open(Path.of(args[0]))) {
            Reservation reservation = ledger.scope("wards").reserve(new PureDp(0.25));
            System.out.println(reservation instanceof Reservation.Held ? "RESERVED" : "REFUSED");
            // until killed, or until the parent is gone
            System.in.read();
        }
    }

    /** Writes one byte to the standard output for each reservation, after it is granted and before it is committed. */
    private static void manyThreads(Path file) throws IOException {
        var out = new FileOutputStream(FileDescriptor.out);
        try (PrivacyLedger ledger = open(file)) {
            PrivacyBudget budget = ledger.scope("wards");
            CompletableFuture.allOf(IntStream.range(0, THREADS)
                            .mapToObj(i -> CompletableFuture.runAsync(
                                    () -> spendAll(budget, out), run -> new Thread(run).start()))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
    }

    private static void spendAll(PrivacyBudget budget, FileOutputStream out) {
        try {
            while (budget.reserve(new PureDp(EACH)) instanceof Reservation.Held held) {
                out.write('R');
                held.commit();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
