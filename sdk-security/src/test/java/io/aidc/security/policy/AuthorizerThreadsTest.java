package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AuthorizerThreadsTest {
    private static final Request REQUEST = Request.of("User::\"alice\"", "Action::\"read\"", "Doc::\"plan\"");

    private static void whileChanging(Runnable change, Callable<Void> check) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicBoolean done = new AtomicBoolean();
        try {
            List<Future<Void>> checks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                checks.add(threads.submit(() -> {
                    while (!done.get()) {
                        check.call();
                    }
                    return null;
                }));
            }
            change.run();
            done.set(true);
            for (Future<Void> future : checks) {
                future.get();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    /** Each set permits by the one attribute and forbids by the other: a mix of two generations would show. */
    @Test
    void replace_policiesAndEntities_neverShowsAMix() throws Exception {
        List<PolicySet> policies = new ArrayList<>();
        List<Entities> entities = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            policies.add(PolicySet.parse("""
                    permit(principal, action, resource) when { principal.generation == %1$d && resource.generation == %1$d };
                    forbid(principal, action, resource) when { principal.generation != resource.generation };
                    """.formatted(i)));
            Value generation = Value.of(i);
            entities.add(Entities.of(List.of(
                    Entity.of("User::\"alice\"").attribute("generation", generation),
                    Entity.of("Doc::\"plan\"").attribute("generation", generation))));
        }
        Authorizer authorizer = Authorizer.builder()
                .policies(policies.get(0))
                .entities(entities.get(0))
                .build();
        whileChanging(
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        authorizer.replace(policies.get(i % 2), entities.get(i % 2));
                    }
                },
                () -> {
                    assertThat(authorizer.decide(REQUEST).policies()).containsExactly("policy0");
                    return null;
                });
    }

    @Test
    void put_neverShowsHalfAnEntity() throws Exception {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal, action, resource) when { resource.a == resource.b };")
                .entities(Entities.of(List.of(
                        Entity.of("Doc::\"plan\"").attribute("a", Value.of(-1)).attribute("b", Value.of(-1)))))
                .build();
        whileChanging(
                () -> {
                    for (int i = 0; i < 50_000; i++) {
                        Value value = Value.of(i);
                        authorizer.put(
                                Entity.of("Doc::\"plan\"").attribute("a", value).attribute("b", value));
                    }
                },
                () -> {
                    assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
                    return null;
                });
    }

    @Test
    void grant_byTwoThreads_losesNone() throws Exception {
        Authorizer authorizer = Authorizer.builder().policies("").build();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (String name : List.of("a", "b")) {
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        authorizer.grant(new EntityUid("User", name + i), new EntityUid("Role", "r"));
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(authorizer.grants()).hasSize(10_000);
    }
}
