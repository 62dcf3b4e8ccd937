package io.aidc.security.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the states of the principals, at most so many. A state is dropped only when nothing is left to remember, so that
 * nobody gets a fresh bucket by having his own pushed out; while all places are taken, whoever is not known shares one state.
 * <em>Thread-safe.</em>
 */
final class Principals {
    /** More than a thread takes from finding a state to reading the time. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private static final long SHORTEST_CROWDING = Duration.ofMinutes(1).toNanos();

    private final int most;
    private final StateFactory factory;
    private final LongSupplier ticker;
    private final long crowdingNanos;
    private final Map<String, PrincipalState> named = new HashMap<>();
    private final PrincipalState others;
    private final Cache<String, @Nullable PrincipalState> states;
    private final AtomicInteger known = new AtomicInteger();
    private final AtomicLong crowdedUntil = new AtomicLong(Long.MIN_VALUE);

    /** Makes the state of a principal. */
    interface StateFactory {
        PrincipalState make(String principal);
    }

    /**
     * Keeps states.
     *
     * @param named have a place of their own for ever
     * @param memoryNanos after how long without a request a state is as good as fresh
     */
    Principals(int most, Iterable<String> named, StateFactory factory, long memoryNanos, LongSupplier ticker) {
        this.most = most;
        this.factory = factory;
        this.ticker = ticker;
        this.crowdingNanos = Math.max(memoryNanos, SHORTEST_CROWDING);
        this.others = factory.make(RequestGuard.OTHERS);
        this.named.put(RequestGuard.OTHERS, others);
        named.forEach(name -> this.named.computeIfAbsent(name, factory::make));
        this.states = Caffeine.newBuilder()
                .expireAfterAccess(Duration.ofNanos(memoryNanos).plus(SLACK))
                .ticker(ticker::getAsLong)
                .executor(Runnable::run)
                .evictionListener(this::dropped)
                .build();
    }

    /** Returns a principal's state, made if there is room, or else the shared one. */
    PrincipalState of(String principal) {
        PrincipalState own = named.get(principal);
        if (own == null) {
            own = states.getIfPresent(principal);
        }
        if (own == null && known.get() >= most) {
            states.cleanUp();
        }
        if (own == null) {
            own = states.get(principal, this::makeIfRoom);
        }
        return own == null ? others : own;
    }

    /** Returns a principal's state if it has one, without touching it. */
    Optional<PrincipalState> find(String principal) {
        PrincipalState own = named.get(principal);
        return Optional.ofNullable(own != null ? own : states.policy().getIfPresentQuietly(principal));
    }

    /** Whether this is the first time since long that a principal found no room. */
    boolean isNewlyCrowded(PrincipalState given, String principal) {
        if (given != others || principal.equals(RequestGuard.OTHERS)) {
            return false;
        }
        long now = ticker.getAsLong();
        long until = crowdedUntil.get();
        return now >= until && crowdedUntil.compareAndSet(until, now + crowdingNanos);
    }

    /** Within which a crowd is told of once. */
    Duration crowding() {
        return Duration.ofNanos(crowdingNanos);
    }

    void forgetCrowding() {
        crowdedUntil.set(Long.MIN_VALUE);
    }

    int size() {
        return known.get();
    }

    private @Nullable PrincipalState makeIfRoom(String principal) {
        return known.getAndUpdate(n -> Math.min(n + 1, most)) < most ? factory.make(principal) : null;
    }

    /** Under the lock of the entry, so that no successor is there yet. */
    private void dropped(@Nullable String principal, @Nullable PrincipalState state, RemovalCause cause) {
        known.decrementAndGet();
        if (state != null) { // always: values are not weak
            state.retire();
        }
    }
}
