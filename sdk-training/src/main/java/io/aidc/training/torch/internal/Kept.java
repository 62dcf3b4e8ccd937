package io.aidc.training.torch.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/** Holds native objects that outlive the scope they were made in, and frees them in reverse order. */
final class Kept implements AutoCloseable {
    private final Deque<Pointer> pointers = new ArrayDeque<>();

    <P extends Pointer> P keep(P pointer) {
        pointer.retainReference();
        pointers.push(pointer);
        NativeObjects.made(pointer);
        return pointer;
    }

    /** The object kept last. */
    Pointer last() {
        return pointers.getFirst();
    }

    @Override
    public void close() {
        while (!pointers.isEmpty()) {
            Pointer pointer = pointers.pop();
            NativeObjects.freed(pointer);
            pointer.releaseReference();
        }
    }
}
