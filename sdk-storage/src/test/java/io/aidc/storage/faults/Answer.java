package io.aidc.storage.faults;

/**
 * What a node said.
 *
 * @param kind what kind of answer
 * @param first the first word after the kind, or {@link #NIL}
 * @param rest everything after the kind
 */
record Answer(Kind kind, String first, String rest) {
    static final String NIL = "nil";

    enum Kind {
        VALUE,
        COMMITTED,
        REJECTED,
        UNKNOWN,
        FAILED,
        /** An artifact had other bytes than it must have. */
        WRONG,
        /** The process died first, or is none. */
        GONE
    }

    static final Answer GONE = new Answer(Kind.GONE, NIL, "");

    static Answer parse(String line) {
        String[] words = line.split(" ", 3);
        return new Answer(
                Kind.valueOf(words[0].toUpperCase(java.util.Locale.ROOT)),
                words.length > 1 ? words[1] : NIL,
                line.substring(Math.min(line.length(), words[0].length() + 1)));
    }

    boolean is(Kind other) {
        return kind == other;
    }
}
