package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.util.Objects;

/**
 * The name of an entity: who, what or on what. Written {@code Role::"admin"}, or {@code Bank::User::"alice"} if the type has a
 * namespace.
 *
 * <p><em>Immutable.</em>
 *
 * @param type one or more identifiers with {@code ::} between them, such as {@code User}; none of them a reserved word
 * @param id any text, such as {@code alice}
 */
public record EntityUid(String type, String id) implements Comparable<EntityUid> {
    /**
     * Checks the type.
     *
     * @throws IllegalArgumentException if the type is no name
     */
    public EntityUid {
        Objects.requireNonNull(id, "id");
        Names.requireType(Objects.requireNonNull(type, "type"));
    }

    /**
     * Reads a name as it is written in policies.
     *
     * @param text such as {@code Role::"admin"}
     * @return the name
     * @throws PolicyException if the text is something else
     */
    public static EntityUid parse(String text) {
        return Parser.entityUid(text);
    }

    /** Whether this is an action: the last identifier of its type is {@code Action}. */
    boolean isAction() {
        return type.equals("Action") || type.endsWith("::Action");
    }

    /** By type, then by id. */
    @Override
    public int compareTo(EntityUid that) {
        int order = type.compareTo(that.type);
        return order != 0 ? order : id.compareTo(that.id);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntityUid that && id.equals(that.id) && type.equals(that.type);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + id.hashCode();
    }

    /** The name as it is written in policies. */
    @Override
    public String toString() {
        return type + "::" + Escapes.quote(id);
    }
}
