package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.policy.PolicyProblem.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Refuses what does not fit the schema of an authorizer, if it has one. <em>Immutable.</em> */
final class SchemaGuard {
    private static final int MAX_SHOWN = 10;

    private final @Nullable Schema schema;

    SchemaGuard(@Nullable Schema schema) {
        this.schema = schema;
    }

    void check(PolicySet policies) {
        if (schema == null) {
            return;
        }
        List<PolicyProblem> errors = schema.validate(policies).stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            PolicyProblem first = errors.get(0);
            String others = errors.stream()
                    .limit(MAX_SHOWN)
                    .skip(1)
                    .map(error -> "; " + error)
                    .collect(Collectors.joining());
            String rest = errors.size() > MAX_SHOWN ? "; and %d more".formatted(errors.size() - MAX_SHOWN) : "";
            throw new PolicyException(
                    first.line(),
                    first.column(),
                    "%s: %s".formatted(first.policyId(), first.message()) + others + rest);
        }
    }

    void check(Entities entities) {
        if (schema != null) {
            Conformance conformance = new Conformance(schema);
            entities.byUid().forEach((uid, entity) -> conformance.check(entity));
        }
    }

    void check(Entity entity) {
        if (schema != null) {
            new Conformance(schema).check(entity);
        }
    }

    void check(Request request, Snapshot seen) {
        if (schema == null) {
            return;
        }
        Conformance conformance = new Conformance(schema);
        conformance.check(request);
        if (request.folders().isEmpty()) {
            return;
        }
        EntityUid resource = request.resource();
        boolean isChecked = seen.entities().get(resource) != null // when it was put there
                || request.entities().stream().anyMatch(entity -> entity.uid().equals(resource));
        if (isChecked) {
            request.folders().forEach(folder -> conformance.check(new Grant(resource, folder, null)));
        } else {
            conformance.check(new Entity(resource, Map.of(), Map.of(), request.folders()));
        }
    }

    void check(Grant grant) {
        if (schema != null) {
            new Conformance(schema).check(grant);
        }
    }

    /** The groups that each action is in, directly. */
    Map<EntityUid, Set<EntityUid>> actionGroups() {
        return schema == null ? Map.of() : schema.actionGroups();
    }
}
