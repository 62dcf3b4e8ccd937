package io.aidc.examples.training;

import io.aidc.training.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes up short sentences about the weather, finance and sport by a grammar, so that the example needs nobody's texts:
 *
 * <pre>
 * sentence = [ time "," ] subject verb [ manner ] [ place ] [ remark ]
 * time     = "this morning" | "late on Friday" | …           of all topics alike
 * subject  = [ "the" adjective ] noun of the topic           adjectives of all topics alike
 * verb     = those of the topic, or those of all topics      "rises", "falls", "breaks a record"
 * manner   = "again" | "slowly" | …                          of all topics alike
 * place    = "in the north" | …                              of all topics alike
 * remark   = "," those of the topic                          in a third of the sentences
 * </pre>
 *
 * <p>In one sentence of 20 the noun is that of another topic, and the verb and the remark have to tell.
 */
final class Sentences {
    private static final List<String> TIMES = List.of(
            "this morning",
            "late on Friday",
            "after a calm week",
            "for the third day",
            "before the holidays",
            "at noon");
    private static final List<String> ADJECTIVES =
            List.of("strong", "weak", "first", "northern", "young", "heavy", "early", "long", "cold", "hot");
    private static final List<String> SHARED_VERBS = List.of(
            "rises",
            "falls",
            "breaks a record",
            "comes under pressure",
            "turns around",
            "surprises everybody",
            "loses strength",
            "picks up speed");
    private static final List<String> MANNERS =
            List.of("again", "slowly", "sharply", "as expected", "a little", "at last");
    private static final List<String> PLACES =
            List.of("in the north", "in the south", "along the coast", "in the capital", "abroad", "near the border");
    private static final List<Topic> TOPICS = List.of(
            new Topic(
                    "finance",
                    List.of("share", "bond", "bank", "currency", "index", "loan", "dividend", "budget"),
                    List.of("gains two per cent", "yields less", "is traded at par", "is written off", "pays interest"),
                    List.of("investors sell", "analysts raise their targets", "the central bank waits", "debts grow")),
            new Topic(
                    "sport",
                    List.of("striker", "team", "goalkeeper", "coach", "runner", "champion", "defence", "match"),
                    List.of(
                            "scores twice",
                            "wins on penalties",
                            "misses the final",
                            "is sent off",
                            "leads at half time"),
                    List.of("fans celebrate", "the referee whistles", "the league table changes", "a medal is near")),
            new Topic(
                    "weather",
                    List.of("storm", "rain", "fog", "frost", "thunder", "sunshine", "snow", "wind"),
                    List.of("floods the roads", "clears by noon", "covers the hills", "melts away", "brings hail"),
                    List.of("forecasters warn", "rivers swell", "skies stay grey", "temperatures drop")));

    private Sentences() {}

    private record Topic(String name, List<String> nouns, List<String> verbs, List<String> remarks) {}

    /** A table with the columns {@code sentence} and {@code topic}. */
    static Table table(int rows, RandomGenerator random) {
        List<String> sentences = new ArrayList<>();
        List<String> topics = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Topic topic = TOPICS.get(i % TOPICS.size());
            sentences.add(sentence(topic, random));
            topics.add(topic.name());
        }
        return Table.builder("sentences")
                .texts("sentence", sentences)
                .texts("topic", topics)
                .build();
    }

    private static String sentence(Topic topic, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(2) == 0) {
            text.append(any(TIMES, random)).append(", ");
        }
        text.append("the ");
        if (random.nextInt(2) == 0) {
            text.append(any(ADJECTIVES, random)).append(' ');
        }
        boolean misleading = random.nextInt(20) == 0;
        text.append(any((misleading ? any(TOPICS, random) : topic).nouns(), random))
                .append(' ');
        boolean shared = !misleading && random.nextInt(2) == 0;
        text.append(any(shared ? SHARED_VERBS : topic.verbs(), random));
        if (random.nextInt(3) == 0) {
            text.append(' ').append(any(MANNERS, random));
        }
        if (random.nextInt(3) == 0) {
            text.append(' ').append(any(PLACES, random));
        }
        if (misleading || random.nextInt(3) == 0) {
            text.append(", ").append(any(topic.remarks(), random));
        }
        return text.append('.').toString();
    }

    private static <T> T any(List<T> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }
}
