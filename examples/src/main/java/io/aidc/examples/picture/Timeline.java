package io.aidc.examples.picture;

import java.util.List;
import java.util.Locale;

/** Lives of several parties over time, with events on them: what happened in a cluster. */
public final class Timeline {
    private static final int WIDTH = 960;
    private static final int LANE = 46;
    private static final int LEFT = 90;

    /**
     * One party's life.
     *
     * @param name text at the left
     * @param from seconds at which it appears
     * @param until seconds at which it ends
     * @param killed whether it ended by force
     */
    public record Lane(String name, double from, double until, boolean killed) {}

    /**
     * Something that happened to a party.
     *
     * @param lane index of the lane, from 0
     * @param at seconds
     * @param text what happened
     */
    public record Event(int lane, double at, String text) {}

    private Timeline() {}

    /**
     * Draws the lanes and numbers the events; the numbered texts are the caller's to list.
     *
     * @param title read out by screen readers
     * @param lanes at least one, from top to bottom
     * @param events in order of time
     * @return an {@code svg} element
     */
    public static String of(String title, List<Lane> lanes, List<Event> events) {
        double first = lanes.stream().mapToDouble(Lane::from).min().orElse(0);
        double last = lanes.stream().mapToDouble(Lane::until).max().orElse(1);
        int bottom = LANE * lanes.size() + 10;
        Axis x = new Axis(first, last, LEFT, WIDTH - 20);
        Svg svg = new Svg(WIDTH, bottom + 30, title);
        for (double tick : x.ticks(8)) {
            svg.line(x.at(tick), 6, x.at(tick), bottom, "grid");
            svg.text(x.at(tick), bottom + 20, "middle", "tick", Axis.label(tick) + " s");
        }
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            double y = 12 + (double) LANE * i;
            String tip = String.format(Locale.ROOT, "%s: %.2f s to %.2f s", lane.name(), lane.from(), lane.until());
            svg.text(LEFT - 10, y + 18, "end", "legend", lane.name());
            svg.rect(
                    x.at(lane.from()),
                    y,
                    x.at(lane.until()) - x.at(lane.from()),
                    26,
                    lane.killed() ? "dead" : "c0",
                    tip);
            if (lane.killed()) {
                svg.text(x.at(lane.until()) + 6, y + 18, "start", "value", "killed");
            }
        }
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            double y = 25 + (double) LANE * event.lane();
            svg.dot(x.at(event.at()), y, "event", event.text());
            svg.text(x.at(event.at()), y - 8, "middle", "number", String.valueOf(i + 1));
        }
        return svg.toString();
    }
}
