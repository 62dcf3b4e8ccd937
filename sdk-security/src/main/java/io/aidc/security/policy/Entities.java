package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.internal.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is known when requests are decided: users, roles, groups, models, folders, with their attributes and what they are in.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="entities"}
 *
 * <p>Nothing is in itself, however many steps lie between.
 *
 * <p><em>Immutable.</em>
 */
public final class Entities {
    private static final int MAX_VALUES = 10_000_000;
    private static final Entities NONE = new Entities(HashTrie.empty());

    private final HashTrie<Entity> byUid;

    private Entities(HashTrie<Entity> byUid) {
        this.byUid = byUid;
    }

    /**
     * Returns nothing known.
     *
     * @return no entities
     */
    public static Entities none() {
        return NONE;
    }

    /**
     * Gathers entities.
     *
     * @param entities in any order
     * @return all of them
     * @throws PolicyException if two have the same name, or one is in itself
     */
    public static Entities of(Collection<Entity> entities) {
        HashTrie<Entity> byUid = HashTrie.empty();
        Sharing sharing = new Sharing();
        for (Entity given : entities) {
            int before = byUid.size();
            Entity entity = sharing.share(given);
            byUid = byUid.put(entity.uid(), entity);
            if (byUid.size() == before) {
                throw new PolicyException("entity " + entity.uid(), "it is there twice");
            }
        }
        Entities all = new Entities(byUid);
        Hierarchy hierarchy = new Hierarchy(all::parents);
        byUid.forEach((uid, entity) -> hierarchy.requireAcyclic(uid));
        return all;
    }

    /**
     * Reads entities from JSON as Cedar has it: an array of objects with members {@code uid}, {@code attrs}, {@code parents} and
     * perhaps {@code tags}. References are written {@code {"__entity": {"type": …, "id": …}}}, values of extension types
     * {@code {"__extn": {"fn": …, "arg": …}}}.
     *
     * @param json the text, at most 10 million values, nested at most 64 deep
     * @return the entities
     * @throws PolicyException if the text is no such JSON, two entities have the same name, or one is in itself
     * @see <a href="https://docs.cedarpolicy.com/auth/entities-syntax.html">Cedar, entities and context syntax</a>
     */
    public static Entities parse(String json) {
        return parse(json, EntityTyping.NONE);
    }

    /**
     * Reads entities from JSON with the types of a schema at hand, and checks them. Where the schema says entity, the wrapper
     * {@code __entity} may be left out; where it says an extension type, {@code __extn} or all but the text of the value.
     *
     * @param json the text, at most 10 million values, nested at most 64 deep
     * @param schema says what to expect
     * @return the entities
     * @throws PolicyException if the text is no such JSON, two entities have the same name, one is in itself, or one is not as
     *     the schema has it: of an unknown type, with an attribute missing, unexpected or of another type, an id that its type
     *     does not list, or a parent that its type may not have. The message names entity and attribute, never a value
     */
    public static Entities parse(String json, Schema schema) {
        return parse(json, new SchemaTyping(Objects.requireNonNull(schema, "schema")));
    }

    static Entities parse(String json, EntityTyping typing) {
        List<Entity> entities = new ArrayList<>();
        try {
            byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
            for (Json entity : JsonReader.read(utf8, MAX_VALUES).asItems()) {
                entities.add(entity(entity, typing));
            }
        } catch (JsonException e) {
            throw new PolicyException("entities", String.valueOf(e.getMessage()));
        }
        return of(entities);
    }

    private static Entity entity(Json json, EntityTyping typing) throws JsonException {
        EntityUid uid = ValueReader.entityUid(json.get("uid"));
        Map<String, Value> attributes = new LinkedHashMap<>();
        Map<String, Value> tags = new LinkedHashMap<>();
        Set<EntityUid> parents = new LinkedHashSet<>();
        String member = "attrs";
        try {
            for (Map.Entry<String, Json> attribute : members(json, member)) {
                member = "attribute " + attribute.getKey();
                attributes.put(attribute.getKey(), typing.attribute(uid, attribute.getKey(), attribute.getValue()));
            }
            member = "tags";
            for (Map.Entry<String, Json> tag : members(json, member)) {
                member = "tag " + tag.getKey();
                tags.put(tag.getKey(), typing.tag(uid, tag.getKey(), tag.getValue()));
            }
            member = "parents";
            for (Json parent : json.get(member).asItems()) {
                parents.add(ValueReader.entityUid(parent));
            }
        } catch (JsonException e) {
            throw new PolicyException(
                    "entity " + uid, "%s: %s".formatted(Printable.of(member), String.valueOf(e.getMessage())));
        }
        Entity entity = new Entity(uid, attributes, tags, parents);
        typing.check(entity);
        return entity;
    }

    /** Of an object that may be absent. */
    private static Set<Map.Entry<String, Json>> members(Json json, String name) throws JsonException {
        Optional<Json> object = json.find(name);
        if (object.isEmpty()) {
            return Set.of();
        }
        if (object.get() instanceof Json.Members members) {
            return members.members().entrySet();
        }
        throw new JsonException("expected an object");
    }

    /**
     * Joins two collections.
     *
     * @param others entities with other names
     * @return all of them
     * @throws PolicyException if a name occurs in both, or one is in itself
     */
    public Entities plus(Entities others) {
        List<Entity> joined = new ArrayList<>();
        byUid.forEach((uid, entity) -> joined.add(entity));
        others.byUid.forEach((uid, entity) -> joined.add(entity));
        return of(joined);
    }

    /**
     * Finds an entity.
     *
     * @param uid its name
     * @return the entity, empty if it is not known
     */
    public Optional<Entity> find(EntityUid uid) {
        return Optional.ofNullable(byUid.get(Objects.requireNonNull(uid, "uid")));
    }

    /**
     * Returns how many there are.
     *
     * @return &gt;= 0
     */
    public int size() {
        return byUid.size();
    }

    private Collection<EntityUid> parents(EntityUid uid) {
        Entity entity = byUid.get(uid);
        return entity == null ? Set.of() : entity.parents();
    }

    HashTrie<Entity> byUid() {
        return byUid;
    }

    /** How many there are. */
    @Override
    public String toString() {
        return "Entities[%d]".formatted(size());
    }
}
