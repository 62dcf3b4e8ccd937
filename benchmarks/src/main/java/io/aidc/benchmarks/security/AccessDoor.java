package io.aidc.benchmarks.security;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.Entity;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.PolicySet;
import io.aidc.security.policy.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.casbin.jcasbin.main.SyncedEnforcer;
import org.casbin.jcasbin.model.Model;

/** One who decides by the rules of {@link AccessRules}; requests are made beforehand where that is possible. */
interface AccessDoor {
    boolean allows(int question) throws AuthException;

    /** Our authorizer, without an audit trail. */
    static AccessDoor ours(AccessRules rules) {
        List<Entity> users = new ArrayList<>();
        for (int user = 0; user < rules.users().size(); user++) {
            EntityUid[] roles = rules.rolesOf(user).stream()
                    .map(role -> new EntityUid("Role", role))
                    .toArray(EntityUid[]::new);
            users.add(Entity.of(new EntityUid("User", rules.users().get(user)), roles));
        }
        Authorizer authorizer = Authorizer.builder()
                .policies(PolicySet.parse(rules.cedarText()))
                .entities(io.aidc.security.policy.Entities.of(users))
                .build();
        List<Request> requests = rules.questions().stream()
                .map(question -> Request.of(
                        new EntityUid("User", question.userName()),
                        new EntityUid("Action", question.actionName()),
                        new EntityUid(question.typeName(), "1")))
                .toList();
        return question -> authorizer.decide(requests.get(question)).allowed();
    }

    /** The cheapest comparison first, as its users are told to write it. */
    static AccessDoor jcasbin(AccessRules rules) {
        SyncedEnforcer enforcer = enforcer("r.act == p.act && r.obj == p.obj && g(r.sub, p.sub)");
        enforcer.addPolicies(rules.rows());
        List<List<String>> members = new ArrayList<>();
        for (int user = 0; user < rules.users().size(); user++) {
            for (String role : rules.rolesOf(user)) {
                members.add(List.of(rules.users().get(user), role));
            }
        }
        enforcer.addGroupingPolicies(members);
        List<AccessRules.Question> questions = rules.questions();
        return index -> {
            AccessRules.Question question = questions.get(index);
            return enforcer.enforce(question.userName(), question.typeName(), question.actionName());
        };
    }

    /** With the policies parsed once and kept on the native side. Each request carries the one entity that matters. */
    static AccessDoor cedarJava(AccessRules rules) throws AuthException, CacheException {
        var policies = com.cedarpolicy.model.policy.PolicySet.parsePolicies(rules.cedarText());
        policies.cache();
        BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
        EntityTypeName userType = EntityTypeName.parse("User").orElseThrow();
        EntityTypeName roleType = EntityTypeName.parse("Role").orElseThrow();
        EntityTypeName actionType = EntityTypeName.parse("Action").orElseThrow();
        List<AuthorizationRequest> requests = new ArrayList<>();
        List<Entities> entities = new ArrayList<>();
        for (AccessRules.Question question : rules.questions()) {
            EntityUID user = userType.of(question.userName());
            Set<EntityUID> roles = new HashSet<>();
            rules.rolesOf(question.user()).forEach(role -> roles.add(roleType.of(role)));
            entities.add(new Entities(Set.of(new com.cedarpolicy.model.entity.Entity(user, roles))));
            requests.add(new AuthorizationRequest(
                    user,
                    actionType.of(question.actionName()),
                    EntityTypeName.parse(question.typeName()).orElseThrow().of("1"),
                    Map.of()));
        }
        return question -> {
            AuthorizationResponse response =
                    engine.isAuthorized(requests.get(question), policies, entities.get(question));
            return response.success.orElseThrow().isAllowed();
        };
    }

    /** An enforcer of jCasbin for subject, object and action, and subjects in roles. */
    static SyncedEnforcer enforcer(String matcher) {
        Model model = new Model();
        model.loadModelFromText("""
                [request_definition]
                r = sub, obj, act
                [policy_definition]
                p = sub, obj, act
                [role_definition]
                g = _, _
                [policy_effect]
                e = some(where (p.eft == allow))
                [matchers]
                m = %s
                """.formatted(matcher));
        SyncedEnforcer enforcer = new SyncedEnforcer(model);
        enforcer.enableLog(false);
        return enforcer;
    }
}
