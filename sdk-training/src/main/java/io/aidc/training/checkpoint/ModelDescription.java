package io.aidc.training.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Describes a model well enough to tell it from another: what it is made of, and its arrays.
 *
 * <p>Immutable.
 *
 * @param architecture a text that differs where models of equal arrays compute differently, such as their layers in a row
 * @param parameters the shapes of the trained arrays by name, in the model's order
 */
public record ModelDescription(String architecture, Map<String, List<Long>> parameters) {
    /** Copies the shapes and keeps their order. */
    public ModelDescription {
        Objects.requireNonNull(architecture, "architecture");
        Map<String, List<Long>> copy = new LinkedHashMap<>();
        parameters.forEach((name, shape) -> copy.put(SafetensorsHeader.requireName(name), List.copyOf(shape)));
        parameters = Collections.unmodifiableMap(copy);
    }

    /**
     * Gives the SHA-256 of the architecture and of the names and shapes in their order.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
        MessageDigest digest = Sha256.start();
        text(digest, architecture);
        integer(digest, parameters.size());
        parameters.forEach((name, shape) -> {
            text(digest, name);
            integer(digest, shape.size());
            shape.forEach(extent -> integer(digest, extent));
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        integer(digest, bytes.length);
        digest.update(bytes);
    }

    private static void integer(MessageDigest digest, long value) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
    }

    /**
     * Refuses a model that is not this one. Called on the description a checkpoint holds, with that of the model which is to
     * go on from it.
     *
     * @param model the model to go on with
     * @throws ForeignCheckpointException if anything differs, naming what
     */
    public void requireSame(ModelDescription model) {
        List<String> differences = differences(model);
        if (!differences.isEmpty()) {
            throw new ForeignCheckpointException(differences);
        }
    }

    private List<String> differences(ModelDescription model) {
        List<String> found = new ArrayList<>();
        parameters.forEach((name, shape) -> {
            List<Long> other = model.parameters.get(name);
            if (other == null) {
                found.add("it has a parameter '%s' %s, the model has none of that name".formatted(name, shape));
            } else if (!other.equals(shape)) {
                found.add("its parameter '%s' has shape %s, that of the model %s".formatted(name, shape, other));
            }
        });
        model.parameters.forEach((name, shape) -> {
            if (!parameters.containsKey(name)) {
                found.add("it lacks the model's parameter '%s' %s".formatted(name, shape));
            }
        });
        List<String> mine = List.copyOf(parameters.keySet());
        List<String> theirs = List.copyOf(model.parameters.keySet());
        if (found.isEmpty() && !mine.equals(theirs)) {
            found.add("its parameters are in the order %s, those of the model %s".formatted(mine, theirs));
        }
        if (!architecture.equals(model.architecture)) {
            found.add("it is of '%s', the model is '%s'".formatted(architecture, model.architecture));
        }
        return found;
    }
}
