package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.policy.PolicyProblem.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What validation promises, tried out: accepted policies do not fail, and those that never apply do not. */
class SchemaSoundnessTest {
    private static final int POLICIES = 80;
    private static final int DEPTH = 4;
    private static final List<String> USERS = List.of("a", "b");
    private static final Schema SCHEMA = Schema.parse("""
            entity Group;
            entity User in [Group] = {
              name: String, age?: Long, boss?: User, place: { city: String, zip?: String }, roles: Set<String>, ip?: ipaddr
            } tags Long;
            entity Doc in [Folder] = { owner: User, size: Long, note?: String };
            entity Folder;
            action any;
            action read in any appliesTo { principal: User, resource: [Doc, Folder], context: { mfa: Bool, why?: String } };
            """);

    private final Conformance conformance = new Conformance(SCHEMA);

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void validate_acceptedPolicies_neverFailAndApplyOnlyIfTheyMay(long seed) {
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < POLICIES; i++) {
            PolicySet policy = PolicySet.parse(new Writer(random).policy());
            List<PolicyProblem> problems = SCHEMA.validate(policy);
            if (problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
                continue;
            }
            accepted++;
            for (int n = 0; n < 10; n++) {
                Decision decision = decide(policy, random);
                String text = policy.policies().get(0).text();
                assertThat(decision.errors()).as(text).isEmpty();
                assertThat(decision.policies()).as(text).hasSizeLessThanOrEqualTo(problems.isEmpty() ? 1 : 0);
            }
        }
        assertThat(accepted).isGreaterThan(POLICIES / 20);
    }

    private Decision decide(PolicySet policy, Random random) {
        Entities entities = Entities.of(List.of(
                user("a", random),
                user("b", random),
                doc("d", random),
                Entity.of("Folder::\"f\""),
                Entity.of("Group::\"g\"")));
        entities.byUid().forEach((uid, entity) -> conformance.check(entity));
        Request request = Request.of(
                        pick(random, "User::\"a\"", "User::\"b\""),
                        "Action::\"read\"",
                        pick(random, "Doc::\"d\"", "Folder::\"f\""))
                .context("mfa", Value.of(random.nextBoolean()));
        if (random.nextBoolean()) {
            request = request.context("why", Value.of("x"));
        }
        conformance.check(request);
        Snapshot snapshot = new Snapshot(
                PolicyIndex.of(policy.policies()), entities.byUid(), HashTrie.empty(), SCHEMA.actionGroups(), 0);
        return Decider.decide(snapshot, request, Instant.EPOCH);
    }

    private static Entity user(String id, Random random) {
        Map<String, Value> place = random.nextBoolean()
                ? Map.of("city", Value.of("x"))
                : Map.of("city", Value.of("y"), "zip", Value.of("1"));
        Entity user = new Entity(
                new EntityUid("User", id),
                Map.of("name", Value.of("n"), "place", Value.recordOf(place), "roles", Value.ofTexts(Set.of("x"))),
                random.nextBoolean() ? Map.of() : Map.of("x", Value.of(1)),
                random.nextBoolean() ? Set.of() : Set.of(new EntityUid("Group", "g")));
        user = random.nextBoolean() ? user : user.attribute("age", Value.of(random.nextInt(4)));
        user = random.nextBoolean() ? user : user.attribute("ip", Value.ip("10.0.0.1"));
        String boss = USERS.get(random.nextInt(USERS.size()));
        return random.nextBoolean() ? user : user.attribute("boss", Value.of(new EntityUid("User", boss)));
    }

    private static Entity doc(String id, Random random) {
        Entity doc = Entity.of(new EntityUid("Doc", id), new EntityUid("Folder", "f"))
                .attribute("owner", Value.of(new EntityUid("User", USERS.get(random.nextInt(USERS.size())))))
                .attribute("size", Value.of(random.nextInt(4)));
        return random.nextBoolean() ? doc : doc.attribute("note", Value.of("x"));
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Writes policies that are sensible for the most part. */
    private record Writer(Random random) {
        String policy() {
            String head = pick(random, "resource", "resource is Doc", "resource is Doc", "resource in Folder::\"f\"");
            return "permit(principal, action, %s) when { %s }%s;"
                    .formatted(head, bool(DEPTH), random.nextInt(4) > 0 ? "" : " unless { " + bool(2) + " }");
        }

        private String bool(int depth) {
            if (depth == 0 || random.nextInt(8) == 0) {
                return pick(
                        random,
                        "true",
                        "false",
                        "context.mfa",
                        "resource is Doc",
                        "principal has age",
                        "context has why");
            }
            int d = depth - 1;
            return oneOf(
                    () -> "(%s && %s)".formatted(bool(d), bool(d)),
                    () -> "(%s || %s)".formatted(bool(d), bool(d)),
                    () -> "!(%s)".formatted(bool(d)),
                    () -> "(if %s then %s else %s)".formatted(bool(d), bool(d), bool(d)),
                    () -> "(%s has %s)"
                            .formatted(user(d), pick(random, "age", "boss", "ip", "boss.age", "name", "place.zip")),
                    () -> "(%s.hasTag(%s))".formatted(user(d), text(d)),
                    () -> guarded(d),
                    () -> guarded(d),
                    () -> "(%s == %s)".formatted(number(d), number(d)),
                    () -> "(%s < %s)".formatted(number(d), number(d)),
                    () -> "(%s == %s)".formatted(text(d), text(d)),
                    () -> "(%s like \"*\")".formatted(text(d)),
                    () -> "(%s in %s)"
                            .formatted(user(d), pick(random, "Group::\"g\"", "resource", "[Group::\"g\"]", user(d))),
                    () -> "(%s == %s)".formatted(user(d), pick(random, user(d), "resource")),
                    () -> "(action in %s)".formatted(pick(random, "Action::\"any\"", "[Action::\"read\"]")),
                    () -> "%s.roles.contains(%s)".formatted(user(d), text(d)),
                    () -> "({a: %s} has a)".formatted(number(d)),
                    () -> "(%s is %s)".formatted(user(d), pick(random, "User", "Doc", "User in Group::\"g\"")));
        }

        /** A test, and a use of what it tests. */
        private String guarded(int d) {
            String user = user(d);
            return oneOf(
                    () -> "(%s has age && (%s || %s.age < 3))".formatted(user, bool(d), user),
                    () -> "(if %s has ip then %s.ip.isIpv4() else %s)".formatted(user, user, bool(d)),
                    () -> "(%s.hasTag(\"x\") && %s.getTag(\"x\") == %s)".formatted(user, user, number(d)),
                    () -> "((%s has place.zip || false) && %s.place.zip == %s)".formatted(user, user, text(d)),
                    () -> "(%s has boss.age && %s && %s.boss.age == 1)".formatted(user, bool(d), user),
                    () -> "(resource is Doc && resource has note && resource.note == %s)".formatted(text(d)));
        }

        private String user(int depth) {
            return depth > 0 && random.nextInt(6) == 0
                    ? pick(
                            random,
                            user(depth - 1) + ".boss",
                            "(if %s then principal else %s)".formatted(bool(depth - 1), user(0)))
                    : pick(random, "principal", "principal", "principal", "User::\"a\"", "resource.owner");
        }

        private String number(int depth) {
            return depth > 0 && random.nextInt(3) == 0
                    ? pick(
                            random,
                            "(%s + %s)".formatted(number(depth - 1), number(depth - 1)),
                            user(depth - 1) + ".age")
                    : pick(random, "0", "1", "2", "resource.size", "1", "-1");
        }

        private String text(int depth) {
            return depth > 0 && random.nextInt(3) == 0
                    ? pick(
                            random,
                            user(depth - 1) + ".place.city",
                            user(depth - 1) + ".name",
                            "context.why",
                            "resource.note")
                    : pick(random, "\"x\"", "\"y\"", "principal.name", "\"x\"");
        }

        @SafeVarargs
        private String oneOf(Supplier<String>... choices) {
            return choices[random.nextInt(choices.length)].get();
        }
    }
}
