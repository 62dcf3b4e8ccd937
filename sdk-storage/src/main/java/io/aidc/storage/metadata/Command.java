package io.aidc.storage.metadata;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One step of the log. */
public sealed interface Command {
    /**
     * The largest encoded command, 256 KiB less what a batch of one adds.
     *
     * <p>Larger log entries can make every Ratis leader step down.
     */
    int MAX_BYTES = (256 << 10) - 64;

    /**
     * Returns the id under which the outcome is remembered. A second command with the same id changes nothing and gets the
     * first one's outcome, or {@link Outcome.Forgotten} once that is no longer remembered.
     *
     * @return unique for one intent of a caller; from {@link RequestId}
     */
    UUID requestId();

    /**
     * Changes several keys at once, or none if a condition does not hold.
     *
     * <p>Immutable.
     *
     * @param requestId see {@link #requestId()}
     * @param conditions all must hold
     * @param changes applied in order
     */
    record Transaction(UUID requestId, List<Condition> conditions, List<Change> changes) implements Command {
        /** Copies the lists. */
        public Transaction {
            conditions = List.copyOf(conditions);
            changes = List.copyOf(changes);
        }

        /**
         * Starts an empty transaction.
         *
         * @param requestId see {@link Command#requestId()}
         * @return no conditions, no changes
         */
        public static Transaction of(UUID requestId) {
            return new Transaction(requestId, List.of(), List.of());
        }

        /**
         * Adds the condition that a key does not exist.
         *
         * @param key the key
         * @return a longer transaction
         */
        public Transaction requireAbsent(String key) {
            return require(new Condition.Absent(key));
        }

        /**
         * Adds the condition that a key exists.
         *
         * @param key the key
         * @return a longer transaction
         */
        public Transaction requirePresent(String key) {
            return require(new Condition.Present(key));
        }

        /**
         * Adds the condition that a key has a value.
         *
         * @param key the key
         * @param value UTF-8 text
         * @return a longer transaction
         */
        public Transaction requireEquals(String key, String value) {
            return require(new Condition.Equal(key, value.getBytes(StandardCharsets.UTF_8)));
        }

        /**
         * Adds a change that writes a key.
         *
         * @param key the key
         * @param value copied
         * @return a longer transaction
         */
        public Transaction put(String key, byte[] value) {
            return then(new Change.Put(key, value.clone()));
        }

        /**
         * Adds a change that writes text to a key.
         *
         * @param key the key
         * @param value stored as UTF-8
         * @return a longer transaction
         */
        public Transaction put(String key, String value) {
            return then(new Change.Put(key, value.getBytes(StandardCharsets.UTF_8)));
        }

        /**
         * Adds a change that moves a value to another key; refused as a whole if the key does not exist when the transaction
         * begins.
         *
         * @param key is removed
         * @param target is written
         * @return a longer transaction
         */
        public Transaction move(String key, String target) {
            return requirePresent(key).then(new Change.Move(key, target));
        }

        /**
         * Adds a change that removes a key.
         *
         * @param key the key
         * @return a longer transaction
         */
        public Transaction delete(String key) {
            return then(new Change.Delete(key));
        }

        private Transaction require(Condition condition) {
            List<Condition> more = new ArrayList<>(conditions);
            more.add(condition);
            return new Transaction(requestId, more, changes);
        }

        private Transaction then(Change change) {
            List<Change> more = new ArrayList<>(changes);
            more.add(change);
            return new Transaction(requestId, conditions, more);
        }
    }

    /**
     * Settles an earlier request: reports its outcome if it took effect, and keeps it from ever taking effect if it did not.
     *
     * @param requestId the earlier request's id
     */
    record Fence(UUID requestId) implements Command {}

    /** Changes nothing and is not remembered; whoever has applied it has applied all that came before. */
    record Barrier() implements Command {
        private static final UUID NO_REQUEST = new UUID(0, 0);

        @Override
        public UUID requestId() {
            return NO_REQUEST;
        }
    }
}
