package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;

/** Where a budget writes down what it is about to spend. */
interface Journal {
    /** Forgets at once: a budget in memory. */
    Journal NONE = new Journal() {
        @Override
        public long reserve(PrivacyEvent event) {
            return 0;
        }

        @Override
        public void commit(long reservation) {}

        @Override
        public void release(long reservation) {}
    };

    /** Makes the intention durable before it returns. */
    long reserve(PrivacyEvent event);

    /** Notes that the reserved event took place. */
    void commit(long reservation);

    /** Notes that it did not, and that no data was read for it. */
    void release(long reservation);
}
