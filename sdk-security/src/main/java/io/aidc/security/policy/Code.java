package io.aidc.security.policy;

/** An expression, ready to run. */
@FunctionalInterface
interface Code {
    /**
     * Runs.
     *
     * @throws EvaluationFailure if there is no value
     */
    Value run(Evaluation evaluation);

    /** What is known without a request. */
    record Constant(Value value) implements Code {
        @Override
        public Value run(Evaluation evaluation) {
            return value;
        }
    }
}
