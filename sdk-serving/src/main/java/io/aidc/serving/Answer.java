package io.aidc.serving;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The end of one request: the model's outputs, or a refusal that says when to come back. Immutable. */
public sealed interface Answer permits Answer.Scored, Answer.Shed {

    /**
     * What the model said.
     *
     * @param version the version of the model that said it
     * @param outputs the outputs by name, batch first where the model has a batch
     */
    record Scored(String version, Map<String, Tensor> outputs) implements Answer {
        /** Copies the map. */
        public Scored {
            Objects.requireNonNull(version, "version");
            outputs = Map.copyOf(outputs);
        }

        /**
         * Returns the output of a model that has one.
         *
         * @return the only output
         * @throws IllegalStateException if the model has several outputs, or none
         */
        public Tensor output() {
            if (outputs.size() != 1) {
                throw new IllegalStateException(
                        "output() needs a model with one output, this one has " + outputs.keySet());
            }
            return outputs.values().iterator().next();
        }

        /**
         * Returns one output.
         *
         * @param name its name in the model
         * @return the output
         * @throws IllegalArgumentException if the model has no such output
         */
        public Tensor output(String name) {
            Tensor output = outputs.get(Objects.requireNonNull(name, "name"));
            if (output == null) {
                throw new IllegalArgumentException(
                        "output must be one of %s, got '%s'".formatted(outputs.keySet(), name));
            }
            return output;
        }
    }

    /**
     * A request that was refused to keep the server answering others; the model did not see it.
     *
     * @param reason why
     * @param retryAfter when a place is likely to be free, &gt; 0; an estimate from the queue and the last runs
     */
    record Shed(Reason reason, Duration retryAfter) implements Answer {
        /** Checks that nothing is missing. */
        public Shed {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(retryAfter, "retryAfter");
        }
    }

    /** Why a request was refused. */
    enum Reason {
        /** As many requests as the queue may hold were waiting. */
        QUEUE_FULL,
        /** The request waited in the queue for longer than the server was told to answer within. */
        DEADLINE
    }
}
