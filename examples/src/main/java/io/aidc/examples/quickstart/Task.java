package io.aidc.examples.quickstart;

/** What is done on the journey, by whom. */
enum Task {
    READ("dana", "steward", "read", Task.TABLE),
    SUMMARISE("theo", "scientist", "summarise", Task.TABLE),
    TRAIN("theo", "scientist", "train", Task.MODEL),
    EVALUATE("theo", "scientist", "evaluate", Task.MODEL),
    MAKE_KEYS("rosa", "releaser", "make-keys", Task.MODEL),
    RELEASE("rosa", "releaser", "release", Task.MODEL),
    PUBLISH("rosa", "releaser", "publish", Task.MODEL),
    FETCH("omar", "operator", "fetch", Task.MODEL),
    SERVE("omar", "operator", "serve", Task.MODEL);

    /** The table, as policies know it. */
    static final String TABLE = "tables/patients";

    /** The model, as policies know it; its files lie below. */
    static final String MODEL = "models/quickstart/1";

    private final String user;
    private final String role;
    private final String action;
    private final String resource;

    Task(String user, String role, String action, String resource) {
        this.user = user;
        this.role = role;
        this.action = action;
        this.resource = resource;
    }

    String user() {
        return user;
    }

    String role() {
        return role;
    }

    String action() {
        return action;
    }

    String resource() {
        return resource;
    }
}
