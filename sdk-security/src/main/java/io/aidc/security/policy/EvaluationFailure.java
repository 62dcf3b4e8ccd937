package io.aidc.security.policy;

/** Says why a policy has no answer to a request. It carries no stack, which would cost more than the policy. */
final class EvaluationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String fault;
    private final int at;

    /**
     * Names the fault.
     *
     * @param at where in the policy's source
     * @param fault without any value of an attribute
     */
    EvaluationFailure(int at, String fault) {
        super(fault, null, false, false);
        this.fault = fault;
        this.at = at;
    }

    String fault() {
        return fault;
    }

    int at() {
        return at;
    }

    static EvaluationFailure wrongKind(int at, String expected, Value found) {
        return new EvaluationFailure(at, "found a " + Values.kind(found) + ", expected a " + expected);
    }
}
