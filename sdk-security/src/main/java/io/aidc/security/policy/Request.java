package io.aidc.security.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A question: may this principal do this, to that?
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="request"}
 *
 * <p><em>Immutable.</em>
 *
 * @param principal who asks
 * @param action what it wants to do
 * @param resource to what
 * @param context what else is known, by name; at most 10&nbsp;000 values, counting those inside others,
 *     nested at most {@link Value#MAX_DEPTH} deep with the context itself
 * @param entities known to this request alone, such as the resource; they take the place of those that the authorizer
 *     knows by these names, as {@link #entity(Entity)} says
 * @param folders what the resource is in, besides what is known of it
 */
public record Request(
        EntityUid principal,
        EntityUid action,
        EntityUid resource,
        Map<String, Value> context,
        List<Entity> entities,
        Set<EntityUid> folders) {
    static final int MAX_VALUES = 10_000;

    /**
     * Copies everything.
     *
     * @throws IllegalArgumentException if the context is too large or nested too deep, or two entities have the same name
     */
    public Request {
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(resource, "resource");
        context = Attributes.of(context);
        entities = List.copyOf(entities);
        folders = Values.copy(folders);
        int values = Values.count(context.values(), MAX_VALUES);
        if (values > MAX_VALUES) {
            throw new IllegalArgumentException("context must have at most %d values, got more".formatted(MAX_VALUES));
        }
        requireDifferent(entities);
    }

    /**
     * Makes a request without context.
     *
     * @param principal who asks
     * @param action what it wants to do
     * @param resource to what
     * @return the request
     */
    public static Request of(EntityUid principal, EntityUid action, EntityUid resource) {
        return new Request(principal, action, resource, Map.of(), List.of(), Set.of());
    }

    /**
     * Makes a request without context.
     *
     * @param principal who asks, as in policies, such as {@code User::"alice"}
     * @param action what it wants to do, such as {@code Action::"unseal"}
     * @param resource to what, such as {@code Model::"fraud"}
     * @return the request
     * @throws io.aidc.security.PolicyException if a name is written differently
     */
    public static Request of(String principal, String action, String resource) {
        return of(EntityUid.parse(principal), EntityUid.parse(action), EntityUid.parse(resource));
    }

    /**
     * Adds to the context, or replaces what it has by that name.
     *
     * @param name any text
     * @param value what policies find there
     * @return another request
     * @throws IllegalArgumentException if the context is too large or nested too deep
     */
    public Request context(String name, Value value) {
        return new Request(principal, action, resource, Values.plus(context, name, value), entities, folders);
    }

    /**
     * Adds an entity that is known to this request alone. It replaces the one that the authorizer knows by this name: the
     * attributes, tags and parents of that one do not count, and so a {@code forbid} that asks for them does not forbid.
     *
     * @param entity all that is known of it, but for grants and {@link #folders}
     * @return another request
     * @throws IllegalArgumentException if the request has one of this name
     */
    public Request entity(Entity entity) {
        List<Entity> more = new ArrayList<>(entities);
        more.add(entity);
        return new Request(principal, action, resource, context, more, folders);
    }

    /** The three names; the context may be confidential. */
    @Override
    public String toString() {
        return "Request[%s, %s, %s]".formatted(principal, action, resource);
    }

    private static void requireDifferent(List<Entity> entities) {
        if (entities.size() > 1 && entities.stream().map(Entity::uid).distinct().count() < entities.size()) {
            throw new IllegalArgumentException("entities must have different names, got the same twice");
        }
    }
}
