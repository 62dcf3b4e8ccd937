package io.aidc.benchmarks.security;

import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.Entities;
import io.aidc.security.policy.Entity;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.PolicySet;
import io.aidc.security.policy.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.casbin.jcasbin.main.SyncedEnforcer;

/**
 * How long does a decision take among 1.6 million role grants, and how much memory do they need?
 *
 * <p>400 000 users are in 4 of 1 000 roles each; each role may read one document. The grants come with the entities
 * ({@code ENTITIES}), by {@code grant} with an end ({@code GRANTS}), or as grouping policies of jCasbin ({@code JCASBIN}).
 * cedar-java keeps no entities: each request brings its own. Prints the heap in use after a collection, and percentiles of
 * 200 000 decisions by one thread after as many for warming up; every tenth decision is about another user's document, and all
 * answers are checked. jCasbin decides 2 000 times, and is stopped after a minute.
 *
 * <p>{@code java -Xmx4g -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.RoleGrants CONTESTANT [USERS]}
 */
public final class RoleGrants {
    private static final int ROLES = 1_000;
    private static final int ROLES_OF_USER = 4;
    private static final int DEFAULT_USERS = 400_000;
    private static final int DECISIONS = 200_000;
    private static final int DECISIONS_OF_PEER = 2_000;
    private static final long MOST_NANOS = 60_000_000_000L;

    private RoleGrants() {}

    /**
     * Measures.
     *
     * @param args who decides; how many users, 400 000 by default
     */
    public static void main(String[] args) {
        int users = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_USERS;
        long heapBefore = usedHeap();
        long start = System.nanoTime();
        Question[] questions = questions(users);
        IntPredicate door = switch (args[0]) {
            case "ENTITIES" -> ours(users, questions, false);
            case "GRANTS" -> ours(users, questions, true);
            case "JCASBIN" -> jcasbin(users, questions);
            default -> throw new IllegalArgumentException("ENTITIES, GRANTS or JCASBIN, not " + args[0]);
        };
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s: %d grants, loaded in %.1f s, heap %d MiB%n",
                args[0], users * ROLES_OF_USER, seconds, (usedHeap() - heapBefore) >> 20);
        int decisions = args[0].equals("JCASBIN") ? DECISIONS_OF_PEER : DECISIONS;
        decide(door, questions, decisions);
        report(decide(door, questions, decisions));
        System.out.printf("heap %d MiB after the decisions%n", (usedHeap() - heapBefore) >> 20);
    }

    /** May a user read a document? */
    private record Question(int user, int document, boolean allowed) {}

    private static Question[] questions(int users) {
        Random random = new Random(5);
        Question[] questions = new Question[4_096];
        for (int i = 0; i < questions.length; i++) {
            int user = random.nextInt(users);
            int document = i % 10 == 0 ? random.nextInt(ROLES) : roleOf(user, i % ROLES_OF_USER);
            boolean allowed = IntStream.range(0, ROLES_OF_USER).anyMatch(j -> roleOf(user, j) == document);
            questions[i] = new Question(user, document, allowed);
        }
        return questions;
    }

    private static int roleOf(int user, int index) {
        return Math.floorMod(user * 31 + index * 251, ROLES);
    }

    private static IntPredicate ours(int users, Question[] questions, boolean granted) {
        String policies = IntStream.range(0, ROLES)
                .mapToObj(
                        i -> "permit(principal in Role::\"r%d\", action == Action::\"read\", resource == Doc::\"d%d\");"
                                .formatted(i, i))
                .collect(Collectors.joining("\n"));
        List<Entity> entities = new ArrayList<>();
        for (int user = 0; user < users && !granted; user++) {
            EntityUid[] roles = new EntityUid[ROLES_OF_USER];
            for (int i = 0; i < ROLES_OF_USER; i++) {
                roles[i] = role(user, i);
            }
            entities.add(Entity.of(user(user), roles));
        }
        Authorizer authorizer = Authorizer.builder()
                .policies(PolicySet.parse(policies))
                .entities(Entities.of(entities))
                .build();
        for (int user = 0; user < users && granted; user++) {
            for (int i = 0; i < ROLES_OF_USER; i++) {
                authorizer.grant(user(user), role(user, i), Instant.MAX);
            }
        }
        return i -> authorizer
                .decide(Request.of(
                        user(questions[i].user()),
                        new EntityUid("Action", "read"),
                        new EntityUid("Doc", "d" + questions[i].document())))
                .allowed();
    }

    private static EntityUid user(int user) {
        return new EntityUid("User", "u" + user);
    }

    private static EntityUid role(int user, int index) {
        return new EntityUid("Role", "r" + roleOf(user, index));
    }

    private static IntPredicate jcasbin(int users, Question[] questions) {
        SyncedEnforcer enforcer = AccessDoor.enforcer("r.act == p.act && r.obj == p.obj && g(r.sub, p.sub)");
        List<List<String>> rules = new ArrayList<>();
        for (int role = 0; role < ROLES; role++) {
            rules.add(List.of("r" + role, "d" + role, "read"));
        }
        enforcer.addPolicies(rules);
        List<List<String>> members = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            for (int i = 0; i < ROLES_OF_USER; i++) {
                members.add(List.of("u" + user, "r" + roleOf(user, i)));
            }
        }
        enforcer.addGroupingPolicies(members);
        return i -> enforcer.enforce("u" + questions[i].user(), "d" + questions[i].document(), "read");
    }

    private static long[] decide(IntPredicate door, Question[] questions, int decisions) {
        long[] nanos = new long[decisions];
        long began = System.nanoTime();
        int done = 0;
        while (done < decisions && System.nanoTime() - began < MOST_NANOS) {
            int question = done % questions.length;
            long start = System.nanoTime();
            boolean allowed = door.test(question);
            nanos[done++] = System.nanoTime() - start;
            if (allowed != questions[question].allowed()) {
                throw new AssertionError("a wrong answer to " + questions[question]);
            }
        }
        return Arrays.copyOf(nanos, done);
    }

    private static void report(long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                "%d decisions: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, worst %.1f us%n",
                nanos.length,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 99 / 100] / 1e3,
                nanos[(int) (nanos.length * 999L / 1000)] / 1e3,
                nanos[nanos.length - 1] / 1e3);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
