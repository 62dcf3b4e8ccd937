package io.aidc.training.federated;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Splits a model's parameters into a body that all clients share and a head that each keeps to itself.
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1912.00818">Arivazhagan et al. 2019, FedPer</a>
 */
public final class ParameterSplit {
    private final int total;
    private final int[] body;
    private final int[] head;

    private ParameterSplit(int total, BitSet inHead) {
        this.total = total;
        head = inHead.stream().toArray();
        inHead.flip(0, total);
        body = inHead.stream().toArray();
        if (head.length == 0 || body.length == 0) {
            throw new IllegalArgumentException(
                    "head and body must have parameters, got %d and %d".formatted(head.length, body.length));
        }
    }

    /**
     * Makes a range of indices the head, for instance a network's last layer.
     *
     * @param total how many parameters the model has
     * @param from the first index of the head, from 0
     * @param to the index after its last
     * @return the split
     * @throws IllegalArgumentException if the range does not lie in the parameters, or head or body is empty
     */
    public static ParameterSplit head(int total, int from, int to) {
        if (from < 0 || to > total || from > to) {
            throw new IllegalArgumentException("the head must lie in [0, %d), got [%d, %d)".formatted(total, from, to));
        }
        var indices = new BitSet(total);
        indices.set(from, to);
        return new ParameterSplit(total, indices);
    }

    /**
     * Makes named arrays the head.
     *
     * @param lengths how many numbers each array has, &gt; 0, in the order in which they lie in the flat parameters: iterated
     *     as the map does
     * @param isHead whether the array of a name belongs to the head
     * @return the split
     * @throws IllegalArgumentException if a length is not positive, or head or body is empty
     */
    public static ParameterSplit head(Map<String, Integer> lengths, Predicate<String> isHead) {
        var indices = new BitSet();
        int at = 0;
        for (Map.Entry<String, Integer> array : lengths.entrySet()) {
            int end = Math.addExact(at, Checks.positive("length of " + array.getKey(), array.getValue()));
            indices.set(at, end, isHead.test(array.getKey()));
            at = end;
        }
        return new ParameterSplit(at, indices);
    }

    /**
     * Takes the body out of all parameters.
     *
     * @param all the whole model's, flat
     * @return the shared ones, in their order
     * @throws IllegalArgumentException if the length is wrong
     */
    public float[] bodyOf(float[] all) {
        return pick(all, body);
    }

    /**
     * Takes the head out of all parameters.
     *
     * @param all the whole model's, flat
     * @return those that stay with a client, in their order
     * @throws IllegalArgumentException if the length is wrong
     */
    public float[] headOf(float[] all) {
        return pick(all, head);
    }

    /**
     * Puts body and head together.
     *
     * @param shared the body
     * @param own the head
     * @return the whole model's parameters, flat
     * @throws IllegalArgumentException if a length is wrong
     */
    public float[] join(float[] shared, float[] own) {
        require("the body", shared, body.length);
        require("the head", own, head.length);
        float[] all = new float[total];
        for (int i = 0; i < body.length; i++) {
            all[body[i]] = shared[i];
        }
        for (int i = 0; i < head.length; i++) {
            all[head[i]] = own[i];
        }
        return all;
    }

    private float[] pick(float[] all, int[] indices) {
        require("the model", all, total);
        float[] part = new float[indices.length];
        for (int i = 0; i < part.length; i++) {
            part[i] = all[indices[i]];
        }
        return part;
    }

    private static void require(String what, float[] values, int length) {
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "%s must have %d parameters, got %d".formatted(what, length, values.length));
        }
    }

    /**
     * Describes the split.
     *
     * @return how many parameters are shared and own
     */
    @Override
    public String toString() {
        return "ParameterSplit[body=%d, head=%d]".formatted(body.length, head.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ParameterSplit split && total == split.total && Arrays.equals(head, split.head);
    }

    @Override
    public int hashCode() {
        return 31 * total + Arrays.hashCode(head);
    }
}
