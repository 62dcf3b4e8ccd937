package io.aidc.security.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of a policy set, each once however often it shows. <em>Confined: one thread.</em> */
final class Findings {
    /** Where there are so many, the rest is not looked for. */
    static final int MAX_PROBLEMS = 1000;

    private final Set<PolicyProblem> problems = new LinkedHashSet<>();
    private Policy policy;

    Findings(Policy first) {
        this.policy = first;
    }

    /** Says which policy the next problems belong to. */
    void in(Policy next) {
        policy = next;
    }

    void error(int at, String message) {
        add(at, PolicyProblem.Severity.ERROR, message);
    }

    void warning(int at, String message) {
        add(at, PolicyProblem.Severity.WARNING, message);
    }

    boolean isFull() {
        return problems.size() >= MAX_PROBLEMS;
    }

    int count() {
        return problems.size();
    }

    List<PolicyProblem> all() {
        return List.copyOf(problems);
    }

    private void add(int at, PolicyProblem.Severity severity, String message) {
        if (!isFull()) {
            Source source = policy.source();
            problems.add(new PolicyProblem(policy.id(), source.line(at), source.column(at), severity, message));
        }
    }
}
