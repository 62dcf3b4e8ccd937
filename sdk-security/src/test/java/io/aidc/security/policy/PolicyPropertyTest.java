package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random policies, entities and grants, decided by a slow reference that knows no index, no parser and no compiler. */
class PolicyPropertyTest {
    private static final int POLICIES = 60;

    static Stream<Long> seeds() {
        return Vectors.seeds();
    }

    /** Says that a condition has no answer. */
    private static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A part of a policy, as text and as what it means. */
    private record Part(String text, BiPredicate<World, Request> holds) {}

    private record RandomPolicy(boolean permits, List<Part> parts) {
        String text() {
            List<Part> head = parts.subList(0, 3);
            StringBuilder text = new StringBuilder(permits ? "permit (" : "forbid (");
            text.append(head.get(0).text())
                    .append(", ")
                    .append(head.get(1).text())
                    .append(", ")
                    .append(head.get(2).text());
            text.append(")");
            parts.subList(3, parts.size()).forEach(part -> text.append(" ").append(part.text()));
            return text.append(";\n").toString();
        }
    }

    /** What is known, kept as simply as possible. */
    private static final class World {
        final Map<EntityUid, Entity> entities = new HashMap<>();
        final Map<EntityUid, Set<EntityUid>> grants = new HashMap<>();

        boolean isIn(EntityUid uid, EntityUid group, Request request) {
            return isIn(uid, group, request, new HashSet<>());
        }

        private boolean isIn(EntityUid uid, EntityUid group, Request request, Set<EntityUid> seen) {
            if (uid.equals(group)) {
                return true;
            }
            if (!seen.add(uid)) {
                return false;
            }
            Set<EntityUid> parents = new HashSet<>(grants.getOrDefault(uid, Set.of()));
            Entity entity = entity(uid, request);
            parents.addAll(entity == null ? Set.of() : entity.parents());
            return parents.stream().anyMatch(parent -> isIn(parent, group, request, seen));
        }

        @Nullable
        Entity entity(EntityUid uid, Request request) {
            return request.entities().stream()
                    .filter(entity -> entity.uid().equals(uid))
                    .findFirst()
                    .orElse(entities.get(uid));
        }
    }

    private static final class Maker {
        final Random random;

        Maker(long seed) {
            random = new Random(seed);
        }

        EntityUid any(String type, int range) {
            return new EntityUid(type, Integer.toString(random.nextInt(range)));
        }

        EntityUid principal() {
            return any(random.nextBoolean() ? "User" : "Bot", 6);
        }

        EntityUid group(String variable) {
            return switch (variable) {
                case "principal" -> random.nextInt(4) == 0 ? principal() : any("Group", 5);
                case "action" -> any("Action", 6);
                default -> random.nextInt(4) == 0 ? any("Doc", 6) : any("Folder", 5);
            };
        }

        static EntityUid of(String variable, Request request) {
            return switch (variable) {
                case "principal" -> request.principal();
                case "action" -> request.action();
                default -> request.resource();
            };
        }

        Part scope(String variable) {
            EntityUid group = group(variable);
            EntityUid other = group(variable);
            boolean isAction = variable.equals("action");
            return switch (random.nextInt(5)) {
                case 0 -> new Part(variable, (world, request) -> true);
                case 1 ->
                    new Part(
                            variable + " == " + group,
                            (world, request) -> of(variable, request).equals(group));
                case 2 ->
                    new Part(
                            variable + " in " + group,
                            (world, request) -> world.isIn(of(variable, request), group, request));
                case 3 ->
                    isAction
                            ? new Part(
                                    "action in [%s, %s]".formatted(group, other),
                                    (world, request) -> world.isIn(request.action(), group, request)
                                            || world.isIn(request.action(), other, request))
                            : new Part(
                                    variable + " is " + group.type(),
                                    (world, request) ->
                                            of(variable, request).type().equals(group.type()));
                default ->
                    isAction
                            ? new Part("action", (world, request) -> true)
                            : new Part(
                                    "%s is %s in %s".formatted(variable, other.type(), group),
                                    (world, request) ->
                                            of(variable, request).type().equals(other.type())
                                                    && world.isIn(of(variable, request), group, request));
            };
        }

        Part condition() {
            int bound = random.nextInt(10);
            Part inner = switch (random.nextInt(4)) {
                case 0 ->
                    new Part(
                            "principal.level < " + bound,
                            (world, request) -> level(world, request.principal(), request) < bound);
                case 1 ->
                    new Part("resource has level && resource.level >= " + bound, (world, request) -> {
                        Entity entity = world.entity(request.resource(), request);
                        return entity != null
                                && entity.attributes().containsKey("level")
                                && level(world, request.resource(), request) >= bound;
                    });
                case 2 ->
                    new Part("context.n == " + bound, (world, request) -> {
                        if (!request.context().containsKey("n")) {
                            throw new NoAnswer();
                        }
                        return request.context().get("n").equals(Value.of(bound));
                    });
                default -> {
                    EntityUid group = group("resource");
                    yield new Part(
                            "resource in [" + group + "]",
                            (world, request) -> world.isIn(request.resource(), group, request));
                }
            };
            return random.nextBoolean()
                    ? new Part("when { " + inner.text() + " }", inner.holds())
                    : new Part("unless { " + inner.text() + " }", inner.holds().negate());
        }

        private static long level(World world, EntityUid uid, Request request) {
            Entity entity = world.entity(uid, request);
            if (entity == null || !(entity.attributes().get("level") instanceof Value.Whole level)) {
                throw new NoAnswer();
            }
            return level.value();
        }

        RandomPolicy policy() {
            List<Part> parts = new ArrayList<>(List.of(scope("principal"), scope("action"), scope("resource")));
            for (int i = random.nextInt(3); i > 0; i--) {
                parts.add(condition());
            }
            return new RandomPolicy(random.nextInt(3) > 0, parts);
        }

        /** Parents are greater numbers or other types, so that nothing is in itself. */
        Entity entity(String type, int number, String parentType) {
            Set<EntityUid> parents = new LinkedHashSet<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                int least = type.equals(parentType) ? number + 1 : 0;
                parents.add(new EntityUid(parentType, Integer.toString(least + random.nextInt(5))));
            }
            Entity entity = new Entity(new EntityUid(type, Integer.toString(number)), Map.of(), Map.of(), parents);
            return random.nextBoolean() ? entity.attribute("level", Value.of(random.nextInt(10))) : entity;
        }

        List<Entity> entities() {
            List<Entity> entities = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                entities.add(entity("User", i, "Group"));
                entities.add(entity("Doc", i, "Folder"));
                entities.add(entity("Folder", i, "Folder"));
                entities.add(entity("Group", i, "Group"));
                entities.add(entity("Action", i, "Action"));
            }
            return entities;
        }

        Request request() {
            Request request = Request.of(principal(), any("Action", 6), any("Doc", 8));
            if (random.nextBoolean()) {
                request = request.context("n", Value.of(random.nextInt(10)));
            }
            return random.nextBoolean() ? request : request.entity(entity("Doc", random.nextInt(8), "Folder"));
        }
    }

    private static Decision reference(List<RandomPolicy> policies, World world, Request request) {
        Set<String> permits = new LinkedHashSet<>();
        Set<String> forbids = new LinkedHashSet<>();
        Map<String, String> errors = new HashMap<>();
        for (int i = 0; i < policies.size(); i++) {
            RandomPolicy policy = policies.get(i);
            try {
                if (policy.parts().stream().allMatch(part -> part.holds().test(world, request))) {
                    (policy.permits() ? permits : forbids).add("policy" + i);
                }
            } catch (NoAnswer e) {
                errors.put("policy" + i, "");
            }
        }
        boolean allowed = forbids.isEmpty() && !permits.isEmpty();
        return new Decision(allowed, List.copyOf(allowed ? permits : forbids), errors, Decision.NOT_RECORDED);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void decide_randomWorld_agreesWithTheReference(long seed) {
        Maker maker = new Maker(seed);
        List<RandomPolicy> policies =
                Stream.generate(maker::policy).limit(POLICIES).toList();
        World world = new World();
        List<Entity> entities = maker.entities();
        entities.forEach(entity -> world.entities.put(entity.uid(), entity));
        Authorizer authorizer = Authorizer.builder()
                .policies(String.join(
                        "", policies.stream().map(RandomPolicy::text).toList()))
                .entities(Entities.of(entities))
                .build();
        for (int i = 0; i < 300; i++) {
            if (i % 10 == 0) {
                change(maker, world, authorizer);
            }
            Request request = maker.request();
            Decision expected = reference(policies, world, request);
            Decision found = authorizer.decide(request);
            assertThat(found.policies()).as("%s", request).isEqualTo(expected.policies());
            assertThat(found.allowed()).isEqualTo(expected.allowed());
            assertThat(new TreeSet<>(found.errors().keySet()))
                    .isEqualTo(new TreeSet<>(expected.errors().keySet()));
        }
    }

    private static void change(Maker maker, World world, Authorizer authorizer) {
        EntityUid member = maker.principal();
        EntityUid group = maker.any("Group", 5);
        switch (maker.random.nextInt(4)) {
            case 0, 1 -> {
                authorizer.grant(member, group);
                world.grants.computeIfAbsent(member, key -> new HashSet<>()).add(group);
            }
            case 2 -> {
                authorizer.revoke(member, group);
                world.grants.getOrDefault(member, new HashSet<>()).remove(group);
                world.entities.computeIfPresent(member, (key, entity) -> entity.without(group));
            }
            default -> {
                Entity entity = maker.entity("User", maker.random.nextInt(6), "Group");
                authorizer.put(entity);
                world.entities.put(entity.uid(), entity);
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void decide_withOneForbidMore_isNeverAllowedMore(long seed) {
        Maker maker = new Maker(seed);
        List<RandomPolicy> policies = Stream.generate(maker::policy).limit(10).toList();
        String text = String.join("", policies.stream().map(RandomPolicy::text).toList());
        Entities entities = Entities.of(maker.entities());
        Authorizer before =
                Authorizer.builder().policies(text).entities(entities).build();
        String forbid = new RandomPolicy(false, maker.policy().parts()).text();
        Authorizer after =
                Authorizer.builder().policies(text + forbid).entities(entities).build();
        for (int i = 0; i < 200; i++) {
            Request request = maker.request();
            boolean forbidden = after.decide(request).policies().contains("policy10");
            assertThat(after.decide(request).allowed())
                    .isEqualTo(before.decide(request).allowed() && !forbidden);
        }
    }
}
