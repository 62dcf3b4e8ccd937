package io.aidc.training;

import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.Vector;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives everything that one worker carries from step to step to the others of its group. */
final class TakeOver {
    private TakeOver() {}

    /**
     * Takes over the state of one worker; all of the group call it. One that is behind changes nothing before it has all, since
     * the source may be lost on the way; one that is as far has the same numbers and is sent them in place.
     */
    static void from(int source, RunState state, Group group) {
        Map<String, Double> told = numbers(source, state, group);
        if (group.rank() == source || RunState.progress(told) == state.progress()) {
            state.vectors().values().forEach(vector -> group.broadcast(vector, source));
        } else {
            takeAllOrNone(source, state, group);
        }
        state.restore(told);
    }

    private static void takeAllOrNone(int source, RunState state, Group group) {
        Map<Vector, Vector> copies = new LinkedHashMap<>();
        try {
            state.vectors()
                    .values()
                    .forEach(vector -> copies.put(vector, Vector.zeros(vector.length(), vector.device())));
            copies.values().forEach(copy -> group.broadcast(copy, source));
            copies.forEach(Vector::copyFrom);
        } finally {
            copies.values().forEach(Vector::close);
        }
    }

    /** The source's numbers, sent as the halves of their bits. */
    private static Map<String, Double> numbers(int source, RunState state, Group group) {
        List<Double> values = new ArrayList<>(state.numbers().values());
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Double.BYTES);
        values.forEach(bytes::putDouble);
        IntBuffer words = FlatBuffers.ints(2 * values.size());
        words.put(0, bytes.flip().asIntBuffer(), 0, 2 * values.size());
        group.broadcast(words, source);
        bytes.clear().asIntBuffer().put(words.rewind());
        Map<String, Double> told = new LinkedHashMap<>();
        state.numbers().keySet().forEach(name -> told.put(name, bytes.getDouble()));
        return told;
    }
}
