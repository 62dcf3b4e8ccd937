package io.aidc.benchmarks.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The same rules, users and requests for all who decide: so many types of resources, 20 roles for each, which may do 5 of 6
 * actions. Each user is in 10 roles. Half of the requests are for what a role of the user allows.
 */
final class AccessRules {
    static final int ROLES_OF_TYPE = 20;
    static final int ALLOWED_ACTIONS = 5;
    static final int ROLES_OF_USER = 10;
    private static final int ACTIONS = 6;
    private static final int USERS = 1_000;

    private final int types;
    private final int[][] rolesOfUser = new int[USERS][ROLES_OF_USER];
    private final List<Question> questions = new ArrayList<>();

    /** May a user do something to a resource of a type? */
    record Question(int user, int action, int type, boolean allowed) {
        String userName() {
            return "u" + user;
        }

        String actionName() {
            return "a" + action;
        }

        String typeName() {
            return "T" + type;
        }
    }

    AccessRules(int types, int requests) {
        this.types = types;
        Random random = new Random(3);
        for (int[] roles : rolesOfUser) {
            for (int i = 0; i < ROLES_OF_USER; i++) {
                roles[i] = random.nextInt(types * ROLES_OF_TYPE);
            }
        }
        for (int i = 0; i < requests; i++) {
            int user = random.nextInt(USERS);
            int own = rolesOfUser[user][random.nextInt(ROLES_OF_USER)] / ROLES_OF_TYPE;
            int type = i % 2 == 0 ? own : random.nextInt(types);
            int action = random.nextInt(i % 2 == 0 ? ALLOWED_ACTIONS : ACTIONS);
            questions.add(new Question(user, action, type, isAllowed(user, action, type)));
        }
    }

    List<Question> questions() {
        return questions;
    }

    List<String> users() {
        List<String> users = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            users.add("u" + user);
        }
        return users;
    }

    List<String> rolesOf(int user) {
        List<String> roles = new ArrayList<>();
        for (int role : rolesOfUser[user]) {
            roles.add(roleName(role));
        }
        return roles.stream().distinct().toList();
    }

    /** Role, type, action. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (int role = 0; role < types * ROLES_OF_TYPE; role++) {
            for (int action = 0; action < ALLOWED_ACTIONS; action++) {
                rows.add(List.of(roleName(role), "T" + role / ROLES_OF_TYPE, "a" + action));
            }
        }
        return rows;
    }

    String cedarText() {
        return rows().stream()
                .map(row -> "permit(principal in Role::\"%s\", action == Action::\"%s\", resource is %s);"
                        .formatted(row.get(0), row.get(2), row.get(1)))
                .collect(Collectors.joining("\n"));
    }

    private boolean isAllowed(int user, int action, int type) {
        for (int role : rolesOfUser[user]) {
            if (role / ROLES_OF_TYPE == type && action < ALLOWED_ACTIONS) {
                return true;
            }
        }
        return false;
    }

    private static String roleName(int role) {
        return "T" + role / ROLES_OF_TYPE + "-r" + role % ROLES_OF_TYPE;
    }
}
