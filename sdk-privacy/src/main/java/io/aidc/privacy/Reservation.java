package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;

/**
 * The answer to an attempt at setting part of a budget aside, for one event or for a whole plan.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="reservation"}
 */
public sealed interface Reservation {

    /**
     * A part of the budget set aside. It counts as spent until it is released; closing commits.
     *
     * <p>Thread-safe.
     */
    final class Held implements Reservation, AutoCloseable {
        private final Account account;
        private final PrivacyEvent event;
        private final long id;
        private boolean open = true;

        Held(Account account, PrivacyEvent event, long id) {
            this.account = account;
            this.event = event;
            this.id = id;
        }

        /**
         * Returns what was set aside.
         *
         * @return the event
         */
        public PrivacyEvent event() {
            return event;
        }

        /**
         * Records that the event took place.
         *
         * @throws IllegalStateException if this reservation is already committed or released, or the ledger is closed
         */
        public synchronized void commit() {
            settle();
            account.commit(id);
        }

        /**
         * Gives the amount back. Allowed only if no data was read for the event; nothing here can check that.
         *
         * @throws IllegalStateException if this reservation is already committed or released, or the ledger is closed
         */
        public synchronized void release() {
            settle();
            account.release(id, event);
        }

        /** Commits unless {@link #commit()} or {@link #release()} came first. */
        @Override
        public synchronized void close() {
            if (open) {
                commit();
            }
        }

        private void settle() {
            if (!open) {
                throw new IllegalStateException("this reservation is already committed or released: " + event);
            }
            open = false;
        }
    }

    /**
     * Nothing was set aside.
     *
     * @param epsilonAsked by how much {@link PrivacyBudget#spent()} would have risen; infinity if δ is short or that
     *     exceeds the range of {@code double}
     * @param epsilonLeft what remains, unchanged by the refusal
     */
    record Refused(double epsilonAsked, double epsilonLeft) implements Reservation {}
}
