package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;
import java.util.Set;

/** Where an account writes down what it is about to spend. */
interface Journal {
    /** Forgets at once: a budget in memory. */
    Journal NONE = new Journal() {
        @Override
        public long reserve(PrivacyEvent event) {
            return 0;
        }

        @Override
        public void await(long reservation) {}

        @Override
        public void commit(long reservation) {}

        @Override
        public void release(long reservation) {}

        @Override
        public String head() {
            return "";
        }

        @Override
        public String scope() {
            return "";
        }

        @Override
        public Journal only(Set<String> groups) {
            return this;
        }
    };

    /** Puts the intention down, in the order of the calls; if it throws, nothing was put down. */
    long reserve(PrivacyEvent event);

    /** Waits until the intention is durable. */
    void await(long reservation);

    /** Notes that the reserved event took place. */
    void commit(long reservation);

    /** Notes that it did not, and that no data was read for it. */
    void release(long reservation);

    /** Identifies all that was put down so far, once it is durable; empty if nothing keeps it. */
    String head();

    /** What charges are written for, a scope and, if some only, its groups; empty if nothing keeps them. */
    String scope();

    /** Where charges of these groups only are written. */
    Journal only(Set<String> groups);
}
