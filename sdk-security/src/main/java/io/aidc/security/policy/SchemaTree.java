package io.aidc.security.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The declarations of a schema as they are written, each with its namespace, names not looked up yet. */
record SchemaTree(Source source, List<Entities> entities, List<TypeAlias> commons, List<Action> actions) {
    /** A name as written, with its place in the source. */
    record Name(String text, int at) {
        boolean isQualified() {
            return text.contains("::");
        }

        /** The last part. */
        String last() {
            return text.substring(text.lastIndexOf(':') + 1);
        }
    }

    /** A type as written. */
    sealed interface Type {}

    /** A type by its name. */
    record Named(Name name) implements Type {}

    /** {@code Set<…>}. */
    record SetOf(Type element) implements Type {}

    /** {@code {…}}. */
    record RecordOf(List<Attribute> attributes) implements Type {}

    /** One attribute of a record. */
    record Attribute(Name name, boolean required, Type type) {}

    /** {@code entity A, B in […] = {…} tags …;} or, if there are ids, {@code entity A, B enum […];}. */
    record Entities(
            String namespace,
            List<Name> names,
            List<Name> parents,
            RecordOf attributes,
            @Nullable Type tags,
            List<String> ids) {}

    /** {@code type T = …;}. */
    record TypeAlias(String namespace, Name name, Type type) {}

    /** A group of an action: without a type, an action of the same namespace or else of none. */
    record Group(@Nullable Name type, Name id) {}

    /** {@code action a, b in […] appliesTo {…};}. */
    record Action(
            String namespace,
            List<Name> names,
            List<Group> groups,
            List<Name> principals,
            List<Name> resources,
            Type context) {}
}
