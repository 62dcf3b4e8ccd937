package io.aidc.storage.history;

import java.util.Optional;

/**
 * What an object does when it is used by one process at a time.
 *
 * @param <S> a state: immutable, with {@code equals} and {@code hashCode}
 * @param <O> an operation with its answer; an operation of an open call has none and is possible in every state
 */
public interface Model<S, O> {
    S initial();

    /** Returns the state after an operation, or empty if its answer cannot be given in that state. */
    Optional<S> step(S state, O operation);

    /** Returns the part of the object that an operation uses. Parts are independent and are checked one by one. */
    default Object part(O operation) {
        return "";
    }
}
