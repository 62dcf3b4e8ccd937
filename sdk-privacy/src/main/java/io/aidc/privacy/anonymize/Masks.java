package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.List;

/** Values with ever more characters hidden from one side. A character is a Unicode code point. */
final class Masks implements Hierarchy.Paths {
    /** From which side characters are hidden. */
    enum Side {
        LEADING,
        TRAILING
    }

    private final int characters;
    private final Side side;

    Masks(int characters, Side side) {
        this.characters = characters;
        this.side = side;
    }

    @Override
    public List<String> of(String value) {
        int[] points = value.codePoints().toArray();
        if (points.length > characters) {
            return List.of();
        }
        List<String> path = new ArrayList<>();
        path.add(value);
        for (int hidden = 1; hidden < characters; hidden++) {
            int shown = Math.min(points.length, characters - hidden);
            String mask = Hierarchy.ANY.repeat(characters - shown);
            path.add(
                    side == Side.TRAILING
                            ? new String(points, 0, shown) + mask
                            : mask + new String(points, points.length - shown, shown));
        }
        path.add(Hierarchy.ANY);
        return path;
    }
}
