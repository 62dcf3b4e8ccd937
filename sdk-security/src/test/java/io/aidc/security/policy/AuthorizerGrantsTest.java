package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthorizerGrantsTest {
    private static final EntityUid ALICE = new EntityUid("User", "alice");
    private static final EntityUid STAFF = new EntityUid("Group", "staff");
    private static final EntityUid ALL = new EntityUid("Group", "all");
    private static final Request REQUEST =
            Request.of(ALICE, new EntityUid("Action", "read"), new EntityUid("Doc", "plan"));

    private final TestClock clock = new TestClock();
    private final MemoryTrail trail = new MemoryTrail();

    private Authorizer authorizer(Entity... entities) {
        return Authorizer.builder()
                .policies("permit(principal in Group::\"staff\", action, resource);")
                .entities(Entities.of(List.of(entities)))
                .auditTo(trail)
                .clock(clock)
                .build();
    }

    @Test
    void grant_countsAtOnce() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALICE, STAFF);
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void grant_ofAGroup_countsForItsMembers() {
        Authorizer authorizer = authorizer(Entity.of(ALICE, ALL));
        authorizer.grant(ALL, STAFF);
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void grant_ofAResource_countsForItsFolder() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal, action, resource in Folder::\"f\");")
                .build();
        authorizer.grant(REQUEST.resource(), new EntityUid("Folder", "f"));
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void revoke_countsAtOnce() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALICE, STAFF);
        assertThat(authorizer.revoke(ALICE, STAFF)).isTrue();
        assertThat(authorizer.revoke(ALICE, STAFF)).isFalse();
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void revoke_groupOfTheEntities_countsAtOnce() {
        Authorizer authorizer = authorizer(Entity.of(ALICE, STAFF, ALL).attribute("x", Value.of(1)));
        assertThat(authorizer.revoke(ALICE, STAFF)).isTrue();
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void revoke_grantOfWhatTheEntityIsInToo_endsBoth() {
        Authorizer authorizer = authorizer(Entity.of(ALICE, STAFF));
        authorizer.grant(ALICE, STAFF);
        authorizer.revoke(ALICE, STAFF);
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
        assertThat(authorizer.grants()).isEmpty();
    }

    @Test
    void revoke_oneOfTwoWays_leavesTheOther() {
        Authorizer authorizer = authorizer(Entity.of(ALL, STAFF));
        authorizer.grant(ALICE, STAFF);
        authorizer.grant(ALICE, ALL);
        authorizer.revoke(ALICE, STAFF);
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void grantUntil_endsAtThatMoment() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALICE, STAFF, TestClock.NOON.plusSeconds(10));
        clock.move(Duration.ofMillis(9_999));
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
        clock.move(Duration.ofMillis(1));
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void grantUntil_clockTurnedBack_staysEndedAndIsRecorded() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALICE, STAFF, TestClock.NOON.plusSeconds(10));
        clock.move(Duration.ofSeconds(10));
        authorizer.decide(REQUEST);
        clock.move(Duration.ofSeconds(-10));
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
        assertThat(authorizer.grants()).isEmpty();
        assertThat(trail.events())
                .filteredOn(event -> event.action().equals("clock-back"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.outcome()).hasToString("DENIED");
                    assertThat(event.details()).containsEntry("behind", "PT10S");
                });
    }

    @Test
    void grantUntil_takesThePlaceOfOneWithoutEnd() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALICE, STAFF);
        authorizer.grant(ALICE, STAFF, TestClock.NOON);
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
        authorizer.grant(ALICE, STAFF);
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
        assertThat(authorizer.revoke(ALICE, STAFF)).isTrue();
    }

    @Test
    void grants_areListedInOrder() {
        Authorizer authorizer = authorizer();
        Instant until = TestClock.NOON.plusSeconds(1);
        authorizer.grant(new EntityUid("User", "bob"), STAFF);
        authorizer.grant(ALICE, STAFF, until);
        authorizer.grant(ALICE, ALL, TestClock.NOON);
        assertThat(authorizer.grants())
                .extracting(Grant::toString)
                .containsExactly(
                        "Grant[User::\"alice\" in Group::\"staff\" until 2026-01-31T12:00:01Z]",
                        "Grant[User::\"bob\" in Group::\"staff\"]");
        assertThat(authorizer.grants().get(0).until()).contains(until);
        assertThat(authorizer.grants().get(1)).isEqualTo(new Grant(new EntityUid("User", "bob"), STAFF, null));
    }

    @Test
    void grant_thatMakesACycle_isRefusedAndNamed() {
        Authorizer authorizer = authorizer(Entity.of(STAFF, ALL));
        authorizer.grant(ALL, ALICE, TestClock.NOON.plusSeconds(1));
        assertThatThrownBy(() -> authorizer.grant(ALICE, STAFF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("User::\"alice\" in Group::\"staff\" in Group::\"all\" in User::\"alice\"");
        assertThatThrownBy(() -> authorizer.grant(ALICE, ALICE)).isInstanceOf(IllegalArgumentException.class);
        assertThat(authorizer.grants()).hasSize(1);
    }

    @Test
    void grantUntil_ended_isInNobodysWay() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALL, ALICE, TestClock.NOON.plusSeconds(1));
        assertThatThrownBy(() -> authorizer.put(Entity.of(ALICE, ALL))).isInstanceOf(IllegalArgumentException.class);
        clock.move(Duration.ofSeconds(1));
        authorizer.grant(ALICE, ALL);
        authorizer.put(Entity.of(ALICE, ALL));
        authorizer.replaceEntities(Entities.of(List.of(Entity.of(ALICE, ALL))));
        assertThat(authorizer.grants()).hasSize(1);
    }

    @Test
    void revoke_ended_isFalseAndNotRecorded() {
        Authorizer authorizer = authorizer();
        authorizer.grant(ALICE, STAFF, TestClock.NOON.plusSeconds(1));
        clock.move(Duration.ofSeconds(1));
        assertThat(authorizer.revoke(ALICE, STAFF)).isFalse();
        assertThat(authorizer.revokeAll(ALICE)).isEmpty();
        assertThat(trail.last().action()).isEqualTo("grant");
    }

    @Test
    void revoke_endedOfWhatTheEntityIsInToo_endsThat() {
        Authorizer authorizer = authorizer(Entity.of(ALICE, STAFF));
        authorizer.grant(ALICE, STAFF, TestClock.NOON);
        assertThat(authorizer.revoke(ALICE, STAFF)).isTrue();
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
    }

    @Test
    void grant_afterOthersOfTheMemberEnded_forgetsThose() {
        Instant until = TestClock.NOON.plusSeconds(1);
        Snapshot snapshot = new Snapshot(PolicyIndex.of(List.of()), HashTrie.empty(), HashTrie.empty(), Map.of(), 0)
                .with(new Grant(ALICE, STAFF, until), TestClock.NOON)
                .with(new Grant(ALL, STAFF, until), TestClock.NOON);
        assertThat(snapshot.timed()).isEqualTo(2);
        Snapshot next = snapshot.with(new Grant(ALICE, ALL, null), until);
        assertThat(next.timed()).isEqualTo(1);
        assertThat(next.grants(Instant.MIN)).extracting(Grant::member).containsExactly(ALL, ALICE);
        assertThat(snapshot.with(new Grant(ALICE, STAFF, null), until).timed()).isEqualTo(1);
    }

    @Test
    void revokeAll_endsAllOfTheMemberAndNoOthers() {
        Authorizer authorizer = authorizer(Entity.of(ALICE, ALL));
        EntityUid bob = new EntityUid("User", "bob");
        authorizer.grant(ALICE, STAFF, TestClock.NOON.plusSeconds(1));
        authorizer.grant(ALICE, new EntityUid("Role", "r"));
        authorizer.grant(bob, STAFF);
        assertThat(authorizer.revokeAll(ALICE))
                .extracting(Grant::group)
                .containsExactly(STAFF, new EntityUid("Role", "r"));
        assertThat(authorizer.revokeAll(ALICE)).isEmpty();
        assertThat(authorizer.decide(REQUEST).allowed()).isFalse();
        assertThat(authorizer.grants()).extracting(Grant::member).containsExactly(bob);
        authorizer.grant(ALL, STAFF); // what the entity is in stays
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void remove_member_keepsItsGrants() {
        Authorizer authorizer = authorizer(Entity.of(ALICE));
        authorizer.grant(ALICE, STAFF);
        authorizer.remove(ALICE);
        assertThat(authorizer.decide(REQUEST).allowed()).isTrue();
    }

    @Test
    void grant_millions_areGivenAndTakenInBoundedTime() {
        Authorizer authorizer = Authorizer.builder()
                .policies("permit(principal in Role::\"r7\", action, resource);")
                .build();
        for (int i = 0; i < 200_000; i++) {
            authorizer.grant(new EntityUid("User", "u" + i), new EntityUid("Role", "r" + i % 1_000));
        }
        Request request = Request.of(new EntityUid("User", "u1007"), REQUEST.action(), REQUEST.resource());
        assertThat(authorizer.decide(request).policies()).containsExactly("policy0");
        authorizer.revoke(request.principal(), new EntityUid("Role", "r7"));
        assertThat(authorizer.decide(request).allowed()).isFalse();
        assertThat(authorizer.grants()).hasSize(199_999);
    }
}
