package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import java.io.IOException;
import java.nio.file.Path;

/** A process that reserves, says so, and never gets to commit. */
final class LedgerChild {
    private LedgerChild() {}

    static PrivacyLedger open(Path file) {
        return PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .open();
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        try (PrivacyLedger ledger = open(Path.of(args[0]))) {
            Reservation reservation = ledger.scope("wards").reserve(new PureDp(0.25));
            System.out.println(reservation instanceof Reservation.Held ? "RESERVED" : "REFUSED");
            // until killed, or until the parent is gone
            System.in.read();
        }
    }
}
