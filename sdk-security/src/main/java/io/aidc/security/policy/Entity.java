package io.aidc.security.policy;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Somebody or something that policies speak of, with what is known about it.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="entities"}
 *
 * <p><em>Immutable.</em>
 *
 * @param uid its name
 * @param attributes by name, which may be any text
 * @param tags more of them, whose names are not known beforehand; by name
 * @param parents the groups, roles or folders that it is in, directly; they need not exist as entities
 */
public record Entity(EntityUid uid, Map<String, Value> attributes, Map<String, Value> tags, Set<EntityUid> parents) {
    /** Copies everything. */
    public Entity {
        Objects.requireNonNull(uid, "uid");
        attributes = Values.copy(attributes);
        tags = Values.copy(tags);
        parents = Values.copy(parents);
    }

    /**
     * Makes an entity without attributes.
     *
     * @param uid its name
     * @param parents what it is in
     * @return the entity
     */
    public static Entity of(EntityUid uid, EntityUid... parents) {
        return new Entity(uid, Map.of(), Map.of(), Set.of(parents));
    }

    /**
     * Makes an entity without attributes.
     *
     * @param uid its name as in policies, such as {@code User::"alice"}
     * @param parents what it is in, written likewise
     * @return the entity
     * @throws io.aidc.security.PolicyException if a name is written differently
     */
    public static Entity of(String uid, String... parents) {
        Set<EntityUid> parsed = new LinkedHashSet<>();
        for (String parent : parents) {
            parsed.add(EntityUid.parse(parent));
        }
        return new Entity(EntityUid.parse(uid), Map.of(), Map.of(), parsed);
    }

    /**
     * Adds an attribute, or replaces the one of that name.
     *
     * @param name any text
     * @param value what it holds
     * @return another entity
     */
    public Entity attribute(String name, Value value) {
        return new Entity(uid, Values.plus(attributes, name, value), tags, parents);
    }

    /**
     * Adds a tag, or replaces the one of that name.
     *
     * @param name any text
     * @param value what it holds
     * @return another entity
     */
    public Entity tag(String name, Value value) {
        return new Entity(uid, attributes, Values.plus(tags, name, value), parents);
    }

    /** The same with more; attributes and tags that both have are the other's. */
    Entity plus(Entity other) {
        Map<String, Value> moreAttributes = new HashMap<>(attributes);
        moreAttributes.putAll(other.attributes);
        Map<String, Value> moreTags = new HashMap<>(tags);
        moreTags.putAll(other.tags);
        Set<EntityUid> more = new LinkedHashSet<>(parents);
        more.addAll(other.parents);
        return new Entity(uid, moreAttributes, moreTags, more);
    }

    /** The same but not in a group. */
    Entity without(EntityUid parent) {
        Set<EntityUid> fewer = new LinkedHashSet<>(parents);
        fewer.remove(parent);
        return new Entity(uid, attributes, tags, fewer);
    }

    /** One text for equal entities, and different ones for others. */
    String canonical() {
        String groups = parents.stream().sorted().map(EntityUid::toString).collect(Collectors.joining(", ", "[", "]"));
        return String.join(" ", uid.toString(), Values.text(attributes), Values.text(tags), groups);
    }

    /** The name and what it is in; attributes may be confidential. */
    @Override
    public String toString() {
        return "Entity[%s in %s]".formatted(uid, parents.stream().sorted().toList());
    }
}
